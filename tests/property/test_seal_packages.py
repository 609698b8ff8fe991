"""Round trips and tampering for web packages and bags."""

import zipfile
from datetime import UTC, datetime
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from benban.errors import BagNameError
from benban.model.report import CheckResult
from benban.seal.bag import BagWriter
from benban.seal.exchange import BodyForm, Exchange
from benban.seal.index_key import index_key
from benban.seal.wacz import WaczPage, write_wacz
from benban.seal.wacz_check import check_wacz
from benban.seal.zip_structure import read_zip_structure

AT = datetime(2026, 11, 22, 8, 15, 30, 123456, tzinfo=UTC)
# Anything at all, lone surrogates and line ends too: the site decides what it sends.
ANYTHING = st.text(st.characters(), max_size=20)
FIELDS = st.lists(st.tuples(ANYTHING, ANYTHING), max_size=4)
ADDRESSES = st.from_regex(
    r"https?://[a-z]{1,8}\.test(:[1-9][0-9]{0,3})?/[a-z/%A-F0-9?=&ảđ]{0,12}", fullmatch=True
)


def one_exchange(address: str, fields: list[tuple[str, str]], body: bytes) -> Exchange:
    return Exchange(
        method="GET",
        address=address,
        request_fields=tuple(fields),
        status=200,
        reason="OK",
        response_fields=tuple(fields),
        body=BytesIO(body),
        body_form=BodyForm.DECODED,
        started_at=AT,
    )


def package(
    address: str, fields: list[tuple[str, str]], body: bytes, text: str = "Ảnh\u2028"
) -> bytes:
    out = BytesIO()
    write_wacz(
        out,
        exchanges=[one_exchange(address, fields, body)],
        pages=[WaczPage(address=address, at=AT, title=text, text=text)],
        made_at=AT,
        software="benban",
    )
    return out.getvalue()


@given(ADDRESSES, ANYTHING, FIELDS, st.binary(max_size=2000), ANYTHING)
@settings(deadline=None)
def test_whatever_is_received_can_be_packed_and_checked(
    address: str, more: str, fields: list[tuple[str, str]], body: bytes, text: str
) -> None:
    checks = check_wacz(BytesIO(package(address + more, fields, body, text))).checks

    assert [check.name for check in checks if check.result is not CheckResult.PASS] == []


PACKAGE = package("https://example.test/a", [("Content-Type", "text/html")], b"<p>" * 50)


@given(st.integers(0, 8 * len(PACKAGE) - 1))
@settings(max_examples=400, deadline=None)
def test_one_flipped_bit_of_a_package_is_noticed_or_only_a_date_or_right(bit: int) -> None:
    changed = bytearray(PACKAGE)
    changed[bit // 8] ^= 1 << (bit % 8)

    report = check_wacz(BytesIO(bytes(changed)))

    # Versions, times and rights of a zip's headers say nothing about what is in it.
    assert report.exit_code == 1 or is_beside_the_content(bit // 8)


def is_beside_the_content(place: int) -> bool:
    file = BytesIO(PACKAGE)
    members = read_zip_structure(file)
    for member in members:
        header = member.data_offset - 30 - len(member.name)
        if header + 4 <= place < header + 6 or header + 10 <= place < header + 14:
            return True
    directory = PACKAGE.index(b"PK\x01\x02")
    for member in members:
        relative = place - directory
        if 4 <= relative < 8 or 12 <= relative < 16 or 36 <= relative < 42:
            return True
        directory += 46 + len(member.name)
    return False


@given(st.binary(max_size=400))
def test_no_bytes_make_the_check_fail_otherwise(content: bytes) -> None:
    assert check_wacz(BytesIO(content)).exit_code == 1


@given(st.text(max_size=60))
def test_no_text_makes_the_index_key_fail(address: str) -> None:
    assert isinstance(index_key(address), str)


@given(ADDRESSES)
def test_an_index_key_holds_no_blank(address: str) -> None:
    assert " " not in index_key(address)


PATHS = st.lists(
    st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,10}", fullmatch=True), min_size=1, max_size=3
)


@given(
    st.dictionaries(PATHS.map("/".join), st.binary(max_size=300), min_size=1, max_size=5),
    st.integers(1, 100),
)
def test_what_is_put_into_a_bag_comes_out_of_it(files: dict[str, bytes], piece_bytes: int) -> None:
    out = BytesIO()
    bag = BagWriter(out, "bag", AT)
    kept = {}
    for path, content in files.items():
        pieces = (content[at : at + piece_bytes] for at in range(0, len(content), piece_bytes))
        try:
            bag.add_payload(f"data/{path}", pieces)
        except BagNameError:
            continue
        kept[f"bag/data/{path}"] = content
    if not kept:
        return
    bag.finish_payload()
    bag.close()

    with zipfile.ZipFile(out) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}

    assert {name: found[name] for name in kept} == kept
    assert len(read_zip_structure(out)) == len(kept) + 4


@given(st.text(max_size=20))
def test_no_path_makes_the_bag_fail_otherwise(path: str) -> None:
    bag = BagWriter(BytesIO(), "bag", AT)

    try:
        bag.add_payload(f"data/{path}", b"")
    except BagNameError:
        return

    assert bag.finish_payload().payload_oxum == "0.1"
