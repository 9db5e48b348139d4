"""The house rules: imports point one way, files stay small, only entry points commit, only one place asks the time."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from flask import Flask

from eventsvc import cli
from eventsvc.accounts.access import access_of
from eventsvc.settings import Settings

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "eventsvc"
SOURCES = sorted(path for path in HOUSE.rglob("*.py") if "versions" not in path.parts)

# A module may import what stands on its own line and above. What is not named here is ground.
FLOORS = (
    {"mail", "accounts", "pictures"},
    {"events"},
    {"questions", "letters"},
    {"calendar", "sharing"},
    {"registration"},
    {"reminders"},
    {"checkin", "retention"},
    {"clockwork", "chores"},
    {"organizers", "api", "embedding", "about", "samples", "health"},
    {"app"},
    {"operations", "commands", "migrations"},
    {"cli", "__main__"},
)
LONGEST_FILE, LONGEST_FUNCTION = 300, 45


def floor(module: str) -> int:
    part = module.split(".")[1] if "." in module else "__init__"
    return next((number for number, names in enumerate(FLOORS, 1) if part in names), 0)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(tree(path)))


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imports_of(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "eventsvc":
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("eventsvc"))


def test_imports_point_one_way():
    upwards = [
        (name_of(path), target)
        for path in SOURCES
        for target in imports_of(path)
        if floor(target) > floor(name_of(path))
    ]

    assert upwards == []


def test_a_module_is_not_imported_by_one_it_imports():
    modules = {name_of(path).removesuffix(".__init__"): path for path in SOURCES}
    known = {
        module: {
            target for found in imports_of(path) for target in (found, found.rpartition(".")[0]) if target in modules
        }
        for module, path in modules.items()
    }

    mutual = {(a, b) for a in known for b in known[a] if a != b and a in known.get(b, ()) and not b.startswith(f"{a}.")}

    assert sorted(mutual) == []


def test_files_and_functions_stay_small():
    files = {name_of(path): len(path.read_text().splitlines()) for path in SOURCES}
    functions = {
        f"{name_of(path)}.{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in SOURCES
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef)
    }

    assert {name: lines for name, lines in files.items() if lines > LONGEST_FILE} == {}
    assert {name: lines for name, lines in functions.items() if lines > LONGEST_FUNCTION} == {}


def test_no_module_is_named_after_a_pattern():
    patterns = {"utils", "util", "helpers", "helper", "services", "service", "managers", "manager", "common", "misc"}

    assert [name_of(path) for path in SOURCES if path.stem in patterns] == []


def test_nobody_commits_but_the_transaction():
    commits = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]

    assert [place for place in commits if not place.startswith("eventsvc.db:")] == []
    assert commits  # the transaction is still where it is excused


def test_nobody_asks_the_time_but_the_clock():
    asking = re.compile(r"datetime\.(?:now|utcnow|today)\(|\bdate\.today\(|\btime\.time\(")

    assert [name_of(path) for path in SOURCES if asking.search(path.read_text())] == ["eventsvc.clock"]


def test_every_module_says_what_it_is():
    assert [name_of(path) for path in SOURCES if not ast.get_docstring(tree(path))] == []


def test_rules_know_no_request():
    """Only views, forms and what stands at the door may touch the request."""
    doors = re.compile(
        r"(views|own(_\w+)?|mine|networks|forms|gate|sessions|intake|about|errors|frame|assets|health|exports|access)$|organizers\."
    )
    touching = {
        name_of(path)
        for path in SOURCES
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        if {alias.name for alias in node.names} & {"request", "session", "g"}
    }

    assert sorted(name for name in touching if not doors.search(name)) == []


def test_every_route_declares_who_may_use_it(app: Flask):
    assert [e for e in app.view_functions if access_of(app, e) is None] == []


def test_every_setting_is_explained_in_the_default_file():
    text = (ROOT / "config" / "default.toml").read_text()
    settings = set(Settings.model_fields)

    assert set(re.findall(r"^(\w+) = ", text, re.MULTILINE)) == settings
    assert set(re.findall(r"EVENTSVC_([A-Z_]+)$", text, re.MULTILINE)) == {name.upper() for name in settings}


def test_every_command_is_in_the_readme():
    readme = (ROOT / "README.md").read_text()
    commands = {f"{group} {name}".strip() for group, name in _commands(cli.cli)}

    assert sorted(command for command in commands if f"eventsvc {command}" not in readme) == []


def _commands(group, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, name)
        else:
            yield prefix, name
