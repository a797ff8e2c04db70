"""The plan of the house, held by machine: who may import whom, and how code is written."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "src" / "forecast"
FLOWS = ROOT / "flows"

ROOMS = {
    "contracts": set(),
    "transport": {"contracts"},
    "storage": {"contracts"},
    "sources": {"contracts"},
    "quality": {"contracts"},
    "history": {"contracts"},
    "growth": {"contracts"},
    "claims": {"contracts"},
    "report": {"contracts"},
    "evaluation": {"contracts", "history", "growth"},
    "demand": {"contracts", "growth"},
    "pipeline": {
        "contracts", "transport", "storage", "sources", "quality", "history", "growth", "claims",
        "report", "evaluation", "demand",
    },
    "cli": {"contracts", "pipeline"},
}  # fmt: skip

ONLY_IN = {
    "prefect": {"flows"},
    "great_expectations": {"quality"},
    "prophet": {"growth/prophet_trend.py"},
    "statsmodels": {"growth/exponential_smoothing.py"},
    "httpx2": {"transport"},
    "altair": {"report"},
    "vl_convert": {"report"},
}
"""Libraries that stay in one place."""

SLOW = {"prophet", "statsmodels", "great_expectations", "altair", "vl_convert"}
"""Libraries imported inside functions only."""

CLOCK = {"now", "today", "utcnow", "time", "time_ns"}


def modules() -> list[Path]:
    return sorted([*HOUSE.rglob("*.py"), *FLOWS.rglob("*.py")])


def room_of(path: Path) -> str:
    if path.is_relative_to(FLOWS):
        return "flows"
    inside = path.relative_to(HOUSE).parts
    return inside[0] if len(inside) > 1 else ""


def imports(tree: ast.AST) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.module, node.lineno))
            found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
    return found


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_room_has_a_rule():
    rooms = {path.name for path in HOUSE.iterdir() if path.is_dir() and path.name != "__pycache__"}

    assert rooms <= set(ROOMS)


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_a_room_imports_only_what_its_rule_allows(path):
    room = room_of(path)
    allowed = {"contracts", "pipeline"} if room == "flows" else {room, *ROOMS.get(room, ())}
    if room == "":
        allowed = {"pipeline"}

    strangers = {
        f"line {line}: {name}"
        for name, line in imports(parsed(path))
        if name.startswith("forecast.")
        and name.split(".")[1] in ROOMS
        and name.split(".")[1] not in allowed
    }

    assert not strangers


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_flows_are_imported_by_the_command_line_alone_and_late(path):
    if room_of(path) == "flows":
        return
    tree = parsed(path)

    anywhere = {name for name, _ in imports(tree) if name.split(".")[0] == "flows"}
    at_once = {
        name
        for node in tree.body
        for name, _ in imports(ast.Module([node], []))
        if name.split(".")[0] == "flows" and not isinstance(node, ast.FunctionDef | ast.If)
    }

    assert not at_once
    assert not anywhere or room_of(path) == "cli"


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_a_library_stays_where_it_belongs(path):
    place = "flows" if room_of(path) == "flows" else path.relative_to(HOUSE).as_posix()

    lost = {
        f"line {line}: {name}"
        for name, line in imports(parsed(path))
        if (homes := ONLY_IN.get(name.split(".")[0]))
        and not any(place == home or place.startswith(f"{home}/") for home in homes)
        and place not in homes
    }

    assert not lost


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_slow_libraries_are_imported_inside_functions(path):
    tree = parsed(path)
    typing_only = [node for node in tree.body if isinstance(node, ast.If)]
    at_once = [
        node
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom) and node not in typing_only
    ]

    early = {name for node in at_once for name, _ in imports(ast.Module([node], []))}

    assert not {name for name in early if name.split(".")[0] in SLOW}


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_only_cli_and_flows_look_at_the_calendar(path):
    if room_of(path) in {"cli", "flows"}:
        return
    looks = [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK
        and ast.unparse(node.func.value) in {"datetime", "date", "time", "pd.Timestamp"}
    ]

    assert not looks


def test_imports_never_run_in_a_circle():
    names = {relative(path): path for path in modules()}
    dotted = {
        (
            "flows." + path.relative_to(FLOWS).with_suffix("").as_posix().replace("/", ".")
            if room_of(path) == "flows"
            else "forecast." + path.relative_to(HOUSE).with_suffix("").as_posix().replace("/", ".")
        ): path
        for path in names.values()
    }
    edges = {
        name: {target for target, _ in _at_import(path) if target in dotted and target != name}
        for name, path in dotted.items()
    }

    state: dict[str, int] = {}

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert state.get(name) != 1, " → ".join((*trail, name))
        if state.get(name) == 2:
            return
        state[name] = 1
        for target in edges[name]:
            walk(target, (*trail, name))
        state[name] = 2

    for name in edges:
        walk(name, ())


def _at_import(path: Path) -> list[tuple[str, int]]:
    """Imports that run when the module is imported: not those for types, not the late ones."""
    return [
        found
        for node in parsed(path).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for found in imports(ast.Module([node], []))
    ]


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_files_fit_in_a_head(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    assert "utils" not in path.stem


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_functions_stay_short_and_shallow(path):
    long = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = _code_lines(node)
            arguments = len(node.args.args) + len(node.args.kwonlyargs)
            receiver = bool(node.args.args) and node.args.args[0].arg in {"self", "cls"}
            if lines > 40 or arguments - receiver > 6:
                long.append(f"{node.name}: {lines} code lines, {arguments - receiver} parameters")

    assert not long


def _code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines that hold code: neither docstring nor comment nor blank."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    lines = {line for part in body for n in ast.walk(part) for line in _span(n)}
    return len(lines)


def _span(node: ast.AST) -> range:
    first = getattr(node, "lineno", None)
    return range(first, (getattr(node, "end_lineno", first) or first) + 1) if first else range(0)


def test_help_imports_neither_frames_nor_models():
    code = (
        "import sys, forecast.cli.main; "
        "print([m for m in ('pandas','numpy','prefect','prophet','great_expectations') "
        "if m in sys.modules])"
    )

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
