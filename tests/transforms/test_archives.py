"""Containers whose bytes tell nothing of when and where they were packed."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Mapping

import pytest

from transforms.archives import deflated, parts_of, stored

PARTS = {"b.xml": b"<b/>" * 1000, "a/c.xml": b""}
WAYS = {stored: zipfile.ZIP_STORED, deflated: zipfile.ZIP_DEFLATED}


@pytest.mark.parametrize("way", WAYS)
def test_the_parts_come_back_in_their_order_and_nothing_tells_the_hour(
    way: Callable[[Mapping[str, bytes]], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = way(PARTS)
    assert list(parts_of(made).items()) == list(PARTS.items())
    with zipfile.ZipFile(io.BytesIO(made)) as container:
        assert {(one.date_time, one.create_system, one.compress_type) for one in container.infolist()} == {
            ((2000, 1, 1, 0, 0, 0), 0, WAYS[way])
        }
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert way(PARTS) == made


def test_what_is_no_container_is_refused() -> None:
    with pytest.raises(zipfile.BadZipFile):
        parts_of(b"PK")
