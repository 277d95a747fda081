"""`python -m tests.bench [ROWS]`: intake, counting and the demo, each beside its floor, measured in one run."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from pathlib import Path

from tests.bench import counting, data, demo, estimates, intake, release, rendering
from tests.bench.measure import Measured, interleaved, measured

ROWS = 2_000_000


def main() -> None:
    """Run everything and print one table per question."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {rows:,} rows. Medians; ratios are of this run."
    )
    with tempfile.TemporaryDirectory(prefix="tip-trends-bench-") as folder:
        place = Path(folder)
        wide = data.write_ctdc(place / "ctdc_wide.csv", rows, data.wide_columns(), ";")
        narrow = data.write_ctdc(place / "ctdc_narrow.csv", rows, data.narrow_columns(), ",")
        is_flawed = f"the same with {data.FLAWED_PCT} % of rows flawed"
        _intake("64 columns, 2021 layout", wide)
        wide_flawed = data.write_ctdc(place / "ctdc_wide_flawed.csv", rows, data.flawed(data.wide_columns()), ";")
        _intake(is_flawed, wide_flawed, aim="aim <= 2.5, < 3 GB")
        _intake("8 columns, 2020 layout", narrow)
        narrow_flawed = data.write_ctdc(place / "ctdc_narrow_flawed.csv", rows, data.flawed(data.narrow_columns()), ",")
        _intake(is_flawed, narrow_flawed, aim="aim <= 2.5, < 3 GB")
        _counting(place / "home", wide)
    _estimates()
    _release()
    _rendering()
    _demo()


def _estimates() -> None:
    _title("Statistics of an edition")
    found = measured(estimates.edition_of, estimates.SERIES, repeats=1)
    what = f"{estimates.SERIES} monthly series of eight years, {found.answer} answers"
    _row(what, found.seconds, found.peak_mib, None, "aim < 20 s")
    found = measured(estimates.five_lists, repeats=1)
    what = f"hidden population, five lists, {estimates.REPLICATES:,} resamples"
    _row(what, found.seconds, found.peak_mib, None, "aim < 30 s")


def _release() -> None:
    _title("Disclosure control: protection and attack, by number of linked tables")
    seconds = {}
    for tables in release.TABLES:
        found = measured(release.edition_of, tables, repeats=1)
        cells, primary, secondary = found.answer
        seconds[tables] = found.seconds
        aim = "aim < 30 s" if tables == 40 else ""
        what = f"{tables} tables, {cells:,} cells, {primary} + {secondary} withheld"
        _row(what, found.seconds, found.peak_mib, found.seconds / seconds[release.TABLES[0]], aim)


def _rendering() -> None:
    _title("Rendering of released editions of the sample country, three languages, all files")
    for what, names, aim in (
        ("one quarterly edition", rendering.QUARTERLY, "aim < 10 s"),
        ("twelve monthly editions", rendering.MONTHLY, "aim < 90 s"),
    ):
        found = measured(rendering.timed_rendering, names, repeats=1)
        seconds, heaviest = found.answer
        _row(f"{what}, heaviest page {heaviest / 2**20:.2f} MiB", seconds, found.peak_mib, None, aim)


def _row(name: str, seconds: float, peak: float | None, ratio: float | None, aim: str = "") -> None:
    memory = "" if peak is None else f"{peak:,.0f} MiB"
    times = "" if ratio is None else f"{ratio:.2f}x"
    print(f"  {name:<44} {seconds:>8.2f} s {memory:>11} {times:>8} {aim}")


def _title(text: str) -> None:
    print(f"\n{text}\n  {'':<44} {'time':>10} {'peak':>11} {'ratio':>8}")


def _intake(what: str, path: Path, aim: str = "aim <= 2") -> None:
    _title(f"Intake of a CTDC-shaped CSV, {what}, {path.stat().st_size / 2**20:,.0f} MiB")
    found = interleaved({"bare": (intake.bare_read, (path,)), "ours": (intake.contract_checked, (path,))})
    _same(found["bare"].answer, found["ours"].answer)
    _row("bare DuckDB read_csv into a table", found["bare"].seconds, found["bare"].peak_mib, 1.0)
    ratio = found["ours"].seconds / found["bare"].seconds
    _row("tip-trends: digest, copy, contract, load", found["ours"].seconds, found["ours"].peak_mib, ratio, aim)


def _counting(home: Path, path: Path) -> None:
    from flows.intake.ingest import ingest_file

    ingest_file(home, path, source="ctdc_kanon")
    _title("All counts of a world edition (14 breakdowns by year)")
    works = {"hand": (counting.by_hand, (home,)), "ours": (counting.compiled, (home,))}
    found = interleaved(works, repeats=5)
    pandas: Measured = measured(counting.timed_pandas, home, repeats=1)
    _same(found["hand"].answer, found["ours"].answer)
    _same(pandas.answer["counts"], found["ours"].answer)
    ours = found["ours"]
    _row("hand-written SQL over the same table", found["hand"].seconds, found["hand"].peak_mib, 1.0)
    _row("tip-trends, compiled", ours.seconds, ours.peak_mib, ours.seconds / found["hand"].seconds, "aim <= 1.3")
    slower = pandas.answer["counting"] / ours.seconds
    _row("pandas, counting only", pandas.answer["counting"], pandas.peak_mib, slower, "of tip-trends; aim >= 5")
    _row("pandas, loading the frame before that", pandas.answer["loading"], None, None)


def _demo() -> None:
    _title("The demo: sample data to one annual edition")
    with tempfile.TemporaryDirectory(prefix="tip-trends-bench-") as folder:
        parts = demo.steps(Path(folder))
    start = demo.no_op_flow()
    whole = demo.whole_demo()
    _row("a Prefect flow that does nothing, fresh start", start, None, None)
    for name, seconds in parts.items():
        _row(f"{name} (without Prefect)", seconds, None, None)
    _row("tip-trends demo, whole", whole, None, whole / start, "of the empty flow")


def _same(expected: object, found: object) -> None:
    if expected != found:
        raise SystemExit("The answers differ: the comparison means nothing until they agree.")


if __name__ == "__main__":
    main()
