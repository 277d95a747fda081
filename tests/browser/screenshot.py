"""The picture of a report in the README: `python -m tests.browser.screenshot [report.en.html] [report.png]`.

Opens the page in Debian's Chromium at 1280 × 900 and keeps what a reader sees first. Without arguments it takes the
annual edition that `make demo` leaves in `.home` and writes `tests/browser/report.png`. The picture is reduced to a
palette, which keeps the page's few colours and makes the file a fraction of its size.
"""

from __future__ import annotations

import base64
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from selenium import webdriver

from tests.browser.chromium import started

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / ".home" / "editions" / "XX" / "annual-2023" / "working-group" / "report.en.html"
PICTURE = Path(__file__).with_name("report.png")
WIDTH, HEIGHT = 1280, 900
COLOURS = 128


def taken(browser: webdriver.Chrome, page: Path) -> bytes:
    """The first screen of the page as PNG."""
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False},
    )
    browser.get(page.resolve().as_uri())
    shot = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
    return base64.b64decode(shot["data"])


def reduced(picture: bytes) -> bytes:
    """The same picture with a palette."""
    written = BytesIO()
    with Image.open(BytesIO(picture)) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def main(page: Path = DEMO, picture: Path = PICTURE) -> None:
    """Take the picture."""
    with tempfile.TemporaryDirectory() as profile:
        browser = started(Path(profile))
        try:
            picture.write_bytes(reduced(taken(browser, page)))
        finally:
            browser.quit()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
