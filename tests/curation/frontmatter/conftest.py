"""The Medigy file, and the folder of files that were hard to read."""

from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="session")
def medigy() -> bytes:
    return (DATA / "medigy" / "28171833-cc9d-59f4-a6ad-dcba727d8301.md").read_bytes()


@pytest.fixture(scope="session")
def odd_files() -> Path:
    return DATA / "frontmatter"
