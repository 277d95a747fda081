"""Delimited text of any common dialect, read by DuckDB as columns of text, with nothing lost and nothing guessed.

One streaming look at the bytes settles encoding, line ends and whether the file is a table at all. What DuckDB cannot
read as it stands (UTF-16, Windows code pages, mixed line ends, empty lines between rows) is first rewritten as UTF-8 in
a working folder; the extract itself is never touched. A row with too few or too many cells stays a row and is marked.
"""

from __future__ import annotations

import codecs
import csv
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from transforms.errors import FileRejected
from transforms.messages import Message, said
from transforms.sql import file_literal, quoted

DELIMITERS = (",", ";", "\t", "|")
LONGEST_LINE = 1_000_000
"""Bytes of the longest line that is read; a longer one in the middle of a file goes to quarantine."""
_BLOCKS = (0x00, 0x01, 0x04, 0x20)
"""Upper bytes of Latin letters, of those with marks, of Cyrillic ones, and of signs such as an ellipsis in UTF-16."""
EMPTY_LINE = "\x02"
"""Stands for an empty line in a rewritten file, so that line numbers stay true."""
_NEWLINES = {"\n": r"'\n'", "\r\n": r"'\r\n'"}
"""Line ends as DuckDB wants them written."""
NO_NULL = "\x01"
_CHUNK = 4_000_000
_SDMX_FIRST = ("DATAFLOW", "STRUCTURE")
"""First column of SDMX-CSV 1.0 and 2.0."""
_CODE_PAGES = ["cp1251", "cp1252", "cp1254", "koi8_r", "cp866", "iso8859_5", "iso8859_9", "mac_cyrillic"]
_SAVE_AS = said("Save the table as CSV in UTF-8 (in Excel: 'CSV UTF-8 (comma delimited)') and send it again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """A delimited file that can be read: `path` is the extract, or its UTF-8 rewriting in the working folder.

    `first_row` is the number a spreadsheet would show for the first row below the header; `rows` is how many lines
    stand there, where no quotes could join lines (None: some could); a rewriting marks empty lines as `EMPTY_LINE`.
    `is_labelled`: SDMX-CSV whose cells read `F: Female`, of which the code is taken.
    """

    path: Path
    headers: tuple[str, ...]
    delimiter: str
    newline: str
    first_row: int
    rows: int | None = None
    is_rewritten: bool = False
    is_labelled: bool = False
    notes: tuple[Message, ...] = ()

    def relation(self, rejects: str, *, is_parallel: bool) -> str:
        """`read_csv(…)` with columns c0, c1, … of text; empty cells are '', and cells a short row lacks are null.

        One column more than the header has (`c<n>`) catches what stands beyond it; rows that no column can hold,
        of broken quotes or of foreign bytes, go to the temporary table `rejects` with their line.
        """
        columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(self.headers) + 1))
        options = (
            f"auto_detect = false, header = false, skip = {self.first_row - 1}, delim = {quoted(self.delimiter)}, "
            f"""quote = '"', escape = '"', new_line = {_NEWLINES[self.newline]}, nullstr = {quoted(NO_NULL)}, """
            f"null_padding = true, max_line_size = {LONGEST_LINE}, store_rejects = true, "
            f"rejects_table = {quoted(rejects)}, rejects_scan = {quoted(rejects + '_scan')}, "
            f"parallel = {str(is_parallel).lower()}, columns = {{{columns}}}"
        )
        source = f"read_csv({file_literal(str(self.path))}, {options})"
        if not self.is_labelled:
            return source
        cut = ", ".join(f"split_part(c{place}, ': ', 1) AS c{place}" for place in range(len(self.headers)))
        return f"(SELECT {cut}, c{len(self.headers)} FROM {source})"

    @property
    def is_ragged(self) -> str:
        """SQL that is true for a row with fewer cells than the header, or with something beyond its last column."""
        last = len(self.headers) - 1
        return f"(c{last} IS NULL OR coalesce(c{last + 1}, '') <> '')"


@dataclass(slots=True, kw_only=True)
class _Look:
    """What one pass over the bytes tells."""

    line_feeds: int = 0
    returns: int = 0
    pairs: int = 0
    has_nul: bool = False
    has_quotes: bool = False
    ends_in_row: bool = False
    has_empty_line: bool = False
    is_ascii: bool = True
    is_utf8: bool = True


def open_text(path: Path, working: Path) -> TextTable:
    """Settle the dialect of a file; a rewriting, if needed, goes into `working`. Raises FileRejected."""
    start = _start(path)
    encoding = _byte_order(start)
    look = _look(path)
    notes: tuple[Message, ...] = ()
    if encoding is None:
        if look.has_nul:
            raise FileRejected(
                said("{file} is not a text table: it holds binary data.", file=path.name), advice=_SAVE_AS
            )
        encoding, notes = _encoding(path, look)
    newlines = {"\n": look.line_feeds - look.pairs, "\r\n": look.pairs, "\r": look.returns - look.pairs}
    used = [newline for newline, count in newlines.items() if count]
    is_rewritten = encoding != "utf-8" or len(used) > 1 or used == ["\r"] or look.has_empty_line
    if is_rewritten:
        path = _rewritten(path, encoding, working)
        used = ["\n"]
    elif not _is_utf8(str(path)):
        path = _renamed(path, working)
    headers, delimiter, first_row = _header(path)
    is_labelled = headers[0].split(": ")[0] in _SDMX_FIRST and any(": " in header for header in headers)
    if is_labelled:
        headers = tuple(header.split(": ")[0] for header in headers)
    lines = look.line_feeds + look.ends_in_row
    return TextTable(
        path=path,
        headers=headers,
        delimiter=delimiter,
        newline=used[0] if used else "\n",
        first_row=first_row,
        rows=None if look.has_quotes or is_rewritten else lines - first_row + 1,
        is_rewritten=is_rewritten,
        is_labelled=is_labelled,
        notes=notes,
    )


def _start(path: Path) -> bytes:
    with path.open("rb") as stream:
        start = stream.read(LONGEST_LINE + 2)
    if not start.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise _empty(path)
    if len(start) > LONGEST_LINE and not any(mark in start for mark in (b"\n", b"\r")):
        raise FileRejected(
            said(
                "{file}: line 1 is longer than {size} MB; this is not a table of rows.",
                file=path.name,
                size=LONGEST_LINE // 1_000_000,
            ),
            advice=(said("A table has a header line and one line per row."), _SAVE_AS),
        )
    return start


def _empty(path: Path) -> FileRejected:
    return FileRejected(
        said("{file} is empty.", file=path.name), advice=said("Send the file again with its header and rows.")
    )


def _byte_order(start: bytes) -> str | None:
    """`utf-16` where a byte order mark or the upper bytes of Latin and Cyrillic letters say so."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = start[:400]
    for name, upper, letters in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        plain = sum(upper.count(block) for block in _BLOCKS)
        if len(upper) > 8 and upper.count(0) and plain > 0.9 * len(upper) and not letters.count(0):
            return name
    return None


def _look(path: Path) -> _Look:
    look = _Look()
    decoder = codecs.getincrementaldecoder("utf-8")()
    previous = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            seam = previous + chunk[:2]
            look.line_feeds += chunk.count(b"\n")
            returns = chunk.count(b"\r")
            if returns:
                look.returns += returns
                look.pairs += chunk.count(b"\r\n")
            look.pairs += previous[-1:] == b"\r" and chunk[:1] == b"\n"
            look.has_nul |= b"\x00" in chunk
            look.has_quotes |= b'"' in chunk
            look.ends_in_row = not chunk.endswith((b"\n", b"\r"))
            gaps = (b"\n\n", b"\n\r", b"\r\r") if look.returns else (b"\n\n",)
            look.has_empty_line = look.has_empty_line or any(gap in part for gap in gaps for part in (chunk, seam))
            if look.is_utf8 and not (look.is_ascii and chunk.isascii()):
                look.is_ascii = False
                look.is_utf8 = _decodes(decoder, chunk)
            previous = chunk[-2:]
    if look.is_utf8 and not look.is_ascii:
        look.is_utf8 = _decodes(decoder, b"", final=True)
    return look


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _encoding(path: Path, look: _Look) -> tuple[str, tuple[Message, ...]]:
    """(encoding, note for the acceptance report). A file that is UTF-8 but for a few bytes stays UTF-8."""
    if look.is_utf8:
        return "utf-8", ()
    with path.open("rb") as stream:
        sample = stream.read(1_000_000)
    text = sample.decode("utf-8", errors="replace")
    beyond = sum(1 for letter in text if letter > "\x7f")
    broken = text.count("\ufffd")
    if beyond == 0 or broken < 0.1 * beyond:
        return "utf-8", (
            said("The file is UTF-8 with some damaged characters; rows that hold them are in quarantine."),
        )
    best = from_bytes(sample, cp_isolation=_CODE_PAGES, threshold=0.6).best()
    name = best.encoding if best is not None else "cp1251"
    note = said(
        "The file is not UTF-8; it was read as {encoding}. Check a few names, or send it as UTF-8.", encoding=name
    )
    return name, (note,)


def _is_utf8(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _renamed(path: Path, working: Path) -> Path:
    """The same file under a name that DuckDB can be given; old disks have names in a Windows code page."""
    link = working / "extract.csv"
    link.symlink_to(path.resolve())
    return link


def _rewritten(path: Path, encoding: str, working: Path) -> Path:
    """A copy in UTF-8 with LF line ends, empty lines marked."""
    copy = working / "extract.txt"
    is_damaged = encoding == "utf-8"
    try:
        with (
            path.open(
                encoding="utf-8-sig" if is_damaged else encoding, errors="surrogateescape", newline=None
            ) as source,
            copy.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as target,
        ):
            for line in source:
                target.write(line if line != "\n" else f"{EMPTY_LINE}\n")
    except UnicodeError as problem:
        raise FileRejected(
            said("{file} cannot be read as {encoding} text.", file=path.name, encoding=encoding), advice=_SAVE_AS
        ) from problem
    return copy


def _header(path: Path) -> tuple[tuple[str, ...], str, int]:
    """(headers, delimiter, number of the first row below). Empty lines above the header are passed over."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        number, line = 0, EMPTY_LINE
        while line.strip() in ("", EMPTY_LINE):
            line = stream.readline(LONGEST_LINE)
            number += 1
            if not line:
                raise _empty(path)
    line = line.rstrip("\r\n")
    choices = {mark: _split(line, mark) for mark in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda mark: len(choices[mark]))
    headers = tuple(" ".join(cell.split()) for cell in choices[delimiter])
    return headers, delimiter, number + 1


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except (csv.Error, StopIteration):
        return [line]
