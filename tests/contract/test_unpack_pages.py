"""The readers of saved pages, posts and mails keep to the contract of all readers."""

import pytest

from benban.unpack.har import HarReader
from benban.unpack.mail import MailReader, MboxReader
from benban.unpack.mhtml import MhtmlReader
from benban.unpack.parts import Reader
from benban.unpack.single_file import SingleFileReader
from benban.unpack.wacz import WaczReader
from benban.unpack.warc import WarcReader
from benban.unpack.x_archive import XArchiveReader
from tests.contract.test_unpack_reader import Export, ReaderContract, watched
from tests.unit.unpack.mails import PAGE_PART, PICTURE_PART, box, mail, saved_page
from tests.unit.unpack.test_har import exchange, har, picture
from tests.unit.unpack.test_single_file import page
from tests.unit.unpack.test_wacz import ARCHIVE, members
from tests.unit.unpack.test_x_archive import POST, files, script
from tests.unit.unpack.webfiles import HTML, PICTURE, PNG, answer_record, packed


class TestWarc(ReaderContract):
    @pytest.fixture
    def reader(self) -> Reader:
        return WarcReader()

    @pytest.fixture(params=["plain", "packed"])
    def export(self, request: pytest.FixtureRequest) -> Export:
        records = [answer_record(HTML), answer_record(PNG, "image/png", address=PICTURE)] * 2
        content = b"".join(records) if request.param == "plain" else packed(*records)
        return Export(files={"saved.warc": content}, document="saved.warc")


class TestWacz(ReaderContract):
    @pytest.fixture
    def reader(self) -> Reader:
        return WaczReader()

    @pytest.fixture
    def export(self) -> Export:
        return Export(files=members(), document=ARCHIVE)

    def test_no_media_is_opened(self, reader: Reader, export: Export) -> None:
        opened: list[str] = []

        list(reader.parts(watched(export.source(), opened)))

        # What lists the archives is read beside them; pictures lie in the archives alone.
        assert set(opened) == {ARCHIVE, "datapackage.json", "pages/pages.jsonl"}


class TestMhtml(ReaderContract):
    @pytest.fixture
    def reader(self) -> Reader:
        return MhtmlReader()

    @pytest.fixture
    def export(self) -> Export:
        page = saved_page(PAGE_PART, PICTURE_PART)
        return Export(files={"saved.mhtml": page}, document="saved.mhtml")


class TestMail(ReaderContract):
    @pytest.fixture
    def reader(self) -> Reader:
        return MailReader()

    @pytest.fixture
    def export(self) -> Export:
        return Export(files={"saved.eml": mail()}, document="saved.eml")


class TestMbox(ReaderContract):
    @pytest.fixture
    def reader(self) -> Reader:
        return MboxReader()

    @pytest.fixture
    def export(self) -> Export:
        mails = box(mail(), mail(key="2@example.test"))
        return Export(files={"saved.mbox": mails}, document="saved.mbox")


class TestHar(ReaderContract):
    @pytest.fixture
    def reader(self) -> Reader:
        return HarReader()

    @pytest.fixture
    def export(self) -> Export:
        return Export(files={"saved.har": har(exchange(), picture())}, document="saved.har")


class TestSingleFile(ReaderContract):
    @pytest.fixture
    def reader(self) -> Reader:
        return SingleFileReader()

    @pytest.fixture
    def export(self) -> Export:
        return Export(files={"saved.html": page()}, document="saved.html")


class TestXArchive(ReaderContract):
    @pytest.fixture
    def reader(self) -> Reader:
        return XArchiveReader()

    @pytest.fixture
    def export(self) -> Export:
        content = files(**{"data/tweets.js": script("tweets", [POST] * 4)})
        del content["data/direct-messages.js"]
        return Export(files=content, document="data/tweets.js")

    def test_no_media_is_opened(self, reader: Reader, export: Export) -> None:
        opened: list[str] = []

        list(reader.parts(watched(export.source(), opened)))

        # Whose archive it is stands in a file of its own.
        assert set(opened) == {"data/tweets.js", "data/account.js"}
