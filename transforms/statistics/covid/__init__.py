"""Effect of the COVID period on registered counts: what the years before let expect, against what was registered."""
