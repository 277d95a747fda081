"""Homes that earlier versions made, kept as text: how one becomes a home again is in `kept.py`, how they were made in
`make.py`."""
