"""Copies, common origin, change map and veil: pure functions on arrays and fingerprints."""
