"""Checks of an installation: Python, libraries, fonts, languages, Prefect, a browser."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from packaging.requirements import InvalidRequirement, Requirement

import flows
from flows.check import Check, unwell, well
from flows.clock import Clock
from flows.home import LANGUAGES, Home
from flows.running.prefect_setup import QUIET, environment
from flows.version import PRODUCT
from transforms.countries import countries, country
from transforms.errors import TipTrendsError
from transforms.messages import counted, said

LEAST_PYTHON = (3, 11)
PACKAGES = ("tip-trends", "prefect", "duckdb", "polars", "matplotlib", "statsmodels", "scipy", "numpy")
LETTERS = "ÄäÇçŇňÖöŞşÜüÝýŽžЖжЩщЫыЁё"
"""Letters of Turkmen and Russian that charts must be able to draw."""
LOCK = "requirements.lock"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_PINNED = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*==[^\\]+")
_MOST_NAMED = 5
_INSTALL_AGAIN = said("Install the product again: python -m pip install . in its folder, or make demo.")


def python(_: Home, __: Clock) -> Check:
    """The version of Python."""
    label = said("Python")
    found = said(
        "Python {version} on {system}",
        version=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
    )
    if sys.version_info >= LEAST_PYTHON:
        return well("python", label, found)
    return unwell("python", label, found, said("Install Python 3.11 or newer."))


def packages(_: Home, __: Clock) -> Check:
    """Whether the libraries are there."""
    label = said("Libraries")
    found, missing = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return unwell("packages", label, said("Missing: {names}", names=", ".join(missing)), _INSTALL_AGAIN)
    return well("packages", label, said("{names}", names=", ".join(found)))


def lock(_: Home, __: Clock) -> Check:
    """Whether the libraries are of the versions that the product was tested with."""
    label = said("Versions of libraries")
    path = Path(flows.__file__).resolve().parents[1] / LOCK
    wanted = list(_locked(path)) if path.is_file() else list(_asked())
    name = LOCK if path.is_file() else PRODUCT
    others = [told for one in wanted if (told := _differs(one)) is not None]
    if not others:
        return well(
            "lock",
            label,
            counted("{n} library is as {lock} asks", "{n} libraries are as {lock} asks", len(wanted), lock=name),
        )
    listed = "; ".join(others[:_MOST_NAMED]) + ("; …" if len(others) > _MOST_NAMED else "")
    return unwell(
        "lock",
        label,
        counted(
            "{n} library is not as {lock} asks: {listed}",
            "{n} libraries are not as {lock} asks: {listed}",
            len(others),
            lock=name,
            listed=listed,
        ),
        (
            said("Figures can come out otherwise, and old editions may not be made again as they were."),
            said("Install them again: python -m pip install --no-deps --require-hashes -r requirements.lock")
            if path.is_file()
            else _INSTALL_AGAIN,
        ),
    )


def _locked(path: Path) -> Iterator[Requirement]:
    """The pinned versions of a lock that concern this computer; extras of developers may be missing."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if pinned := _PINNED.match(line):
            try:
                needed = Requirement(pinned[0].strip())
            except InvalidRequirement:
                continue
            if needed.marker is None or needed.marker.evaluate():
                yield needed


def _asked() -> Iterator[Requirement]:
    """What the installed product asks for."""
    for line in requires(PRODUCT) or ():
        needed = Requirement(line)
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            yield needed


def _differs(needed: Requirement) -> str | None:
    """How an installed library differs from what is asked; one that is not there is none of this check."""
    try:
        present = version(needed.name)
    except PackageNotFoundError:
        return None
    return (
        None
        if needed.specifier.contains(present, prereleases=True)
        else f"{needed.name} {present} ({needed.specifier})"
    )


def fonts(_: Home, __: Clock) -> Check:
    """Whether charts can draw the letters of all languages."""
    from reports.fonts import missing_letters

    label = said("Fonts")
    missing = missing_letters(LETTERS)
    if not missing:
        return well("fonts", label, said("Charts can draw all Turkmen and Cyrillic letters"))
    return unwell(
        "fonts",
        label,
        said("Charts have no letters {letters}", letters=missing),
        said("Install the fonts of DejaVu (on Debian: apt-get install fonts-dejavu-core), or matplotlib again."),
    )


def languages(home: Home, _: Clock) -> Check:
    """Whether the texts, formats and time zones of all languages and countries are there."""
    from reports.locale import locale

    label = said("Languages and time zones")
    broken = []
    for language in LANGUAGES:
        try:
            here = locale(language)
            here.number(1234.5, 1), here.period("2023-03"), here.text("Trend of victims")
            if here.untranslated:
                broken.append(language)
        except Exception:
            broken.append(language)
    for code in countries():
        try:
            ZoneInfo(country(code).time_zone)
        except (ZoneInfoNotFoundError, TipTrendsError):
            broken.append(code)
    if not broken:
        return well("languages", label, said("Formats and texts of {names}", names=", ".join(LANGUAGES)))
    return unwell("languages", label, said("Not whole: {names}", names=", ".join(broken)), _INSTALL_AGAIN)


def prefect(home: Home, _: Clock) -> Check:
    """Whether Prefect is there and quiet, and where it keeps its records."""
    label = said("Prefect")
    if find_spec("prefect") is None:
        return unwell("prefect", label, said("Missing: {names}", names="prefect"), _INSTALL_AGAIN)
    planned = {**os.environ, **environment(home, dict(os.environ))}
    if loud := [name for name, value in QUIET.items() if planned[name] != value]:
        return unwell(
            "prefect",
            label,
            said("Prefect would call out: {names}", names=", ".join(loud)),
            said("Unset these variables of this computer."),
        )
    server = planned.get("PREFECT_API_URL")
    where = said("no server is named, none is needed") if server is None else said("server {url}", url=server)
    return well(
        "prefect",
        label,
        said("Telemetry is off; records in {folder}; {where}", folder=planned["PREFECT_HOME"], where=where),
    )


def browser(_: Home, __: Clock) -> Check:
    """Whether pages can be printed from here; nothing depends on it."""
    label = said("Chromium, for PDF")
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        return well("browser", label, said("None; it is optional: any browser prints the pages"))
    return well("browser", label, said("{path}", path=found))
