"""A folder of photos: nothing but files, and nobody says who can see them."""

from collections.abc import Iterator

from benban.model.own_photo import PhotoService
from benban.unpack.own_photos.listed import photos_of
from benban.unpack.own_photos.parts import OwnPart
from benban.unpack.parts import Source


class FolderPhotos:
    """Reads any folder, zip or single file that no service made."""

    service = PhotoService.FOLDER

    def recognises(self, source: Source) -> bool:
        """Return True: whatever was handed over is at least a folder."""
        del source
        return True

    def photos(self, source: Source) -> Iterator[OwnPart]:
        """Yield every picture in it once, in the order of names."""
        yield from photos_of(source, self.service, ())
