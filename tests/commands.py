"""Runs the commands as operators do, and hands back what they print."""

import io
import json
from pathlib import Path
from typing import Any

from django.core.management import call_command

DATA = Path(__file__).parent / "data"


def run(name: str, *arguments: object, code: int = 0) -> tuple[str, str]:
    """Standard output and standard error of a command that must end with the exit code `code`."""
    out, err = io.StringIO(), io.StringIO()
    words = [str(argument) for argument in arguments]
    try:
        call_command(name, *words, stdout=out, stderr=err)
        ended = 0
    except SystemExit as exit_:
        ended = exit_.code
    assert ended == code, err.getvalue()
    return out.getvalue(), err.getvalue()


def import_files(*arguments: object, code: int = 0, form: str = "--json") -> Any:
    out, _ = run("import_frontmatter", *arguments, form, code=code)
    return json.loads(out) if form == "--json" else out


def export(*arguments: object, code: int = 0) -> Any:
    out, _ = run("export_frontmatter", *arguments, "--json", code=code)
    return json.loads(out)
