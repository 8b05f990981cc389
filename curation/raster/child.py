"""The process that decoders run in: `python -m curation.raster.child`.

It may write nothing but its answers, has a bound on memory and, for each job, on time, and dies of whatever is worse.
"""

import json
import os
import resource
import signal
import struct
import sys
from typing import IO, Any

MEMORY = 340 * 1024 * 1024
"""Bytes of memory of its own; with the libraries that it shares, it stays below 400 MB."""
GROWN = 180 * 1024
"""Kilobytes that it once used from which on it is not used again: memory is seldom given back."""
TOO_MUCH = "The picture needs too much memory to be read. Save it smaller, or as JPEG."


def send(stream: IO[bytes], values: Any, files: list[bytes]) -> None:
    """Writes one message: values as JSON, then files. Nothing that the other side would have to trust."""
    head = json.dumps({"values": values, "files": [len(file) for file in files]}).encode()
    stream.write(struct.pack("!I", len(head)) + head)
    for file in files:
        stream.write(file)
    stream.flush()


def confine() -> None:
    """Gives up what the work does not need. Only what is asked for from now on counts."""
    os.nice(int(os.environ.get("NICENESS", "0")))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


def _peak() -> int:
    """The most kilobytes of memory that this process ever had; its `ru_maxrss` begins with that of its parent."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def main() -> None:
    from curation.raster import work
    from curation.raster.errors import ImageRefused

    stdin, stdout = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    confine()
    while head := stdin.read(4):
        order = json.loads(stdin.read(struct.unpack("!I", head)[0]))
        raw = [stdin.read(size) for size in order["files"]]
        job, seconds, arguments = order["values"]
        # Seconds of computing, not of waiting for a busy machine; the default action ends the process at once.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            values, files = work.JOBS[job](*raw, **arguments)
        except ImageRefused as refusal:
            values, files = {"refused": str(refusal)}, []
        except (MemoryError, RecursionError):
            values, files = {"refused": TOO_MUCH}, []
        else:
            values = {"made": values}
        signal.setitimer(signal.ITIMER_PROF, 0)
        peak = _peak()
        send(stdout, values | {"peak": peak, "again": peak < GROWN}, files)
        if peak >= GROWN:
            return


if __name__ == "__main__":
    main()
