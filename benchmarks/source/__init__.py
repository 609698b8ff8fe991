"""Which original a picture was made from: ``./run bench source``, see ``claims``."""

from benchmarks.source.claims import run

__all__ = ["run"]
