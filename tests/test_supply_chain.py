"""The list of parts is the lock, and a known fault of a part is told."""

from __future__ import annotations

from typing import Any

from flows.bundle.locked import entries
from tests.supply_chain.__main__ import LOCK, Audit, differences, read

LOCKED = "a==1.0 \\\n    --hash=sha256:00\nb==2.0 ; sys_platform == 'win32' \\\n    --hash=sha256:11\n"
FAULT = {"id": "PYSEC-1", "fix_versions": ["1.1"], "description": "", "aliases": []}


def part(name: str, version: str, digest: str = "00") -> dict[str, Any]:
    hashes = [{"alg": "SHA-256", "content": digest}] if digest else []
    return {"name": name, "version": version, "externalReferences": [{"url": "x", "hashes": hashes}]}


def test_a_part_that_is_missing_altered_or_without_digest_is_named() -> None:
    locked = entries(LOCKED)
    assert differences(locked, [part("a", "1.0"), part("b", "2.0")]) == ()
    assert differences(locked, [part("a", "1.0")]) == ("b==2.0",)
    assert differences(locked, [part("a", "1.0"), part("b", "2.1")]) == ("b==2.0", "b==2.1")
    assert differences(locked, [part("a", "1.0", ""), part("b", "2.0")]) == ("a==1.0",)


def test_faults_are_told_and_what_was_not_audited_is_no_clean_bill() -> None:
    answer = [
        {"name": "a", "version": "1.0", "vulns": [FAULT]},
        {"name": "b", "version": "2.0", "vulns": []},
        {"name": "c", "skip_reason": "not found"},
    ]
    assert read(answer) == Audit(asked=3, known=2, faults=("a 1.0: PYSEC-1, mended in 1.1",))


def test_the_lock_names_no_index_and_pins_all_with_digests() -> None:
    text = LOCK.read_text(encoding="utf-8")
    assert "--index-url" not in text and "://" not in text
    assert all(one.hashes and len(one.requirement.specifier) == 1 for one in entries(text))
