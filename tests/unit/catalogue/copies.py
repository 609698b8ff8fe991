"""Change one place of a copied file."""

from pathlib import Path


def replace_in(file: Path, old: str, new: str) -> None:
    """Put *new* where *old* stands first; it must stand there."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
