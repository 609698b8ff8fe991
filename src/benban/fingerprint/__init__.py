"""Pixels to fingerprints: pure functions on arrays; they run inside the fence."""
