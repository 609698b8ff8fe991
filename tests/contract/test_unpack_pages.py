"""The readers of saved pages, posts and mails keep to the contract of all readers."""

import pytest

from benban.unpack.parts import Reader
from benban.unpack.warc import WarcReader
from tests.contract.test_unpack_reader import Export, ReaderContract
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
