import pytest

from benban.errors import NotAnAddressError, PrivateAddressError
from benban.remedies import packaged_catalogue, parse_address

CATALOGUE = packaged_catalogue()


def _canonical(text: str) -> str:
    return parse_address(text, CATALOGUE).canonical


@pytest.mark.parametrize(
    "variant",
    [
        "https://twitter.com/SomeUser/status/1234567890123456789",
        "http://mobile.twitter.com/someuser/status/1234567890123456789?s=20&t=abc",
        "x.com/i/web/status/1234567890123456789/photo/1",
        "  https://WWW.X.COM/SomeUser/statuses/1234567890123456789#m  ",
    ],
)
def test_spellings_of_one_post_have_one_form(variant: str) -> None:
    assert _canonical(variant) == "https://x.com/i/status/1234567890123456789"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://www.dropbox.com/scl/fo/abc?rlkey=SECRET&dl=0&utm_source=x", "rlkey=SECRET"),
        ("https://mega.nz/file/abc#SECRET-key_1", "#SECRET-key_1"),
        ("https://t.me/somechannel/55?comment=SECRET&single", "comment=SECRET"),
        ("https://cdn.discordapp.com/attachments/1/2/a.png?ex=1&is=2&hm=SECRET", "hm=SECRET"),
        ("https://drive.google.com/file/d/ABC/view?resourcekey=SECRET", "resourcekey=SECRET"),
        ("https://m.facebook.com/story.php?story_fbid=SECRET&id=4&mibextid=x", "SECRET"),
        ("https://www.pornhub.com/view_video.php?viewkey=SECRET", "viewkey=SECRET"),
        ("https://pictures.example/g?token=SECRET&fbclid=1#part", "token=SECRET"),
        ("https://pictures.example/g#SECRET", "#SECRET"),
        ("https://web.archive.org/web/2024/https://a.example/p?id=SECRET", "id=SECRET"),
    ],
)
def test_what_opens_the_content_survives(address: str, key: str) -> None:
    assert key in _canonical(address)


@pytest.mark.parametrize(
    ("address", "service"),
    [
        ("https://t.me/abcd/1", "telegram"),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "youtube"),
        ("https://someone.blogspot.com/2020/x", "google_hosted"),
        ("https://chat.zalo.me/x", "zalo"),
        ("https://evil-x.com/a/status/1", "unknown"),
        ("https://x.com.evil.example/a/status/1", "unknown"),
        ("https://docs.google.com/d/1", "unknown"),
        ("https://blogspot.com.example/x", "unknown"),
    ],
)
def test_a_host_that_is_not_in_the_catalogue_is_never_guessed(address: str, service: str) -> None:
    assert parse_address(address, CATALOGUE).service == service


def test_the_raw_address_stays_as_it_came() -> None:
    address = parse_address(" https://T.me/Abcd/5?single&comment=2#x\n", CATALOGUE)

    assert address.raw == "https://T.me/Abcd/5?single&comment=2#x"


def test_a_name_in_another_script_is_kept_in_ascii() -> None:
    assert parse_address("https://bücher.example/ä", CATALOGUE).host == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "hello there",
        "ftp://x.com/a",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "tg://resolve?domain=abc",
        "https://",
        "https://user@x.com/",
        "https://bank.example@evil.example/",
        "https://evil.example\\@x.com/",
        "https://x.com:99999/",
        "https://a b.example/",
        "https://x.com/a\u202etxt",
        "https://1.2.3.4.5/",
        "https://999.1.1.1/",
        "https://[zz]/",
        "https://-bad.example/",
        "https://x.com/" + "a" * 9000,
    ],
)
def test_what_is_no_web_address_is_refused(text: str) -> None:
    with pytest.raises(NotAnAddressError):
        parse_address(text, CATALOGUE)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://10.0.0.8/a",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://[::1]/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://[2002:a00:1::]/",
        "http://localhost/",
        "http://printer.local/",
        "http://intranet/",
        "http://router.home.arpa/",
        "localhost:8080/x",
    ],
)
def test_private_networks_are_refused(address: str) -> None:
    with pytest.raises(PrivateAddressError):
        parse_address(address, CATALOGUE)


def test_the_demonstration_may_use_this_computer() -> None:
    address = parse_address("http://127.0.0.1:8123/post/3", CATALOGUE, allow_loopback=True)

    assert (address.service, address.canonical) == ("unknown", "http://127.0.0.1:8123/post/3")


def test_the_demonstration_may_not_use_the_private_network() -> None:
    with pytest.raises(PrivateAddressError):
        parse_address("http://10.0.0.1/", CATALOGUE, allow_loopback=True)


@pytest.mark.parametrize("name", ["IvanPhotos", "ShareRoom", "LoginHelp", "bgchannel"])
def test_a_telegram_name_may_begin_with_a_word_of_telegrams_own(name: str) -> None:
    both = {
        parse_address(f"https://t.me/{one}", CATALOGUE).canonical for one in (name, name.lower())
    }

    assert both == {f"https://t.me/{name.lower()}"}


def test_a_key_that_stands_twice_swallows_neither() -> None:
    film = "https://www.youtube.com/watch?v="
    both = _canonical(f"{film}AAAAAAAAAAA&v=BBBBBBBBBBB")

    assert both not in {_canonical(f"{film}AAAAAAAAAAA"), _canonical(f"{film}BBBBBBBBBBB")}
    assert ("AAAAAAAAAAA" in both, "BBBBBBBBBBB" in both) == (True, True)
