"""Meaning: pure functions and declarations. No files are written, no clock is read, no database is opened here."""
