"""How commands speak: data on standard output, prose and progress on standard error, and nothing that a file could use
to take over the terminal.
"""

import json
import time
from typing import Any

from django.core.management.base import OutputWrapper

# Direction marks can make a line read as another one.
_BIDI = {chr(code) for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def plain(text: str) -> str:
    """`text` without control characters and direction marks, each shown as its code instead."""
    return "".join(
        f"\\x{ord(c):02x}"
        if ord(c) < 32 or 127 <= ord(c) < 160
        else f"\\u{ord(c):04x}"
        if c in _BIDI or c in "\u2028\u2029"
        else c
        for c in text
    )


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


class Progress:
    """A line on a terminal that counts along; nothing where standard error is not a terminal."""

    def __init__(self, stderr: OutputWrapper, what: str) -> None:
        self._stderr = stderr
        self._what = what
        self._shown = stderr.isatty()
        self._started = self._last = time.monotonic()
        self._count = 0

    @property
    def shown(self) -> bool:
        return self._shown

    def step(self) -> None:
        self._count += 1
        now = time.monotonic()
        if self._shown and now - self._last > 0.1:
            self._last = now
            rate = self._count / (now - self._started)
            self._stderr.write(f"\r{self._what} {self._count:,}  {rate:,.0f}/s ", ending="")

    def clear(self) -> None:
        """Makes room for a line of prose."""
        if self._shown:
            self._stderr.write("\r\x1b[K", ending="")
