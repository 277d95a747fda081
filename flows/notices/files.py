"""The files of a notice: the letter as page and as text, the same facts for programs, and the workbook to fill in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from flows.home import Home
from flows.intake.templates import template_of, template_workbook
from reports.notice import Around, letter
from transforms.countries import Country
from transforms.errors import WrongArguments
from transforms.notices import Notice
from transforms.sources.registry import named

FACTS = "notice.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFiles:
    """All files by name, and what a sending needs of them."""

    files: Mapping[str, bytes]

    @property
    def facts(self) -> dict[str, Any]:
        """What programs are told."""
        found: dict[str, Any] = json.loads(self.files[FACTS])
        return found

    @property
    def bodies(self) -> dict[str, str]:
        """The letter as `plain` text and as `html`."""
        language = self.facts["language"]
        texts = {"plain": f"notice.{language}.txt", "html": f"notice.{language}.html"}
        return {kind: self.files[name].decode("utf-8") for kind, name in texts.items()}

    @property
    def attached(self) -> dict[str, bytes]:
        """The workbook, where the source has one."""
        return {name: content for name, content in self.files.items() if name.endswith(".xlsx")}


def files_of(home: Home, profile: Country, notice: Notice, day: date) -> NoticeFiles:
    """The files of a notice that is written on a day, in the language of the body."""
    language = profile.language_of(notice.body)
    names = next((one.names for one in profile.bodies if one.code == notice.body), {})
    workbook = _workbook(home, notice.source, language)
    around = Around(
        day=day,
        names={str(code): name for code, name in names.items()},
        contact=home.settings().notices.contact,
        template=f"{notice.source}.xlsx" if workbook else "",
    )
    made = letter(notice, around, language)
    facts = {
        "notice": notice.name,
        "stage": notice.stage,
        "scope": notice.scope,
        "body": notice.body,
        "source": notice.source,
        "period": notice.period,
        "due": notice.due.isoformat(),
        "also": list(notice.also),
        "written_on": day.isoformat(),
        "language": language,
        "subject": made.subject,
        "text": made.text,
    }
    files = {
        FACTS: (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode(),
        f"notice.{language}.html": made.html.encode(),
        f"notice.{language}.txt": made.text.encode(),
    }
    return NoticeFiles(files={**files, **({around.template: workbook} if workbook else {})})


def kept_files(folder: Path) -> NoticeFiles | None:
    """The files as they were written; None where a part of them is gone."""
    try:
        found = NoticeFiles(files={path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()})
        return found if found.bodies else None
    except (OSError, KeyError, ValueError):
        return None


def _workbook(home: Home, source: str, language: str) -> bytes:
    """The workbook that a source is filled in with; empty where it comes as its office prints it."""
    try:
        form = template_of(named(source, home.profiles))
    except WrongArguments:
        return b""
    written = BytesIO()
    template_workbook(form, "tk" if language == "tk" else "ru" if language == "ru" else "en").save(written)
    return written.getvalue()
