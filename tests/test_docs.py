"""The documentation says what the code does: tables are drawn from the code again, and links lead somewhere."""

import ast
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from communities.access import PERMISSIONS
from communities.models import Role
from curation import api
from curation.checks import CHECKS
from curation.exchange import codecs, keys
from curation.frontmatter import Document
from curation.views.api import ENDPOINTS
from curation.workflow import MOVES, Guard, Move, Publication, State

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
MEDIGY_FILE = ROOT / "tests/data/medigy/28171833-cc9d-59f4-a6ad-dcba727d8301.md"
OTHER_KEYS = ("linkBrand", "featuredImageCredit", "featuredImageFocalPoint")
"""Keys of the publisher and the picture, which have no codec of their own."""
COMMANDS = sorted(name for name, app in get_commands().items() if app == "curation")
COMMAND_PAGES = ("docs/exchange.md", "docs/operating.md")


def page(name: str) -> str:
    return (ROOT / name).read_text()


def section(name: str, heading: str) -> str:
    """What stands below one heading of a page, down to the next of any level."""
    assert f"# {heading}\n" in page(name), f"{name} has no section {heading}"
    return re.split(r"^#+ ", page(name).split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def rows(name: str, heading: str = "") -> list[list[str]]:
    """The cells of all table rows of a page, or of one of its sections."""
    text = section(name, heading) if heading else page(name)
    lines = (line.strip().strip("|").split(" |") for line in text.splitlines() if line.startswith("| "))
    return [[cell.strip() for cell in line] for line in lines]


def codes_of(table: list[list[str]]) -> set[str]:
    return {row[0].strip("`") for row in table if row[0].startswith("`")}


# --- Front matter -----------------------------------------------------------------------------------------------------


def paths_in(data: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in data.items():
        yield (*above, key)
        if isinstance(value, dict):
            yield from paths_in(value, (*above, key))


def table_of_keys() -> dict[str, list[str]]:
    table = [row for row in rows("docs/front-matter.md") if row[0].startswith("`") and len(row) == 3]
    homes = {"modelled", "derived", "workflow", "carried"}
    return {row[0].strip("`"): row for row in table if row[1] in homes}


def test_every_key_of_the_medigy_file_and_every_key_we_read_is_documented() -> None:
    table = table_of_keys()
    of_the_file = set(paths_in(Document.parse(MEDIGY_FILE.read_bytes()).data))
    read = {(key,) for codec in codecs.CODECS for key in codec.keys}
    made = {(key,) for key in (*keys.DERIVED, *keys.WORKFLOW, *OTHER_KEYS)}
    missing = {".".join(path) for path in of_the_file | read | made} - table.keys()
    assert not missing


def test_every_documented_key_has_the_home_that_the_code_gives_it() -> None:
    known = {".".join(path): path for path in paths_in(Document.parse(MEDIGY_FILE.read_bytes()).data)}
    for name, (_, home, belongs) in table_of_keys().items():
        is_home, to = keys.home_of(known.get(name, (name,)))
        assert home == is_home, name
        assert belongs.removeprefix("`").startswith(to), f"{name} belongs to {to}"


def named_in_calls(folder: str, names: set[str]) -> set[str]:
    """The codes that the modules of `folder` give to calls of `names`, or yield as the first of a tuple."""
    found = set()
    for path in sorted((ROOT / folder).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            values: list[ast.expr] = []
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in names:
                values = node.args
            elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple) and "warning" in names:
                values = node.value.elts
            texts = [value.value for value in values if isinstance(value, ast.Constant)]
            code = next((text for text in texts if text not in {"error", "warning"}), None)
            if isinstance(code, str) and re.fullmatch(r"[a-z][a-z0-9_]+", code):
                found.add(code)
    return found


def test_every_error_code_of_files_and_changes_is_documented() -> None:
    raised = named_in_calls("curation/frontmatter", {"FrontMatterError", "Explanation", "Refusal", "_fail"})
    documented = rows("docs/front-matter.md", "Errors in files") + rows("docs/front-matter.md", "Errors in changes")
    assert codes_of(documented) == raised


def test_every_warning_of_the_format_is_documented() -> None:
    given = named_in_calls("curation/frontmatter", {"DocumentWarning", "warning"})
    assert codes_of(rows("docs/front-matter.md", "Warnings of the format")) == given


def test_every_problem_that_an_import_reports_is_documented() -> None:
    given = named_in_calls("curation/exchange", {"Problem", "Refused", "_Refused", "warn", "_warn"})
    assert codes_of(rows("docs/front-matter.md", "Problems on import")) == given


# --- Workflow ---------------------------------------------------------------------------------------------------------


def labels(chosen: tuple[State, ...] | tuple[Publication, ...]) -> str:
    left_out = [each for each in type(chosen[0]) if each not in chosen]
    if not left_out:
        return "any"
    if left_out == [Publication.ARCHIVED]:
        return "any but archived"
    return ", ".join(str(each.label) for each in chosen)


def line_of(move: Move) -> list[str]:
    to = [str(each.label) for each in (move.to_state, move.to_publication) if each is not None]
    return [
        move.label,
        f"`{move.name}`",
        labels(move.states),
        labels(move.publications),
        ", ".join(to),
        move.permission,
        ", ".join(f"{question.label}{' (required)' if question.required else ''}" for question in move.asks),
        ", ".join(f"`{guard.value}`" for guard in move.guards),
        "yes" if move.not_own else "",
    ]


def test_the_table_of_moves_is_the_one_that_the_rulebook_makes() -> None:
    assert rows("docs/workflow.md", "Moves")[1:] == [line_of(move) for move in MOVES.values()]


def test_the_table_of_guards_is_the_one_that_the_rulebook_makes() -> None:
    assert rows("docs/workflow.md", "Guards")[1:] == [[f"`{guard.value}`", str(guard.label)] for guard in Guard]


def test_the_table_of_checks_is_the_one_that_the_code_makes() -> None:
    assert rows("docs/workflow.md", "Checks")[1:] == [
        [f"`{check.code}`", check.asks, check.level.value, "yes" if "submit" in check.moves else ""]
        for check in CHECKS.values()
    ]


def test_the_table_of_permissions_is_the_one_that_access_makes() -> None:
    table = rows("docs/workflow.md", "Permissions")
    assert table[0][1:-1] == [str(role.label) for role in Role]
    for row, (name, grant) in zip(table[1:], PERMISSIONS.items(), strict=True):
        own = grant.own if grant.own is not None else grant.role
        assert row[:-1] == [name, *("yes" if role >= grant.role else "own" if role >= own else "" for role in Role)]


# --- Settings and commands --------------------------------------------------------------------------------------------


def test_settings_are_the_variables_that_are_read_and_no_others() -> None:
    calls = [node for node in ast.walk(ast.parse(page("medigy/settings.py"))) if isinstance(node, ast.Call)]
    read = {call.args[0].value for call in calls if ast.unparse(call.func).startswith("env.")}
    assert codes_of(rows("docs/settings.md")) == read


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_documented(name: str) -> None:
    everybodys = {option for action in BaseCommand().create_parser("", "")._actions for option in action.option_strings}
    actions = load_command_class("curation", name).create_parser("manage.py", name)._actions
    own = [action for action in actions if not everybodys & {*action.option_strings}]
    options = {f"{action.option_strings[0]} {action.metavar or ''}".strip() for action in own if action.option_strings}
    where = next(each for each in COMMAND_PAGES if f"# `{name}`\n" in page(each))
    documented = codes_of(rows(where, f"`{name}`"))
    assert {option for option in documented if option.split()[0] not in everybodys} == options
    for action in own:
        assert action.option_strings or str(action.metavar) in section(where, f"`{name}`")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_and_targets_that_a_page_names_exist(path: Path) -> None:
    text = path.read_text()
    targets = set(re.findall(r"^([a-z-]+):", page("Makefile"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)`|^\$ make ([a-z-]+)", text, re.MULTILINE)) <= {
        pair for target in targets for pair in ((target, ""), ("", target))
    }
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= get_commands().keys()


# --- Links ------------------------------------------------------------------------------------------------------------


def anchors(text: str) -> set[str]:
    """The names that headings get on GitHub."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_and_picture_leads_to_a_file(path: Path) -> None:
    text = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        linked = path.parent / name if name else path
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked.read_text()), target


def test_every_page_and_every_decision_can_be_found_from_the_readme() -> None:
    found, waiting = set(), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop().resolve()
        if path in found or path.suffix != ".md":
            continue
        found.add(path)
        waiting += [path.parent / name for name in re.findall(r"\]\(([^)#:\s]+)", path.read_text())]
    assert {path.resolve() for path in PAGES} <= found


def test_every_picture_is_made_by_the_script_and_shown_on_a_page() -> None:
    shown = {
        name for path in PAGES for name in re.findall(r"!\[[^\]]+\]\((?:docs/)?pictures/([^)]+)\)", path.read_text())
    }
    made = {f"{name}.webp" for name in runpy.run_path(str(ROOT / "scripts/take_pictures.py"))["TAKERS"]}
    kept = {path.name for path in (ROOT / "docs/pictures").iterdir()}
    assert shown == made == kept
    assert sum(path.stat().st_size for path in (ROOT / "docs/pictures").iterdir()) < 2_500_000


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs/decisions").glob("0*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_readme_is_short() -> None:
    assert len(page("README.md").splitlines()) < 150


# --- API --------------------------------------------------------------------------------------------------------------


def test_the_page_about_the_api_says_what_its_document_says():
    paths = api.document(ENDPOINTS)["paths"]
    said = {path: operations["get"]["summary"] for path, operations in paths.items()}
    assert {row[0].strip("`"): row[1] for row in rows("docs/api.md", "Addresses")[1:]} == said
    parameters = {one["name"]: one["description"] for one in paths["/api/v1/items/"]["get"]["parameters"]}
    assert {row[0].strip("`"): row[1] for row in rows("docs/api.md", "Parameters of items")[1:]} == parameters
