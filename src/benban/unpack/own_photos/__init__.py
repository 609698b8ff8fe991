"""Folders and account archives -> the photos in them, and who can see each, as they say."""
