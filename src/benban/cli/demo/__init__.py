"""The demonstration: the same functions as a real case, against a platform on loopback."""
