"""Many fingerprints to near neighbours: exact, visible at once, gone at once."""
