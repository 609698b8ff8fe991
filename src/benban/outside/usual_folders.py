"""Where other programs put things when nobody says otherwise; names are read, nothing is opened."""

from pathlib import Path

# What Telegram Desktop calls the folder of a group and that of a whole account.
_EXPORTS = ("ChatExport_*", "DataExport_*")
_MOST_OFFERED = 20


def telegram_exports(home: Path | None = None) -> tuple[Path, ...]:
    """
    Return the exports in the usual place, newest first, at most twenty.

    Args:
        home: of the person; this user's when None.
    """
    downloads = (Path.home() if home is None else home) / "Downloads"
    found: list[tuple[float, Path]] = []
    for folder in (downloads / "Telegram Desktop", downloads):
        for pattern in _EXPORTS:
            found += _dated(folder, pattern)
    newest = sorted(found, key=lambda one: one[0], reverse=True)
    return tuple(path for _, path in newest[:_MOST_OFFERED])


def _dated(folder: Path, pattern: str) -> list[tuple[float, Path]]:
    try:
        # A name that is no text in UTF-8 cannot stand on a page.
        named = (one for one in folder.glob(pattern) if one.name.isprintable())
        return [(one.stat().st_mtime, one) for one in named]
    except OSError:
        # A folder that may not be looked at offers nothing.
        return []
