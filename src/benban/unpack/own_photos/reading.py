"""Which reader reads the photos of what was handed over."""

from collections.abc import Iterator, Sequence

from benban.model.own_photo import PhotoService
from benban.unpack.own_photos.facebook import FacebookPhotos
from benban.unpack.own_photos.folder import FolderPhotos
from benban.unpack.own_photos.google import GooglePhotos
from benban.unpack.own_photos.instagram import InstagramPhotos
from benban.unpack.own_photos.joined import joined_source
from benban.unpack.own_photos.parts import OwnPart, OwnPhotoReader
from benban.unpack.own_photos.telegram import TelegramPhotos
from benban.unpack.own_photos.tiktok import TikTokPhotos
from benban.unpack.own_photos.x import XPhotos
from benban.unpack.parts import Source

# In the order in which they are asked; the first that recognises a source reads it.
OWN_PHOTO_READERS: tuple[OwnPhotoReader, ...] = (
    XPhotos(),
    TikTokPhotos(),
    TelegramPhotos(),
    InstagramPhotos(),
    FacebookPhotos(),
    GooglePhotos(),
    FolderPhotos(),
)


def recognise_service(source: Source) -> PhotoService:
    """Return whose archive *source* is, from names and first bytes; ``FOLDER`` if nobody's."""
    return _reader_for(source).service


def read_own_photos(sources: Sequence[Source]) -> Iterator[OwnPart]:
    """
    Yield every photo of an archive or folder once, with positions that are the same every time.

    None of the pictures is opened but those whose name does not say what they are, of which the
    first bytes are read. Lists are streamed: memory grows with the number of files alone.

    Args:
        sources: the folder or the zip, or all parts of one archive; none yields nothing.

    Raises:
        ImportTooLargeError: BB-804, together they hold more files than an archive does.
    """
    if sources:
        source = joined_source(sources)
        yield from _reader_for(source).photos(source)


def _reader_for(source: Source) -> OwnPhotoReader:
    return next(reader for reader in OWN_PHOTO_READERS if reader.recognises(source))
