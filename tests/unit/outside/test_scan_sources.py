"""What a scan takes for a source, and how a bad part of one is told."""

import pytest

from benban.errors.scan import ScanSourceError
from benban.outside import scan_places
from benban.outside.scan_places import open_place


@pytest.mark.parametrize(
    "source",
    [
        "https://example.test/pictures/",
        "http://example.test/",
        "file:///",
        "memory://pictures",
        "ftp://user:word@example.test/",
        "simplecache::s3://bucket/pictures",
        "s3://bucket::file:///",
        "s3://key:secret@bucket/pictures",
        "s3://key@bucket/pictures",
        "abfs://key:secret@account/pictures",
        "az://container/pictures?sig=secret",
        "s3://[bucket",
    ],
)
def test_an_address_that_is_no_store_is_refused_before_a_library_sees_it(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(scan_places, "StorePlace", opened.append)

    with pytest.raises(ScanSourceError):
        open_place(source)

    assert opened == []


@pytest.mark.parametrize(
    "source",
    ["s3://b/p", "s3a://b/p", "gs://b/p", "az://c/p", "abfs://container@account.example.test/p"],
)
def test_a_store_is_opened_as_one(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(scan_places, "StorePlace", opened.append)

    open_place(source)

    assert opened == [source]
