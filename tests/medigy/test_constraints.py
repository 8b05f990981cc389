"""What was tested is what runs: one file pins everything that an installation brings."""

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LINES = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
PINS = {canonicalize_name(line.partition("==")[0]) for line in LINES}


def brought(requirements: Iterable[str], extras: set[str], seen: set[str]) -> set[str]:
    """The names of all that `requirements` install here, of these extras, and what that needs in turn."""
    for text in requirements:
        wanted = Requirement(text)
        needed = wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in extras | {""})
        key = f"{canonicalize_name(wanted.name)}[{','.join(sorted(wanted.extras))}]"
        if needed and key not in seen:
            seen.add(key)
            try:
                brought(requires(wanted.name) or [], wanted.extras, seen)
            except PackageNotFoundError:
                continue
    return {key.partition("[")[0] for key in seen}


def test_every_package_that_an_installation_brings_is_pinned_exactly():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    requirements = [*project["dependencies"], *(text for extra in ("postgres", "s3", "dev") for text in extras[extra])]
    names = brought(requirements, set(), set())
    assert names - PINS == set()
    assert len(names) > 40


def test_the_server_that_s3_is_tested_with_is_pinned_and_installed_so():
    assert "moto" in PINS
    installs = re.findall(r"pip. install .*moto.*", (ROOT / "scripts/with-s3").read_text())
    assert installs
    assert all("--constraint" in install for install in installs)


def test_pins_name_versions_alone_and_no_place_that_packages_come_from():
    assert [line for line in LINES if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)] == []
    assert len(PINS) == len(LINES)
