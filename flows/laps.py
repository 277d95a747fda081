"""How long the steps of a piece of work took."""

from __future__ import annotations

import time


class Laps:
    """Seconds by the name of a step; each lap ends one and begins the next."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        """The step of that name is done."""
        present = time.perf_counter()
        self.seconds[name] = round(present - self._last, 3)
        self._last = present
