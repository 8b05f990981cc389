"""The few child processes that pictures are worked on in, started when they are needed and replaced when one dies."""

import json
import os
import select
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from curation.raster.child import send
from curation.raster.errors import ImageRefused

ROOT = Path(__file__).resolve().parents[2]
GRACE = 4
"""How many times its computing time a job may take by the clock, on a machine that has other things to do."""
WAIT = 60
"""Seconds that somebody waits for a free process."""
DIED = (
    "The picture could not be read: it takes more time or memory than a picture may. Open it in a picture editor, "
    "save it again as JPEG or PNG, and take that file."
)
BUSY = "Too many pictures are being read at this moment. Try again in a minute."


class Pool:
    """At most `size` processes that work on pictures with priority `niceness`, for all threads of this process.

    `peak` is the most memory that one of them ever used, in kilobytes.
    """

    def __init__(self, size: int, niceness: int = 0) -> None:
        self._size, self._niceness = size, niceness
        self._idle: list[subprocess.Popen[bytes]] = []
        self.peak = 0
        self._begin()
        os.register_at_fork(after_in_child=self._forget)

    def run(self, job: str, *files: bytes, seconds: float, **arguments: Any) -> tuple[Any, list[bytes]]:
        """What `job` of `curation.raster.work` makes of `files`, within that many seconds of computing.

        Raises ImageRefused where the picture is refused, takes too long, or ends the process that reads it.
        """
        if not self._free.acquire(timeout=WAIT):
            raise ImageRefused(BUSY)
        try:
            child = self._take()
            try:
                values, made = _ask(child, [job, seconds, arguments], list(files), seconds * GRACE)
            except (OSError, ValueError, EOFError) as error:
                _end(child)
                raise ImageRefused(DIED) from error
            except BaseException:
                _end(child)
                raise
            self.peak = max(self.peak, values["peak"])
            if values["again"]:
                with self._lock:
                    self._idle.append(child)
            else:
                _end(child)
        finally:
            self._free.release()
        if "refused" in values:
            raise ImageRefused(values["refused"])
        return values["made"], made

    def close(self) -> None:
        """Ends the processes that wait for work."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            _end(child)

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(self._size)

    def _forget(self) -> None:
        """After a fork: the processes belong to the parent; a second hand on their pipes would keep them alive."""
        idle, self._idle = self._idle, []
        self._begin()
        for child in idle:
            for pipe in filter(None, (child.stdin, child.stdout)):
                with suppress(OSError):
                    os.close(pipe.fileno())
            child.returncode = 0  # not ours to wait for

    def _take(self) -> subprocess.Popen[bytes]:
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.poll() is None:
                    return child
        # No shell, none of our secrets in its environment, and none of our open files.
        return subprocess.Popen(
            [sys.executable, "-m", "curation.raster.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "NICENESS": str(self._niceness), "MALLOC_ARENA_MAX": "1"},
        )


def _ask(child: "subprocess.Popen[bytes]", order: Any, files: list[bytes], seconds: float) -> tuple[Any, list[bytes]]:
    assert child.stdin is not None
    send(child.stdin, order, files)
    ends = time.monotonic() + seconds
    head = json.loads(_received(child, struct.unpack("!I", _received(child, 4, ends))[0], ends))
    return head["values"], [_received(child, size, ends) for size in head["files"]]


def _received(child: "subprocess.Popen[bytes]", size: int, ends: float) -> bytes:
    """Exactly `size` bytes of the answer. Raises EOFError where the child ends first, TimeoutError at `ends`."""
    assert child.stdout is not None
    parts: list[bytes] = []
    descriptor = child.stdout.fileno()
    while size:
        if not select.select([descriptor], [], [], max(0, ends - time.monotonic()))[0]:
            raise TimeoutError
        part = os.read(descriptor, min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    child.wait()
