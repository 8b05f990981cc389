"""What a run is about to write, said before it is: should the run be killed, the next one knows those files."""

import json
import os
from collections.abc import Iterator
from pathlib import Path


class Journal:
    """A file beside a manifest. A manifest is written when all is done, a line of the journal before each file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Iterator[dict[str, str]]:
        """What a run that did not end was about to write; it may have died before it did."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return
        with os.fdopen(descriptor, "rb") as file:
            lines = file.read().split(b"\n")
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # It died while it wrote this line, and so before it wrote the file.
            if isinstance(entry, dict) and {"path", "sha256"} <= entry.keys():
                yield {str(key): str(value) for key, value in entry.items()}

    def note(self, **entry: str) -> None:
        """Raises OSError."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
        with os.fdopen(os.open(self._path, flags, 0o644), "wb") as file:
            # The break comes first, so that half a line, as a killed run leaves it, takes none of ours along.
            file.write(b"\n" + json.dumps(entry).encode())
            file.flush()
            os.fsync(file.fileno())

    def clear(self) -> None:
        """To be called when the manifest says it all."""
        self._path.unlink(missing_ok=True)
