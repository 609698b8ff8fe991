"""Whatever an export holds, reading it ends, says what it could not read, and never fails."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benban.errors import BenbanError
from benban.seal.canonical import canonical_json
from benban.unpack.parts import Message, Part, Unread
from benban.unpack.reading import reader_for
from benban.unpack.source import single_source, zip_source
from benban.unpack.telegram_html import TelegramHtml
from benban.unpack.telegram_json import TelegramJson
from tests.unit.unpack.exports import VECTORS

JSON = (VECTORS / "json-2024" / "result.json").read_bytes()
HTML = (VECTORS / "html-2024" / "messages.html").read_bytes()
ANY = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=9)
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    [
        *("id", "type", "date", "date_unixtime", "from", "from_id", "actor", "action", "title"),
        *("text", "photo", "photo_file_size", "file", "file_name", "mime_type", "media_type"),
        *("thumbnail", "poll", "invoice_information", "inline_bot_buttons", "via_bot"),
        *("reply_to_message_id", "forwarded_from"),
    ]
)
PIECES = st.sampled_from(
    [
        b'<div class="message default clearfix" id="message5">',
        b'<div class="message default clearfix joined" id="message6">',
        b'<div class="message service" id="message-1">',
        b'<div class="from_name">',
        b'<div class="forwarded body">',
        b'<div class="text">',
        b'<a class="photo_wrap" href="',
        b'../../x">',
        b'<div class="media clearfix media_video"><div class="description">',
        b'<div class="media">',
        b'<div class="media_video">',
        b'<div class="title">x',
        b'<div class="pull_right date details" title="31.02.2024 25:61:00 UTC+99:99">',
        b'<div class="page_wrap">',
        b"</div>",
        b"</html>",
        b"&#xD800;<br>",
        b"\x00\xff",
    ]
)


def read_json(document: bytes) -> list[Part]:
    return list(TelegramJson().parts(single_source(io.BytesIO(document), "result.json")))


def read_html(document: bytes) -> list[Part]:
    source = single_source(io.BytesIO(b'<div class="page_wrap">' + document), "messages.html")
    return list(TelegramHtml().parts(source))


def is_sound(parts: list[Part]) -> bool:
    """Return whether parts are in order, storable, and hold bytes of the document only."""
    for place, part in enumerate(parts):
        assert isinstance(part, Message | Unread)
        assert part.position == place
        if isinstance(part, Message):
            canonical_json([part.key, part.sender, part.text, part.topic, part.forwarded_from])
            canonical_json([[span.kind, span.text, span.target] for span in part.spans])
            canonical_json([one.name for one in part.media])
    return True


@given(st.dictionaries(FIELDS, ANY, max_size=9), st.sampled_from(["message", "service"]))
def test_any_fields_of_any_type_are_read(fields: dict[str, object], kind: str) -> None:
    message = json.dumps({"id": 1, **fields, "type": fields.get("type", kind)})
    document = '{"type": "x", "messages": [' + message + ', {"id": 2, "type": "message"}]}'

    parts = read_json(document.encode("utf-8"))

    assert is_sound(parts)
    assert isinstance(parts[-1], Message)
    assert len(parts) == 2


@given(st.binary(max_size=200))
def test_any_bytes_are_read(document: bytes) -> None:
    assert is_sound(read_json(document))
    assert is_sound(read_html(document))


@given(st.data())
def test_a_damaged_export_is_read(data: st.DataObject) -> None:
    for document, read in ((JSON, read_json), (HTML, read_html)):
        damaged = bytearray(document)
        for _ in range(data.draw(st.integers(1, 4))):
            place = data.draw(st.integers(0, len(damaged) - 1))
            damaged[place] = data.draw(st.integers(0, 255))

        assert is_sound(read(bytes(damaged)))


@given(st.integers(0, len(JSON)), st.integers(0, len(HTML)))
def test_an_export_cut_anywhere_is_read(json_bytes: int, html_bytes: int) -> None:
    assert is_sound(read_json(JSON[:json_bytes]))
    assert is_sound(read_html(HTML[:html_bytes]))


@given(st.lists(st.one_of(PIECES, st.binary(max_size=8)), max_size=40).map(b"".join))
def test_any_page_is_read(page: bytes) -> None:
    assert is_sound(read_html(page))


@given(ANY)
def test_what_one_program_writes_is_what_is_read(text: object) -> None:
    said = json.dumps(text)
    document = f'{{"type": "x", "messages": [{{"id": 1, "type": "message", "text": {said}}}]}}'

    (part,) = read_json(document.encode())

    assert isinstance(part, Message | Unread)
    assert part.raw is not None
    assert json.loads(part.raw)["text"] == text


@given(st.binary(max_size=300))
def test_bytes_that_begin_like_an_archive_are_refused(content: bytes) -> None:
    with pytest.raises(BenbanError) as caught:
        reader_for(zip_source(io.BytesIO(b"PK\x03\x04" + content), "x.zip"))

    assert caught.value.code.startswith("BB-8")


@pytest.mark.long
@settings(max_examples=3000)
@given(st.data())
def test_a_much_damaged_export_is_read(data: st.DataObject) -> None:
    for document, read in ((JSON, read_json), (HTML, read_html)):
        first = data.draw(st.integers(0, len(document)))
        second = data.draw(st.integers(0, len(document)))
        start, end = min(first, second), max(first, second)
        inserted = data.draw(st.binary(max_size=60))

        assert is_sound(read(document[:start] + inserted + document[end:]))
        assert is_sound(read(document[:end] + inserted + document[start:]))
