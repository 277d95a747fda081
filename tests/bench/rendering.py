"""From released editions to the bytes of all their files, in three languages; counting and release are not timed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

LANGUAGES = ("en", "ru", "tk")
QUARTERLY = ("quarterly-2023-Q4",)
MONTHLY = tuple(f"monthly-2023-{month:02}" for month in range(1, 13))


def timed_rendering(names: Sequence[str]) -> tuple[float, int]:
    """Seconds of rendering these editions of the sample country one after the other, and the heaviest page in bytes.

    Each is released as if it were the first of its home.
    """
    import sample_data
    from flows.editions.planned import plan
    from flows.editions.publish import pass_gate
    from flows.home import Home, Settings, write_settings
    from flows.intake.ingest import ingest_file
    from reports.render import edition_files
    from transforms.ledger.entries import Key

    with tempfile.TemporaryDirectory(prefix="tip-trends-bench-") as folder:
        home = Path(folder)
        write_settings(Home(folder=home).create(), Settings(country="XX", self_approval=True))
        for path in sample_data.files():
            ingest_file(home, path)
        keys = [Key(scope="XX", edition=name, audience="working-group") for name in names]
        released = [pass_gate(home, plan(home, key, as_of=None, languages=LANGUAGES)) for key in keys]
    start = time.perf_counter()
    made = [edition_files(edition, LANGUAGES) for edition in released]
    seconds = time.perf_counter() - start
    return seconds, max(len(files[f"report.{language}.html"]) for files in made for language in LANGUAGES)
