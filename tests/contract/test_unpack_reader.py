"""What every reader of an export keeps to; run on each with a small export made by hand."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import pytest

from benban.errors import ImportUnknownError
from benban.unpack.parts import Entry, Message, Part, Reader, Resource, Unread
from benban.unpack.reading import READERS, reader_for
from benban.unpack.source import Given, folder_source, single_source, zip_source


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """
    An export made by hand.

    Attributes:
        files: name and bytes of each; a single one is handed over as a file.
        document: the name of the one that is read; all others are media.
    """

    files: dict[str, bytes]
    document: str

    def source(self) -> Given:
        """Return the export as a zip, or the single file itself."""
        if len(self.files) == 1:
            ((name, content),) = self.files.items()
            return single_source(io.BytesIO(content), name)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.files.items():
                archive.writestr(name, content)
        return zip_source(packed, "export.zip")

    def cut(self, size_bytes: int) -> "Export":
        """Return the same with its document cut off."""
        files = {**self.files, self.document: self.files[self.document][:size_bytes]}
        return replace(self, files=files)


def watched(source: Given, opened: list[str]) -> Given:
    """Return *source*, noting the name of every entry that is opened."""

    def watch(entry: Entry) -> Entry:
        def open_it() -> BinaryIO:
            opened.append(entry.name)
            return entry.open()

        return replace(entry, open=open_it)

    entries = tuple(watch(entry) for entry in source.listed)
    return replace(source, listed=entries, by_name={one.name: one for one in entries})


def shape(parts: Sequence[Part]) -> list[tuple[object, ...]]:
    """Return parts as values that can be compared: a resource's content is opened anew."""
    return [
        (part.address, part.position, part.offset_bytes) if isinstance(part, Resource) else (part,)
        for part in parts
    ]


class ReaderContract:
    """Subclassed once for each reader, which gives the fixtures ``reader`` and ``export``."""

    def test_it_recognises_its_own_and_is_found(self, reader: Reader, export: Export) -> None:
        assert reader.recognises(export.source())
        assert reader_for(export.source()).format is reader.format

    def test_parts_stand_in_their_order(self, reader: Reader, export: Export) -> None:
        parts = list(reader.parts(export.source()))

        assert [part.position for part in parts] == list(range(len(parts)))
        assert len(parts) > 1

    def test_it_gives_the_first_part_before_it_has_read_the_last(
        self, reader: Reader, export: Export
    ) -> None:
        parts = reader.parts(export.source())

        assert isinstance(parts, Iterator)
        assert next(parts).position == 0

    def test_reading_can_go_on_at_any_position(self, reader: Reader, export: Export) -> None:
        whole = list(reader.parts(export.source()))

        for start in (1, len(whole) - 1, len(whole)):
            later = list(reader.parts(export.source(), start_at=start))
            assert shape(later) == shape(whole[start:])

    def test_reading_twice_gives_the_same(self, reader: Reader, export: Export) -> None:
        assert shape(list(reader.parts(export.source()))) == shape(
            list(reader.parts(export.source()))
        )

    def test_no_media_is_opened(self, reader: Reader, export: Export) -> None:
        opened: list[str] = []

        list(reader.parts(watched(export.source(), opened)))

        # Name of a document, or one of a series: messages.html, messages2.html.
        stem = export.document.rpartition(".")[0]
        assert all(name.startswith(stem) for name in opened)
        assert opened

    def test_however_early_it_is_cut_off_it_is_read_without_a_crash(
        self, reader: Reader, export: Export
    ) -> None:
        whole = list(reader.parts(export.source()))
        size = len(export.files[export.document])

        for cut in {0, 1, 2, size // 3, size // 2, size - 20, size - 2}:
            shorter = export.cut(cut).source()
            if not reader.recognises(shorter):
                continue
            parts = list(reader.parts(shorter))
            assert len(parts) <= len(whole) + 1
            assert all(isinstance(part, Message | Resource | Unread) for part in parts)

    def test_a_cut_in_the_middle_is_said(self, reader: Reader, export: Export) -> None:
        shorter = export.cut(2 * len(export.files[export.document]) // 3).source()

        assert any(isinstance(part, Unread) for part in reader.parts(shorter))

    def test_names_that_leave_the_folder_lead_nowhere(
        self, reader: Reader, export: Export, tmp_path: Path
    ) -> None:
        secret = tmp_path / "secret"
        secret.write_bytes(b"not part of it")
        folder = tmp_path / "export"
        for name, content in export.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        (folder / "link").symlink_to(secret)
        source = folder_source(folder)

        parts = list(reader.parts(source))

        named = [
            one.entry_name for part in parts if isinstance(part, Message) for one in part.media
        ]
        assert all(name is None or source.find(name) is not None for name in named)
        assert source.find("link") is None
        assert source.find("../secret") is None
        assert len(source.refused) == 1


def test_what_no_reader_knows_is_said() -> None:
    with pytest.raises(ImportUnknownError):
        reader_for(single_source(io.BytesIO(b"x"), "anything.bin"))


def test_every_reader_has_a_format_of_its_own() -> None:
    formats = [reader.format for reader in READERS]

    assert len(set(formats)) == len(formats)
