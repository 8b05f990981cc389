"""System checks: every wrong or missing setting, with a sentence that says what to do."""

from typing import Any
from urllib.parse import urlsplit

import yaml
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.compatibility)
def environment_is_readable(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What `medigy.environment` could not use; the safe default stands in its place meanwhile."""
    from medigy.settings import env

    return [Error(sentence, id="medigy.E001", obj=variable) for variable, sentence in env.problems]


@register(Tags.compatibility)
def libyaml_is_there(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if yaml.__with_libyaml__:
        return []
    return [
        Warning(
            "PyYAML runs without libyaml: files are read ten times slower.",
            hint="Install the PyYAML wheel (`pip install --force-reinstall pyyaml`), which brings libyaml.",
            id="medigy.W001",
        )
    ]


@register(Tags.security, deploy=True)
def site_is_ready_for_readers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    site = urlsplit(settings.SITE_URL)
    problems: list[CheckMessage] = []
    if site.hostname in {"localhost", "127.0.0.1", "::1"}:
        problems.append(
            Warning(
                f"SITE_URL is {settings.SITE_URL}: links in feeds and the sitemap lead nowhere for readers.",
                hint="Set SITE_URL to the address that readers use, like https://news.example.org.",
                id="medigy.W002",
            )
        )
    elif site.scheme != "https":
        problems.append(
            Warning(
                f"SITE_URL is {settings.SITE_URL}: passwords and sessions travel unencrypted.",
                hint="Serve the site by HTTPS and begin SITE_URL with https://.",
                id="medigy.W003",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        problems.append(
            Warning(
                "ALLOWED_HOSTS has *: any host name is answered.",
                hint="List the site's own host names, separated by commas, or leave it unset to follow SITE_URL.",
                id="medigy.W004",
            )
        )
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        problems.append(
            Warning(
                "The static files are not collected: they are served without compression and without long caching.",
                hint="Run `python manage.py collectstatic --noinput` with each new version.",
                id="medigy.W005",
            )
        )
    return problems
