"""The archive: a static site of every edition that was released to one audience, with the history of each indicator."""
