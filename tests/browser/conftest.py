"""The browser that every page test looks through."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from selenium import webdriver

from tests.browser.chromium import installed, started


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """Debian's Chromium; CI must have it, another machine may not."""
    if installed() is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have chromium and chromedriver")
        pytest.skip("no chromium and chromedriver on this machine")
    driver = started(tmp_path_factory.mktemp("chromium"))
    yield driver
    driver.quit()
