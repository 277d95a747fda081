"""Refusals of files are messages, so that every language of a home has them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from reports.locale import locale
from transforms.errors import FileRejected
from transforms.sources.layouts import Grid
from transforms.sources.registry import profile
from transforms.sources.sheets import lay_out

PROJECT = Path(__file__).resolve().parents[2]
REFUSALS = {"FileRejected", "IdentifierFound", "_damaged"}


def plain_texts(source: str) -> list[int]:
    """Lines where a refusal is given a text that is no message, as its reason or as its advice."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS:
            given = [*node.args, *(word.value for word in node.keywords)]
            found += [text.lineno for text in given if isinstance(text, ast.Constant | ast.JoinedStr)]
    return found


def test_no_refusal_of_a_file_is_english_only() -> None:
    modules = [path for folder in ("flows", "transforms") for path in (PROJECT / folder).rglob("*.py")]
    strays = {str(path): lines for path in modules if (lines := plain_texts(path.read_text(encoding="utf-8")))}
    assert strays == {}


def test_a_plain_text_would_be_found() -> None:
    assert plain_texts('raise FileRejected(f"{x} is wrong.", advice=said("Right it."))') == [1]
    assert plain_texts('raise FileRejected(said("{x} is wrong.", x=x), advice="Right it.")') == [1]


def told_in_russian(refusal: FileRejected) -> str:
    here = locale("ru")
    text = " ".join(here.message(message) for message in (*refusal.reason, *refusal.remedy))
    assert here.untranslated == set()
    return text


@pytest.mark.parametrize(
    ("content", "english", "russian"),
    [
        (b'STUB="a";\nDATA=1;', r"lacks VALUES\(.a.\)", "нет VALUES"),
        (b'STUB="a";\nVALUES("a")="x","y";\n', "It has no DATA", "нет раздела DATA"),
        (b'STUB="a";\nVALUES("a")="x","y";\nDATA=1', "does not end with a semicolon", "точкой с запятой"),
        (
            b'STUB="a";\nVALUES("a")="x","y";\nDATA=1;',
            "announces 2 figures and 1 stand there",
            "заявлено чисел: 2, а в файле их 1",
        ),
        (b'STUB="a";\nVALUES("a")="x","y";\nKEYS("a")=VALUES;\nDATA=1 2;', "only some cells", "KEYS"),
    ],
)
def test_a_damaged_table_of_pc_axis_is_refused_in_every_language(
    tmp_path: Path, content: bytes, english: str, russian: str
) -> None:
    from flows.readers.px import read_px

    path = tmp_path / "table.px"
    path.write_bytes(content)
    with pytest.raises(FileRejected, match=english) as caught:
        read_px(path)
    assert russian in told_in_russian(caught.value)


def test_a_sheet_without_its_header_is_refused_in_every_language() -> None:
    import polars as pl

    form = profile("crime_justice")
    grid = Grid(sheet="Лист 1", frame=pl.DataFrame({"a": ["x"]}))
    with pytest.raises(FileRejected, match="No sheet has a header row") as caught:
        lay_out([grid], form)
    assert "Ни на одном листе" in told_in_russian(caught.value)
