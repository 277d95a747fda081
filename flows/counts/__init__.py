"""Counting: compiled queries over the warehouse as of a day, laid out as the gate takes them."""
