"""The attacker's audit: what readers of everything that was published can work out about what was withheld.

It starts from publications alone and shares no code with the gate (`transforms.disclosure`), so that a fault there
cannot hide itself here.
"""
