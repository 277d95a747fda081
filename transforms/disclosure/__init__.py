"""Disclosure control: `transforms.disclosure.release` is the only way from counts to anything that may be shown.

Nothing is imported here: the declarations of this package must not cost a command the loading of a solver.
"""
