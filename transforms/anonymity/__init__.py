"""How well records of persons hide one another: measures over columns that others may know, on tables and in SQL."""
