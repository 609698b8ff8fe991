"""Small archives for tests: the lists under vectors/own-photos, with harmless bytes as pictures."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from benban.unpack.own_photos.parts import OwnPart, OwnPhoto
from benban.unpack.own_photos.reading import read_own_photos
from benban.unpack.parts import Reason, Source, Unread
from benban.unpack.source import Given, zip_source
from tests.unit.unpack.webfiles import PNG

VECTORS = Path(__file__).resolve().parents[4] / "vectors" / "own-photos"


def lists(name: str) -> dict[str, bytes]:
    """Return the files of one layout by their names in it."""
    folder = VECTORS / name
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def archive(content: Mapping[str, bytes], name: str = "archive.zip") -> Given:
    """Return *content* as a zip that was opened."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for inner, data in content.items():
            packed.writestr(inner, data)
    return zip_source(out, name)


def with_pictures(layout: str, *pictures: str) -> Given:
    """Return a layout of the vectors with a picture at each of *pictures*."""
    return archive({**lists(layout), **dict.fromkeys(pictures, PNG)})


def tree(*names: str) -> Given:
    """Return an archive without lists that holds these files."""
    return archive(dict.fromkeys(names, PNG), "photos.zip")


def read(*sources: Source) -> list[OwnPart]:
    """Return everything that one reading yields."""
    return list(read_own_photos(sources))


def photos(parts: Iterable[OwnPart]) -> list[OwnPhoto]:
    """Return the photos among *parts*."""
    return [part for part in parts if isinstance(part, OwnPhoto)]


def by_last_name(*sources: Source) -> dict[str, OwnPhoto]:
    """Return the photos by the last part of their names."""
    return {one.name.rpartition("/")[2]: one for one in photos(read(*sources))}


def reasons(parts: Iterable[OwnPart]) -> list[Reason]:
    """Return why something was not read, in order."""
    return [part.reason for part in parts if isinstance(part, Unread)]
