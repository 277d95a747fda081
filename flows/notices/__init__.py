"""Reminders and overdue notices to suppliers: which are due, their files, and how they are sent."""
