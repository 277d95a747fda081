"""Words and pictures of released tables. No polars expressions and no database."""
