"""What tip-trends is made of: `make check` writes the list of parts and asks for known faults of them."""
