"""Message catalogues: one `messages.po` a language, English texts as ids, filled in by translators."""
