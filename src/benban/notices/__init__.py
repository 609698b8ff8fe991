"""Texts for one channel about one sighting, and the letter to somebody else."""
