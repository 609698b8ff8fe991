"""Which reader reads what was handed over."""

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, TypeVar

from benban.errors import ImportUnknownError
from benban.unpack.page_readers import PAGE_READERS, POST_READERS
from benban.unpack.parts import ConversationReader, Reader, Source
from benban.unpack.source import folder_source, single_source, zip_source
from benban.unpack.telegram_html import TelegramHtml
from benban.unpack.telegram_json import TelegramJson

ReaderT = TypeVar("ReaderT", bound=Reader)

_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")

# In the order in which they are asked; the first that recognises a source reads it.
CONVERSATION_READERS: tuple[ConversationReader, ...] = (TelegramJson(), TelegramHtml())
READERS: tuple[Reader, ...] = (*CONVERSATION_READERS, *PAGE_READERS, *POST_READERS)


def reader_for(source: Source) -> Reader:
    """
    Return the first reader that recognises *source*.

    Raises:
        ImportUnknownError: BB-801, none does.
    """
    return _first(READERS, source)


def conversation_reader_for(source: Source) -> ConversationReader:
    """
    Return the first reader of conversations that recognises *source*.

    Raises:
        ImportUnknownError: BB-801, none does.
    """
    return _first(CONVERSATION_READERS, source)


def saved_reader_for(source: Source) -> Reader:
    """
    Return the first reader of pages, posts or mails that recognises *source*.

    Raises:
        ImportUnknownError: BB-801, none does.
    """
    return _first((*PAGE_READERS, *POST_READERS), source)


def _first(readers: Iterable[ReaderT], source: Source) -> ReaderT:
    for reader in readers:
        if reader.recognises(source):
            return reader
    raise ImportUnknownError


def source_of_folder(path: Path) -> Source:
    """Return a folder as a source; see :func:`~benban.unpack.source.folder_source`."""
    return folder_source(path)


def source_of_file(stream: BinaryIO, name: str, key: str = "") -> Source:
    """
    Return a file as a source: a zip by its members, anything else as a single entry.

    Args:
        stream: seekable, stays open as long as the source is used.
        name: its own name, untrusted.
        key: from :func:`~benban.unpack.source.key_of_place`; empty where it lies nowhere.

    Raises:
        ImportEncryptedError, ImportTooLargeError, ImportUnsafeError: BB-802, BB-804, BB-805, see
            :func:`~benban.unpack.source.zip_source`.
    """
    stream.seek(0)
    start = stream.read(4)
    stream.seek(0)
    if start in _ZIP_STARTS:
        return zip_source(stream, name, key)
    return single_source(stream, name, key)
