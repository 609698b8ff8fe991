"""One module for each command; each offers ``build(words)``."""
