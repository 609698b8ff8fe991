"""One's own public photos: what is public, in which order to act on it, safer copies."""
