"""Multiple systems estimation: how many persons there are, from how the lists of distinct bodies overlap."""

from transforms.statistics.hidden_population.answer import estimate_of_model, hidden_population
from transforms.statistics.hidden_population.table import CaptureTable, table_of_histories, table_of_records

__all__ = ["CaptureTable", "estimate_of_model", "hidden_population", "table_of_histories", "table_of_records"]
