"""Which original a picture was made from: ``./run bench source`` runs ``claims``."""
