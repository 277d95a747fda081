"""How an edition is cited: as text, and in the forms that reference managers read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date

from reports.archive.here import Here, edition_page
from reports.archive.model import ArchivedEdition

_BIBTEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_LINE_ENDS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """What a citation says; `url` and `publisher` are empty where they are not known, `remark` says SYNTHETIC."""

    key: str
    title: str
    edition: str
    note: str
    released_on: date
    language: str
    url: str
    remark: str
    publisher: str


def cited(here: Here, edition: ArchivedEdition) -> Cited:
    """The citation of an edition in the language of the page."""
    release, archive = edition.release, here.archive
    note = here.text(
        "Edition {edition} ({audience}); state of knowledge: {as_of}; run {run}; SHA-256 of edition.json: {sha256}",
        edition=edition.edition,
        audience=here.audience,
        as_of=here.locale.date(release.as_of),
        run=release.run_id,
        sha256=release.manifest_sha256,
    )
    url = f"{archive.site}{edition_page(here.language, edition.edition)}" if archive.site else ""
    return Cited(
        key=f"tip-trends-{archive.scope}-{edition.edition}-{archive.audience}",
        title=here.title(edition),
        edition=edition.edition,
        note=note,
        released_on=release.released_on,
        language=here.language,
        url=url,
        remark=here.text("SYNTHETIC data.") if edition.is_synthetic else "",
        publisher=here.told(archive.publisher),
    )


def as_text(here: Here, one: Cited) -> str:
    """One paragraph."""
    released = here.text("Released on {date}.", date=here.locale.date(one.released_on))
    author = f"{one.publisher.rstrip('.')}." if one.publisher else ""
    return " ".join(filter(None, (author, f"{one.title}.", f"{one.note}.", released, one.remark, one.url)))


def as_bibtex(one: Cited) -> str:
    """An entry of BibTeX; the braces around the title keep its capitals."""
    fields = {
        **({"author": f"{{{_escaped(one.publisher)}}}"} if one.publisher else {}),
        "title": f"{{{_escaped(one.title)}}}",
        "year": f"{one.released_on.year:04d}",
        "date": one.released_on.isoformat(),
        "edition": _escaped(one.edition),
        "note": _escaped(_noted(one)),
        "language": one.language,
        **({"url": one.url} if one.url else {}),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{{one.key},\n{lines}\n}}"


def as_ris(one: Cited) -> str:
    """A record of RIS."""
    fields = (
        ("TY", "RPRT"),
        ("ID", one.key),
        *((("AU", one.publisher), ("PB", one.publisher)) if one.publisher else ()),
        ("TI", one.title),
        ("PY", f"{one.released_on.year:04d}"),
        ("DA", f"{one.released_on:%Y/%m/%d}/"),
        ("ET", one.edition),
        ("LA", one.language),
        ("N1", _noted(one)),
        *((("UR", one.url),) if one.url else ()),
        ("ER", ""),
    )
    return "\n".join(f"{tag}  - {_LINE_ENDS.sub(' ', value)}" for tag, value in fields)


def as_csl(one: Cited) -> str:
    """An item of CSL-JSON."""
    day = one.released_on
    item = {
        "id": one.key,
        "type": "report",
        **({"author": [{"literal": one.publisher}], "publisher": one.publisher} if one.publisher else {}),
        "title": one.title,
        "edition": one.edition,
        "issued": {"date-parts": [[day.year, day.month, day.day]]},
        "language": one.language,
        "note": _noted(one),
        **({"URL": one.url} if one.url else {}),
    }
    return json.dumps([item], ensure_ascii=False, indent=1)


def _noted(one: Cited) -> str:
    return ". ".join(filter(None, (one.note, one.remark)))


def _escaped(text: str) -> str:
    return "".join(_BIBTEX.get(letter, letter) for letter in _LINE_ENDS.sub(" ", text))
