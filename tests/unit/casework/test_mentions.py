import pytest

from benban.casework.mentions import Said, find_mentions
from benban.model.ids import SightingId
from benban.model.mention import MentionKind, Mentions

HERE = SightingId("sig-0000000000000001")


def found_in(*texts: str) -> Mentions:
    return find_mentions(HERE, [Said(text=text) for text in texts])


def pairs(found: Mentions) -> list[tuple[str, str]]:
    return [(one.kind.value, one.value) for one in found.found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("giá 50k", [("price", "50k")]),
        ("chỉ 1.500.000 đ thôi", [("price", "1.500.000 đ")]),
        ("$5 một tấm", [("price", "$5")]),
        ("20 USDT", [("price", "20 USDT")]),
        ("100 ⭐", [("price", "100 ⭐")]),
        ("vào https://t.me/joinchat/AAAA-b_c nhé", [("invite", "https://t.me/joinchat/AAAA-b_c")]),
        ("t.me/+AbCdEf123456.", [("invite", "t.me/+AbCdEf123456")]),
        ("tg://join?invite=AbCd", [("invite", "tg://join?invite=AbCd")]),
        ("STK: 0123 456 789 VCB", [("payment-account", "0123 456 789")]),
        ("momo 0900000009", [("payment-account", "0900000009")]),
        ("4111 1111 1111 1111", [("payment-account", "4111 1111 1111 1111")]),
        (
            "T" + "9" * 33,
            [("payment-account", "T" + "9" * 33)],
        ),
        ("xem https://ban.example/gia?x=1, nhé", [("web-address", "https://ban.example/gia?x=1")]),
        ("nhắn @ve_tranh_bot", [("account", "@ve_tranh_bot")]),
        ("https://t.me/ve_tranh_bot?start=1", [("account", "@ve_tranh_bot")]),
    ],
)
def test_a_thing_is_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert pairs(found_in(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "hôm nay tưới rau lúc 6 giờ",
        "gọi cho tôi 0900000009",
        "số nhà 50 ngõ 12",
        "viết thư cho a@b.example",
        "20k2 là cái gì",
        "ngày 20.11.2026",
        "",
    ],
)
def test_ordinary_words_are_nothing(text: str) -> None:
    assert found_in(text) == Mentions(sighting_id=HERE, found=(), masked_accounts=0)


def test_an_account_beside_a_price_is_named_and_one_without_is_counted() -> None:
    found = found_in("tranh 50k, liên hệ @nguoi_ban", "@nguoi_khac xem này", "cả @nguoi_khac nữa")

    assert pairs(found) == [("account", "@nguoi_ban"), ("price", "50k")]
    assert found.masked_accounts == 1


def test_who_posted_what_was_ticked_is_named() -> None:
    said = [Said(text="tượng đây", poster="Kẻ Đăng"), Said(text="@ke_khac", poster="")]

    found = find_mentions(HERE, said)

    assert pairs(found) == [("account", "Kẻ Đăng")]
    assert found.masked_accounts == 1


def test_targets_of_links_and_buttons_count() -> None:
    said = [Said(text="vào đây", targets=("https://t.me/+AbCdEf123456", "https://a.example"))]

    assert pairs(find_mentions(HERE, said)) == [
        ("invite", "https://t.me/+AbCdEf123456"),
        ("web-address", "https://a.example"),
    ]


def test_a_thing_named_in_three_messages_is_said_once_with_its_number() -> None:
    (one,) = found_in("50k", "vẫn 50k", "50k 50k").found

    assert (one.kind, one.count) == (MentionKind.PRICE, 3)
