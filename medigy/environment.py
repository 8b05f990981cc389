"""Reads settings from environment variables and remembers what is wrong with them, for the system checks.

A wrong value never stops the settings from loading: the safe default is used, and `manage.py check` says what to do.
"""

import os
import re
import secrets
import tempfile
from contextlib import suppress
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

ENGINES = ("django.db.backends.sqlite3", "django.db.backends.postgresql")
"""The databases that the product is tested on."""


class Environment:
    """Typed access to environment variables.

    `problems` collects `(variable, sentence)` pairs; every reader returns its default when it adds one.
    """

    def __init__(self) -> None:
        self._env = environ.Env()
        self.problems: list[tuple[str, str]] = []

    def flag(self, name: str, default: bool = False) -> bool:
        """A switch: 1/0, true/false, yes/no, on/off, in any case."""
        text = os.environ.get(name, "").strip().lower()
        if not text:
            return default
        if text in {"1", "true", "yes", "on", "y", "t"}:
            return True
        if text in {"0", "false", "no", "off", "n", "f"}:
            return False
        self.problems.append((name, f"{name} is {text!r}. Set it to 1 or 0."))
        return default

    def text(self, name: str, default: str = "") -> str:
        return os.environ.get(name, "").strip() or default

    def words(self, name: str, default: list[str]) -> list[str]:
        """A list, separated by commas."""
        return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()] or default

    def number(self, name: str, default: int) -> int:
        """A whole number, from 0 on."""
        text = self.text(name)
        if text and not (text.isascii() and text.isdigit() and len(text) < 10):
            self.problems.append((name, f"{name} is {text!r}. Set it to a whole number."))
            return default
        return int(text) if text else default

    def folder(self, name: str, default: Path) -> Path:
        """A folder that the running site writes to, made if it is missing."""
        path = Path(os.environ.get(name, "").strip() or default).expanduser().absolute()
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.problems.append(
                (name, f"{name} is {path}, which cannot be made: {error.strerror}. Name a folder that can.")
            )
        else:
            if not os.access(path, os.W_OK):
                self.problems.append((name, f"{name} is {path}, which cannot be written to. Name a folder that can."))
        return path

    def one_of(self, name: str, choices: list[str]) -> str:
        """One of `choices`, the first of which is the default."""
        text = self.text(name, choices[0]).lower()
        if text in choices:
            return text
        self.problems.append((name, f"{name} is {text!r}. Set it to one of: {', '.join(choices)}."))
        return choices[0]

    def time_zone(self, name: str, default: str) -> str:
        """A name of the IANA time zone database, such as Europe/Berlin."""
        text = self.text(name, default)
        try:
            ZoneInfo(text)
        except (KeyError, ValueError, OSError):
            self.problems.append(
                (name, f"{name} is {text!r}, which is no time zone. Use a name like Europe/Berlin or UTC.")
            )
            return default
        return text

    def site_url(self, name: str, default: str) -> str:
        """The site's own address: scheme and host, without a path and without a slash at the end."""
        text = self.text(name, default).rstrip("/")
        try:
            parts = urlsplit(text)
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable or parts.path or parts.query or parts.fragment or parts.username:
            self.problems.append(
                (name, f"{name} cannot be used. Set it to scheme and host, like https://news.example.org.")
            )
            return default
        return text

    def database(self, name: str, default: Path) -> dict:
        """Connection settings from an address: sqlite:///FILE or postgres://USER:PASSWORD@HOST:PORT/NAME.

        `default` is the file of an SQLite database. It is not put into an address: a path may hold what an address
        would have to escape.
        """
        if not self.text(name):
            return {"ENGINE": ENGINES[0], "NAME": str(default)}
        example = "postgres://user:password@host:5432/name"
        return self._address(name, "sqlite://:memory:", self._env.db_url_config, example)

    def cache(self, name: str, default: str) -> dict:
        """Cache settings from an address: locmemcache:// or redis://HOST:PORT/NUMBER."""
        return self._address(name, default, self._env.cache_url_config, "redis://host:6379/1")

    def email(self, name: str, default: Path) -> dict:
        """Mail settings from an address: consolemail:// or smtp+tls://USER:PASSWORD@HOST:PORT.

        `default` is a folder that mails are written into as files, so that nothing leaves a machine by accident.
        """
        if self.text(name):
            example = "smtp+tls://user:password@host:587"
            problems = len(self.problems)
            config = self._address(name, "consolemail://", self._env.email_url_config, example)
            if len(self.problems) == problems:
                return config
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": str(default)}

    def sender(self, name: str, default: str) -> str:
        """Who mail is from: an e-mail address, or a name with one: News <news@example.org>."""
        text = self.text(name, default)
        address = parseaddr(text)[1]
        if text.isprintable() and re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", address):
            return text
        self.problems.append((name, f"{name} is no e-mail address. Write it like News <news@example.org>."))
        return default

    def _address(self, name: str, default: str, read, example: str) -> dict:
        try:
            config = read(self.text(name, default))
            if not config or config.get("ENGINE", ENGINES[0]) not in ENGINES:
                raise ValueError(name)
        except (ImproperlyConfigured, ValueError, KeyError, TypeError):
            # The value itself is not repeated: it may hold a password.
            self.problems.append((name, f"{name} is not an address that can be used. Write it like {example}."))
            return read(default)
        return config


def kept_secret(path: Path) -> str:
    """The secret key kept in `path`, made with 0600 permissions on the first call.

    Where the file can be neither read nor written, a key that lives as long as the process is returned; the system
    checks report the folder.
    """
    key = secrets.token_urlsafe(64)
    try:
        if path.exists() and (kept := path.read_text().strip()):
            return kept
        # Written aside and put in place whole: processes that start at once must all find one key, never half of it.
        descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=".secret_key-")
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(key + "\n")
            if path.exists() and not path.read_text().strip():
                path.unlink()
            with suppress(FileExistsError):
                os.link(aside, path)
        finally:
            os.unlink(aside)
        return path.read_text().strip() or key
    except OSError:
        return key
