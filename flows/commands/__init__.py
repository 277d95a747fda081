"""The commands, by theme; each module lists its own in `COMMANDS`, and imports what is slow inside the command."""
