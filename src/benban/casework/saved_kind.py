"""What somebody hands over for an import, told from names and first bytes only."""

from contextlib import ExitStack
from enum import Enum
from pathlib import Path

from benban.capture.media_types import SNIFF_BYTES, is_picture_or_media, sniff_media_type
from benban.errors import FileUnreadableError
from benban.unpack.page_readers import PAGE_READERS, POST_READERS
from benban.unpack.reading import reader_for, source_of_file, source_of_folder


class SavedKind(Enum):
    """Which way an import goes."""

    CONVERSATION = "conversation"
    PAGE = "page"
    POSTS = "posts"
    # A screenshot or a screen recording: kept as the file it is.
    PICTURE = "picture"


def saved_kind(path: Path) -> SavedKind:
    """
    Return what lies at *path*.

    Raises:
        FileUnreadableError: BB-002.
        ImportUnknownError: BB-801, nothing knows it, and it is no picture or film.
        ImportEncryptedError, ImportTooLargeError, ImportUnsafeError: BB-802, BB-804, BB-805.
    """
    with ExitStack() as opened:
        if path.is_dir():
            source = source_of_folder(path)
        else:
            # Opening a pipe would wait for ever.
            if not path.is_file():
                raise FileUnreadableError(name=path.name)
            try:
                stream = opened.enter_context(path.open("rb"))
            except OSError as error:
                raise FileUnreadableError(name=path.name) from error
            if is_picture_or_media(sniff_media_type(stream.read(SNIFF_BYTES))):
                return SavedKind.PICTURE
            source = source_of_file(stream, path.name)
        reader = reader_for(source)
    if reader in PAGE_READERS:
        return SavedKind.PAGE
    return SavedKind.POSTS if reader in POST_READERS else SavedKind.CONVERSATION
