"""The home folder: what a run keeps, where it lies, and the few choices of `home.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.editions.awaited_rules import NO_RULES, AwaitedRules, awaited_rules
from flows.notices.settings import NO_NOTICES, NoticeSettings, notice_settings
from flows.private import make_private
from transforms.errors import ProfileInvalid, WrongArguments

WORLD = "world"
AUDIENCES = ("working-group", "public")
LANGUAGES = ("en", "ru", "tk")
ENVIRONMENT = "TIP_TRENDS_HOME"
DEFAULT_FOLDER = Path("tip-trends-home")

_SITE = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]*)?")
_SCOPE = re.compile(rf"{WORLD}|[A-Z]{{2}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupSettings:
    """Where backups go and which stay; paths are empty where nothing is said, and without numbers all stay.

    The numbers are those of days, weeks and months of which the last backup stays.
    """

    folder: str = ""
    key_file: str = ""
    keep_daily: int = 0
    keep_weekly: int = 0
    keep_monthly: int = 0

    @property
    def has_rule(self) -> bool:
        """Whether it says which backups stay."""
        return bool(self.keep_daily or self.keep_weekly or self.keep_monthly)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Choices of a home: the country (None: the world), for whom editions are made, and in which languages.

    `self_approval` lets an edition of synthetic data alone appear without a second person; never one of real data.
    `site` is the address under which `archive/public/` is published, with a slash at its end; empty where it is not.
    `publisher` is the name under which editions appear, by language; none where readers need not be told.
    `awaited` says which editions are held while a delivery is missing, `notices` where notices to suppliers go.
    `backup` is what stands under [backup].
    """

    country: str | None = None
    audiences: tuple[str, ...] = AUDIENCES
    languages: tuple[str, ...] = ("en",)
    self_approval: bool = False
    site: str = ""
    publisher: Mapping[str, str] = field(default_factory=dict)
    awaited: AwaitedRules = NO_RULES
    notices: NoticeSettings = NO_NOTICES
    backup: BackupSettings = field(default_factory=BackupSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Names of the files and folders under one home; nothing is created by asking."""

    folder: Path

    @property
    def inbox(self) -> Path:
        """Files waiting to be ingested."""
        return self.folder / "inbox"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file."""
        return self.folder / "warehouse.duckdb"

    @property
    def editions(self) -> Path:
        """Published editions, `<scope>/<edition>/<audience>/`."""
        return self.folder / "editions"

    @property
    def archive(self) -> Path:
        """The sites of all released editions, `<audience>/<scope>/`."""
        return self.folder / "archive"

    @property
    def returns(self) -> Path:
        """What suppliers get back, `<scope>/<edition>/<body>/`."""
        return self.folder / "returns"

    @property
    def notices(self) -> Path:
        """What suppliers were written, `<body>/<period>-<source>-<stage>/`."""
        return self.folder / "notices"

    @property
    def drafts(self) -> Path:
        """Editions that nobody has approved, `<scope>/<edition>/<audience>/`."""
        return self.folder / "drafts"

    @property
    def ledger(self) -> Path:
        """The second copy of the ledger, one entry a line."""
        return self.folder / "ledger.jsonl"

    @property
    def given_since(self) -> Path:
        """In a home from an older backup: entries of the ledger that gave readers what this home does not know."""
        return self.folder / "ledger.given-since.jsonl"

    @property
    def logs(self) -> Path:
        """Reports of unexpected failures and timings of runs; never rows."""
        return self.folder / "logs"

    @property
    def profiles(self) -> Path:
        """The user's own source profiles."""
        return self.folder / "profiles"

    @property
    def prefect(self) -> Path:
        """Prefect's own database and settings."""
        return self.folder / ".prefect"

    @property
    def settings_file(self) -> Path:
        """`home.toml`."""
        return self.folder / "home.toml"

    def create(self) -> Home:
        """Make the folders that a run needs; raises WrongArguments where the home cannot be a folder."""
        try:
            for folder in (self.inbox, self.editions, self.logs):
                make_private(folder)
        except OSError as problem:
            raise WrongArguments(
                f"The home folder {self.folder} cannot be created or written to ({problem.strerror}).",
                advice=f"Name a folder of your own with --home DIR or {ENVIRONMENT}.",
            ) from problem
        return self

    def settings(self) -> Settings:
        """Read `home.toml`; the defaults where there is none. Raises ProfileInvalid naming key and remedy."""
        try:
            text = self.settings_file.read_text(encoding="utf-8-sig")
        except (FileNotFoundError, NotADirectoryError):
            return Settings()
        except UnicodeDecodeError:
            raise ProfileInvalid(f"{self.settings_file} is not UTF-8 text.", advice="Save it as UTF-8.") from None
        try:
            return _settings(tomllib.loads(text), self.settings_file)
        except tomllib.TOMLDecodeError as problem:
            raise ProfileInvalid(f"{self.settings_file} is not valid TOML: {problem}.", advice=_EXAMPLE) from problem

    def scope(self, asked: str | None) -> str:
        """The scope asked for, else the home's country, else `world`; raises WrongArguments for anything else."""
        if asked is None:
            return self.settings().country or WORLD
        scope = asked if asked == WORLD else asked.upper()
        if not _SCOPE.fullmatch(scope):
            raise WrongArguments(
                f"'{asked}' is not a scope.", advice="Write world or an ISO 3166 country code: --scope TM."
            )
        return scope


_EXAMPLE = 'home.toml looks like this: country = "TM"; audiences = ["working-group", "public"]; languages = ["en"]'


_RELEASE = "Write under the line [release]: self_approval = true. It is honoured for synthetic data only."

_MOST_KEPT = 1000
_LONGEST_NAME = 300
_BACKUP = (
    'Write under the line [backup]: folder = "/media/backups", key_file = "/media/stick/key", and which stay: '
    "keep_daily = 14, keep_weekly = 8, keep_monthly = 24."
)


def _settings(given: dict[str, Any], file: Path) -> Settings:
    unknown = sorted(
        set(given)
        - {"country", "audiences", "languages", "release", "site", "publisher", "awaited", "notices", "backup"}
    )
    if unknown:
        raise ProfileInvalid(f"{file}: unknown key '{unknown[0]}'.", advice=_EXAMPLE)
    country = given.get("country")
    if country is not None and not (isinstance(country, str) and re.fullmatch("[A-Z]{2}", country)):
        raise ProfileInvalid(f"{file}: 'country' must be a code of two capital letters.", advice=_EXAMPLE)
    return Settings(
        country=country,
        audiences=_choice(given, "audiences", AUDIENCES, Settings().audiences, file),
        languages=_choice(given, "languages", LANGUAGES, Settings().languages, file),
        self_approval=_self_approval(given.get("release", {}), file),
        site=_site(given.get("site", ""), file),
        publisher=_publisher(given.get("publisher", {}), file),
        awaited=awaited_rules(given.get("awaited", {}), file),
        notices=notice_settings(given.get("notices", {}), file),
        backup=_backup(given.get("backup", {}), file),
    )


def _backup(given: object, file: Path) -> BackupSettings:
    texts, numbers = ("folder", "key_file"), ("keep_daily", "keep_weekly", "keep_monthly")
    if not isinstance(given, dict):
        raise ProfileInvalid(f"{file}: 'backup' is a [section].", advice=_BACKUP)
    if unknown := sorted(set(given) - {*texts, *numbers}):
        raise ProfileInvalid(f"{file}: unknown key '{unknown[0]}' under [backup].", advice=_BACKUP)
    for key, value in given.items():
        if key in texts and not (isinstance(value, str) and value):
            raise ProfileInvalid(f"{file}: '{key}' under [backup] must be a path between quotes.", advice=_BACKUP)
        if key in numbers and not (type(value) is int and 0 < value <= _MOST_KEPT):
            what = f"a whole number from 1 to {_MOST_KEPT}"
            raise ProfileInvalid(f"{file}: '{key}' under [backup] must be {what}.", advice=_BACKUP)
    return BackupSettings(**given)


def _site(given: object, file: Path) -> str:
    """The address with a slash at its end; raises ProfileInvalid for anything but a plain one of the web."""
    if given == "":
        return ""
    if not isinstance(given, str) or not _SITE.fullmatch(given):
        raise ProfileInvalid(
            f"{file}: 'site' must be the address under which archive/public is published.",
            advice='Write it whole and above any [section], without ? and #: site = "https://statistics.example/trafficking/"',
        )
    return given.rstrip("/") + "/"


def _publisher(given: object, file: Path) -> dict[str, str]:
    """The name by language; raises ProfileInvalid for a language without texts and for what is no name."""
    if not isinstance(given, dict) or any(
        language not in LANGUAGES or not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME
        for language, name in given.items()
    ):
        raise ProfileInvalid(
            f"{file}: [publisher] names who publishes the editions, by language ({', '.join(LANGUAGES)}).",
            advice='Write under the line [publisher]: en = "National Working Group"',
        )
    return {language: " ".join(name.split()) for language, name in given.items()}


def _self_approval(given: object, file: Path) -> bool:
    if not isinstance(given, dict) or set(given) - {"self_approval"}:
        raise ProfileInvalid(f"{file}: [release] knows only 'self_approval'.", advice=_RELEASE)
    chosen = given.get("self_approval", False)
    if not isinstance(chosen, bool):
        raise ProfileInvalid(f"{file}: 'self_approval' is true or false.", advice=_RELEASE)
    return chosen


def _choice(
    given: dict[str, Any], key: str, allowed: tuple[str, ...], default: tuple[str, ...], file: Path
) -> tuple[str, ...]:
    chosen = given.get(key, list(default))
    if not isinstance(chosen, list) or not chosen or any(item not in allowed for item in chosen):
        raise ProfileInvalid(
            f"{file}: '{key}' must be a list of {', '.join(allowed)}, at least one of them.", advice=_EXAMPLE
        )
    return tuple(dict.fromkeys(chosen))


def write_settings(home: Home, settings: Settings) -> None:
    """Write `home.toml` anew.

    Raises WrongArguments when the home already belongs to another country: editions of two countries do not mix.
    """
    if home.settings_file.exists():
        present = home.settings().country
        if present == settings.country:
            return
        raise WrongArguments(
            f"{home.settings_file} already says {present or 'no country'}.",
            advice="Edit that file, or choose another home with --home DIR.",
        )
    lines = [
        "# What this home is for. Without a country, editions are about the world.",
        f'country = "{settings.country}"' if settings.country else '# country = "TM"',
        f"audiences = [{', '.join(f'{a!r}' for a in settings.audiences)}]".replace("'", '"'),
        f"languages = [{', '.join(f'{a!r}' for a in settings.languages)}]".replace("'", '"'),
    ]
    if settings.self_approval:
        lines += _SELF_APPROVAL
    home.settings_file.write_text("\n".join(lines) + "\n", encoding="utf-8")


_SELF_APPROVAL = [
    "",
    "# Editions appear without a second person's approval. Honoured only while all their data are SYNTHETIC.",
    "[release]",
    "self_approval = true",
]


def allow_self_approval(home: Home) -> None:
    """Add self-approval to a `home.toml` that says nothing of releasing; what it says is left alone."""
    text = home.settings_file.read_text(encoding="utf-8-sig")
    if "release" not in tomllib.loads(text):
        home.settings_file.write_text("\n".join([text.rstrip("\n"), *_SELF_APPROVAL]) + "\n", encoding="utf-8")
