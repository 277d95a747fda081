"""Every caveat that an estimate can carry has its sentence: the keys are read out of the modules that give them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from transforms.indicators.caveats import CAVEATS

PROJECT = Path(__file__).resolve().parents[2]
FOLDERS = ("transforms/statistics", "transforms/studies")
MODULES = sorted(path for folder in FOLDERS for path in (PROJECT / folder).rglob("*.py"))


def keys_in(source: str) -> set[str]:
    """Caveat keys that a module gives: by `caveats=`, or by place to one of its functions that takes `caveats`.

    Raises ValueError for a form whose keys cannot be read.
    """
    tree = ast.parse(source)
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return {key for given in _given(tree) for key in _read(given, constants)}


def _given(tree: ast.Module) -> Iterator[ast.expr]:
    places = {
        node.name: [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        yield from (keyword.value for keyword in call.keywords if keyword.arg == "caveats")
        if isinstance(call.func, ast.Name) and "caveats" in (names := places.get(call.func.id, [])):
            yield from call.args[names.index("caveats") :][:1]


def _read(given: ast.expr, constants: dict[str, ast.expr]) -> Iterator[str]:
    match given:
        case ast.Constant(value=str(key)):
            yield key
        case ast.Tuple(elts=parts):
            for part in parts:
                yield from _read(part, constants)
        case ast.Starred(value=part):
            yield from _read(part, constants)
        case ast.IfExp(body=one, orelse=other):
            yield from _read(one, constants)
            yield from _read(other, constants)
        case ast.Name(id=name) if name in constants:
            yield from _read(constants[name], constants)
        case ast.Name(id="caveats") | ast.Attribute(attr="caveats"):
            pass  # a parameter or another estimate: its keys are read where they are given
        case _:
            raise ValueError(f"Caveats in a form that is not read: {ast.unparse(given)}")


def test_the_keys_are_read_in_every_form_that_modules_give_them() -> None:
    found = keys_in(
        """
MANY = ("named",)
ONE = "constant"
def compared(caveats, level):
    return Estimate(caveats=("plain", ONE, *caveats))
compared(() if whole else ("by_place",), 0.95)
replace(found, caveats=(*MANY, *found.caveats))
"""
    )
    assert found == {"named", "constant", "plain", "by_place"}
    with pytest.raises(ValueError, match="not read"):
        keys_in("Estimate(caveats=made_of(series))")


def test_every_caveat_that_an_estimate_carries_has_a_sentence() -> None:
    used = {key: path.name for path in MODULES for key in keys_in(path.read_text(encoding="utf-8"))}
    assert {"season_not_separated", "closed_population", "late_reports_follow"} <= set(used)
    assert {key: name for key, name in used.items() if key not in {caveat.key for caveat in CAVEATS}} == {}
