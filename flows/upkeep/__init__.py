"""Keeping a home for years: backups and their keys, restoring, what is deleted after its time, who can read what."""
