"""Very many files against a bank of shared hashes (docs/explanation/scan.md)."""
