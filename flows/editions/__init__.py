"""Editions: planned, published, released by two persons, kept in the ledger, traced, verified, archived, taken back."""
