"""What somebody hands over for an import, told from names and first bytes only."""

from enum import Enum
from pathlib import Path

from benban.capture.media_types import is_picture_or_media, sniff_media_type
from benban.casework.import_opening import opened_export
from benban.unpack.page_readers import PAGE_READERS, POST_READERS
from benban.unpack.reading import reader_for


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
        ImportCutError: BB-810, its end is missing.
    """
    # Looked at only: the import itself digests what it reads, and tells the kind anew.
    with opened_export(path, is_digested=False) as handed:
        if is_picture_or_media(sniff_media_type(handed.start)):
            return SavedKind.PICTURE
        reader = reader_for(handed.source)
    if reader in PAGE_READERS:
        return SavedKind.PAGE
    return SavedKind.POSTS if reader in POST_READERS else SavedKind.CONVERSATION
