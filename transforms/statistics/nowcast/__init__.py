"""Registrations that are still to come: triangle, delay distribution, final counts with their uncertainty."""
