"""Effects: Prefect flows, DuckDB, files and the command line. No statistics and no wording."""
