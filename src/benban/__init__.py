"""benban: help for a person who finds a sexual deepfake of themselves online."""

__version__ = "0.1.0"
