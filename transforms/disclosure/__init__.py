"""Disclosure control: `release` is the only way from counts to anything that may be shown."""

from transforms.disclosure.release import release

__all__ = ["release"]
