"""The readers of Telegram Desktop's exports keep to the contract, in each layout."""

from pathlib import Path

import pytest

from benban.unpack.parts import Reader
from benban.unpack.telegram_html import TelegramHtml
from benban.unpack.telegram_json import TelegramJson
from tests.contract.test_unpack_reader import Export, ReaderContract

VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "imports" / "telegram"
MEDIA = {
    "photos/photo_1@10-03-2024_19-05-00.jpg": b"\xff\xd8\xff one",
    "photos/photo_2@10-03-2024_19-05-00.jpg": b"\xff\xd8\xff two",
    "video_files/mua mưa.mp4": b"....ftypisom",
}


def export(layout: str, **media: bytes) -> Export:
    folder = VECTORS / layout
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    return Export(files=files | MEDIA, document=min(files, key=len))


@pytest.mark.parametrize("layout", ["json-2018", "json-2021", "json-2024"])
class TestTelegramJson(ReaderContract):
    @pytest.fixture
    def reader(self) -> Reader:
        return TelegramJson()

    @pytest.fixture
    def export(self, layout: str) -> Export:
        return export(layout)


@pytest.mark.parametrize("layout", ["html-2021", "html-2024"])
class TestTelegramHtml(ReaderContract):
    @pytest.fixture
    def reader(self) -> Reader:
        return TelegramHtml()

    @pytest.fixture
    def export(self, layout: str) -> Export:
        return export(layout)
