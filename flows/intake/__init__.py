"""Intake: one file, or an inbox of them, into the warehouse, and the report to whoever sent it."""
