"""What the warehouse holds: what was delivered when and is due, what was replaced, revised or withdrawn since."""
