"""A report as PDF: by a real browser where there is one, in words where there is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import installed
from tests.reports.drawn import page_of

Run = Callable[..., Any]
PLACE = Path("editions") / "XX" / "annual-2023" / "public"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home.toml").write_text('country = "XX"\naudiences = ["public"]\n', encoding="utf-8")
    page = tmp_path / PLACE / "report.ru.html"
    page.parent.mkdir(parents=True)
    page.write_text(page_of("followed", "ru"), encoding="utf-8")
    return tmp_path


@pytest.mark.browser
def test_a_report_is_printed_on_several_pages_beside_no_edition(home: Path, tip_trends: Run) -> None:
    if installed() is None:
        pytest.skip("no Chromium is installed here")
    target = home / "out" / "report.pdf"
    ran = tip_trends("--home", home, "pdf", "annual-2023", "--lang", "ru", "-o", target)
    assert (ran.code, ran.out) == (0, f"{target}\n")
    content = target.read_bytes()
    assert content.startswith(b"%PDF-") and content.count(b"/Type /Page\n") + content.count(b"/Type /Page ") > 5
    assert [path.name for path in (home / PLACE).iterdir()] == ["report.ru.html"]


def test_without_a_browser_it_says_what_else_prints(
    home: Path, tip_trends: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.printing.browser", lambda: None)
    ran = tip_trends("--home", home, "pdf", "annual-2023", "--lang", "ru", "-o", home / "report.pdf")
    assert ran.code == 1 and not (home / "report.pdf").exists()
    assert "No Chromium, Chrome or Edge was found" in ran.err and "print it to a PDF there" in ran.err


def test_a_browser_that_prints_nothing_leaves_no_file(
    home: Path, tip_trends: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.printing.browser", lambda: "true")
    ran = tip_trends("--home", home, "pdf", "annual-2023", "--lang", "ru", "-o", home / "report.pdf")
    assert ran.code == 1 and not (home / "report.pdf").exists() and "did not print report.ru.html" in ran.err
