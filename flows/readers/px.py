"""PC-Axis files (.px): one row per figure, with the words and the codes of every dimension.

Format: PX-file format specification, Statistics Sweden. The declared code page is believed only where the bytes do
not show another: offices save as UTF-8 and leave the old declaration in the head.
"""

from __future__ import annotations

import codecs
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.readers.code_pages import told_code_page
from flows.readers.staged import SheetRows, numbered
from transforms.errors import FileRejected
from transforms.messages import Message, said

VALUE = "VALUE"
"""Column that takes the figure or the sign in its place; a dimension's codes stand in `<dimension>.code`."""
CODE = ".code"
MOST_FIGURES = 20_000_000
_SAID_IN_ROWS = ("UNITS", "CONTENTS")
"""Keywords of the head that say what the figures are; a contract can hold its rows to them."""
_KEYWORD = re.compile(
    r'\s*(?P<name>[A-Z][A-Z0-9-]*)(?:\[(?P<language>[^\]]*)\])?(?:\((?P<subkey>"(?:[^"])*"(?:,"(?:[^"])*")*)\))?='
)
_STRING = re.compile(r'"([^"]*)"')
_FIGURE = re.compile(r'"([^"]*)"|([^\s";]+)')
"""Some offices end every line of the data with a semicolon, not only the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keyword:
    name: str
    subkey: str
    text: str

    @property
    def strings(self) -> tuple[str, ...]:
        """The quoted texts of the value; adjacent ones without a comma between are one text, as in C."""
        found: list[str] = []
        end = 0
        for match in _STRING.finditer(self.text):
            is_continued = bool(found) and "," not in self.text[end : match.start()]
            if is_continued:
                found[-1] += match[1]
            else:
                found.append(match[1])
            end = match.end()
        return tuple(found)


def read_px(path: Path) -> SheetRows:
    """Rows of a PC-Axis file: `VALUE`, one column per dimension and, where it has codes, `<dimension>.code`.

    Titles are TITLE, CONTENTS, UNITS, CREATION-DATE and LAST-UPDATED. Raises FileRejected for what is no such file.
    """
    head, data = _parts(path, _decoded(path))
    keywords = _keywords(head)
    plain = {item.name: item.strings for item in keywords if not item.subkey}
    dimensions = [*plain.get("STUB", ()), *plain.get("HEADING", ())]
    values = {item.subkey: item.strings for item in keywords if item.name == "VALUES"}
    codes = {item.subkey: item.strings for item in keywords if item.name == "CODES"}
    lacking = [name for name in dimensions if not values.get(name)]
    if not dimensions or lacking:
        missing = ", ".join(f'VALUES("{name}")' for name in lacking) or "STUB, HEADING"
        raise _damaged(path, said("Its head lacks {keywords}.", keywords=missing))
    if any(item.name == "KEYS" for item in keywords):
        raise FileRejected(
            said("{file} lists only some cells (KEYS).", file=path.name),
            advice=said("Export the full table, without KEYS."),
        )
    sizes = [len(values[name]) for name in dimensions]
    figures = [match[1] if match[1] is not None else match[2] for match in _FIGURE.finditer(data)]
    _check_size(path, sizes, len(figures))
    columns = _columns(dimensions, values, codes, figures)
    columns |= {name: ["; ".join(plain[name])] * len(figures) for name in _SAID_IN_ROWS if plain.get(name)}
    titles = tuple(
        " ".join(text.split())
        for name in ("TITLE", "CONTENTS", "UNITS", "CREATION-DATE", "LAST-UPDATED", "NOTE")
        for text in plain.get(name, ())
    )
    return numbered(columns, titles, "figure")


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    if content.startswith(codecs.BOM_UTF8):
        return content.decode("utf-8-sig", errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _declared(content)
    name = told_code_page(content, [declared]) or declared
    try:
        return content.decode(name)
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _declared(content: bytes) -> str:
    """Python's name of the code page in the head; of one that is missing or unknown the page of western Windows."""
    found = re.search(rb'CODEPAGE="([^"]+)"', content[:4000])
    try:
        return codecs.lookup(found[1].decode("ascii", errors="replace")).name.replace("-", "_") if found else "cp1252"
    except LookupError:
        return "cp1252"


def _parts(path: Path, text: str) -> tuple[str, str]:
    """Head and data; the data end with a semicolon, which a file that was cut off lacks."""
    found = re.search(r"(?:^|[\r\n;])\s*DATA=", text)
    if found is None:
        raise _damaged(path, said("It has no DATA."))
    head, data = text[: found.start() + 1], text[found.end() :]
    if not data.rstrip().endswith(";"):
        raise _damaged(path, said("It does not end with a semicolon: it was probably cut off on its way."))
    return head, data.rstrip()[:-1]


def _keywords(head: str) -> list[_Keyword]:
    """Keywords of the default language; those of others are translations of the same."""
    found = []
    for statement in _statements(head):
        match = _KEYWORD.match(statement)
        if match is None or match["language"]:
            continue
        subkey = _STRING.match(match["subkey"])[1] if match["subkey"] else ""  # type: ignore[index]  # begins with one
        found.append(_Keyword(name=match["name"], subkey=subkey, text=statement[match.end() :]))
    return found


def _statements(head: str) -> Iterator[str]:
    """The head cut at semicolons that stand outside quotes."""
    start, is_quoted = 0, False
    for place, letter in enumerate(head):
        if letter == '"':
            is_quoted = not is_quoted
        elif letter == ";" and not is_quoted:
            yield head[start:place]
            start = place + 1


def _check_size(path: Path, sizes: Sequence[int], found: int) -> None:
    wanted = 1
    for size in sizes:
        wanted *= size
    if wanted > MOST_FIGURES:
        raise FileRejected(
            said("{file} holds more figures than are read at once: {n}.", file=path.name, n=wanted),
            advice=said("Export fewer dimensions at a time."),
        )
    if wanted != found:
        raise _damaged(
            path, said("Its head announces {wanted} figures and {found} stand there.", wanted=wanted, found=found)
        )


def _columns(
    dimensions: Sequence[str],
    values: Mapping[str, Sequence[str]],
    codes: Mapping[str, Sequence[str]],
    figures: Sequence[str],
) -> dict[str, list[str]]:
    places = list(zip(*itertools.product(*(range(len(values[name])) for name in dimensions)), strict=True))
    columns: dict[str, list[str]] = {}
    for name, place in zip(dimensions, places, strict=True):
        words = values[name]
        header = " ".join(name.split())
        columns[header] = [" ".join(words[number].split()) for number in place]
        if len(codes.get(name, ())) == len(words):
            columns[header + CODE] = [codes[name][number] for number in place]
    columns[VALUE] = list(figures)
    return columns


def _damaged(path: Path, what: Message) -> FileRejected:
    return FileRejected(
        (said("{file} is not a complete PC-Axis file.", file=path.name), what),
        advice=said("Export the table again and send the new file."),
    )
