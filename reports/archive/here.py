"""A page of the archive in one language: its words, and the way from it to other files of the site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from reports import measures, words
from reports.archive.history import TableListed
from reports.archive.model import Archive, ArchivedEdition
from reports.blocks import Inline, Part, TableCell
from reports.edition import DIMENSION_LABELS
from reports.locale import Locale, locale
from reports.printed import figure, printed
from transforms.disclosure.released import ReleasedCell
from transforms.periods import Period

HOME = "index.html"
FEED = "feed.atom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """One page: the archive it is of, its language, and its path within the site."""

    archive: Archive
    locale: Locale
    path: str

    @property
    def language(self) -> str:
        """Code of the language."""
        return self.locale.language

    def text(self, message: str, /, **values: str) -> str:
        """A translated text."""
        return self.locale.text(message, **values)

    def say(self, message: str, /, **parts: Part | str) -> Inline:
        """A translated text with typed parts."""
        return self.locale.say(message, **parts)

    def to(self, target: str) -> str:
        """The relative path from this page to a file of the site."""
        own, there = self.path.split("/")[:-1], target.split("/")
        shared = 0
        while shared < min(len(own), len(there) - 1) and own[shared] == there[shared]:
            shared += 1
        return "../" * (len(own) - shared) + "/".join(there[shared:])

    def home(self, language: str = "") -> str:
        """Way to the first page."""
        return self.to(f"{language or self.language}/{HOME}")

    def edition_page(self, edition: str) -> str:
        """Way to the page of an edition."""
        return self.to(edition_page(self.language, edition))

    def indicator_page(self, name: str) -> str:
        """Way to the page of an indicator."""
        return self.to(indicator_page(self.language, name))

    def file(self, edition: str, name: str) -> str:
        """Way to a file of an edition."""
        return self.to(f"{edition_folder(edition)}/{name}")

    @property
    def area(self) -> str:
        """Name of the country, or the world."""
        scope, names = self.archive.scope, self.archive.names
        if scope == "world":
            return self.text("World")
        if scope in self.locale.cldr.territories:
            return self.locale.territory(scope)
        return str(names.get(self.language) or names.get("en") or scope)

    @property
    def audience(self) -> str:
        """For whom the editions are."""
        told = {"working-group": self.text("Working Group"), "public": self.text("Public")}
        return told.get(self.archive.audience, self.archive.audience)

    def title(self, edition: ArchivedEdition) -> str:
        """The title of an edition, as it stands on its report."""
        return self.text(
            "Trafficking in persons in figures: {area}, {period}",
            area=self.area,
            period=self.locale.period(edition.period.code),
        )

    def period(self, part: Period) -> str:
        """A period in words."""
        return self.locale.period(part.code)

    def kind(self, kind: str) -> str:
        """Name of a kind of editions."""
        told = {
            "annual": self.text("Annual edition"),
            "quarterly": self.text("Quarterly edition"),
            "monthly": self.text("Monthly edition"),
        }
        return told.get(kind, kind)

    def state(self, edition: ArchivedEdition) -> str:
        """What became of an edition, in a word or two."""
        is_provisional = edition.contents is not None and edition.contents.is_provisional
        told = {
            "released": self.text("released, provisional") if is_provisional else self.text("released"),
            "withdrawn": self.text("withdrawn"),
            "absent": self.text("not at hand"),
        }
        return told[edition.state]

    def indicator(self, name: str) -> str:
        """Name of an indicator or of a selection of one."""
        return words.indicator(name, self.text)

    def unit(self, unit: str) -> str:
        """Name of a unit."""
        return self.text(words.UNITS.get(unit, unit))

    def measure(self, measure: str) -> str:
        """Name of a measure."""
        return self.text(measures.MEASURES.get(measure, words.readable(measure)))

    def table(self, table: TableListed) -> str:
        """What a table holds: its measure and its dimensions."""
        across = " × ".join(self.text(DIMENSION_LABELS.get(name, words.readable(name))) for name in table.dimensions)
        return f"{self.indicator(table.series)}: {self.measure(table.measure)} ({across})"

    def caveat(self, key: str) -> str:
        """The sentence of a caveat."""
        return self.text(words.CAVEATS[key]) if key in words.CAVEATS else words.readable(key)

    def source(self, name: str) -> str:
        """Title of a source."""
        return self.text(words.SOURCES[name]) if name in words.SOURCES else words.readable(name)

    def told(self, texts: Mapping[str, str]) -> str:
        """A text that is carried in several languages."""
        return str(texts.get(self.language) or texts.get("en") or next(iter(texts.values()), ""))

    def printed(self, cell: ReleasedCell | None, unit: str) -> TableCell:
        """A cell as it is printed: a number, or the mark of its state."""
        return printed(self.locale, cell, unit)

    def figure(self, value: float, unit: str) -> str:
        """A number in the format of its unit."""
        return figure(self.locale, value, unit)

    def size(self, size: int) -> str:
        """Bytes as kilobytes or megabytes, with one decimal where it is small."""
        unit, step = (self.text("MB"), 1_000_000) if size >= 1_000_000 else (self.text("kB"), 1_000)
        decimals = 1 if size < 10 * step else 0
        return f"{_amount(self.language, round(size / step, decimals), decimals)}\u00a0{unit}"


@cache
def _amount(language: str, amount: float, decimals: int) -> str:
    """A rounded amount as a language writes it; a site prints tens of thousands, of which few differ."""
    return locale(language).number(amount, decimals)


def edition_page(language: str, edition: str) -> str:
    """Where the page of an edition lies in the site."""
    return f"{language}/editions/{edition}.html"


def indicator_page(language: str, name: str) -> str:
    """Where the page of an indicator lies in the site."""
    return f"{language}/indicators/{name}.html"


def feed(language: str) -> str:
    """Where the feed lies in the site."""
    return f"{language}/{FEED}"


def history_file(name: str) -> str:
    """Where the history of an indicator lies in the site, as CSV."""
    return f"indicators/{name}.csv"


def edition_folder(edition: str) -> str:
    """Where the files of an edition lie in the site."""
    return f"editions/{edition}"


def digests_file(edition: str) -> str:
    """Where the digests of the files of an edition lie in the site, as `sha256sum` reads them."""
    return f"editions/{edition}.sha256"
