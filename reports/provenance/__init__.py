"""Where a figure of an edition comes from: how cells are named, what they are made of, and the card that says so."""
