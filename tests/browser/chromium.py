"""Debian's Chromium for page tests and pictures: headless, and silent towards the network."""

from __future__ import annotations

import shutil
from pathlib import Path

from selenium import webdriver

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def installed() -> tuple[str, str] | None:
    """Paths of chromium and chromedriver, None where one of them is missing."""
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    return (chromium, chromedriver) if chromium and chromedriver else None


def started(profile: Path) -> webdriver.Chrome:
    """A browser that keeps its profile in that folder; raises FileNotFoundError where none is installed."""
    found = installed()
    if found is None:
        raise FileNotFoundError("chromium and chromedriver; on Debian: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = found[0]
    for argument in (*QUIET, f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=found[1]))
