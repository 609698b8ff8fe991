import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benban.errors import NotAnAddressError, PrivateAddressError
from benban.remedies import packaged_catalogue, parse_address

CATALOGUE = packaged_catalogue()
EXAMPLES = [
    (pattern.example, pattern.example_canonical, service.id)
    for service in CATALOGUE.services
    for pattern in service.patterns
]
HOSTS = [
    domain for service in CATALOGUE.services for domain in service.domains if domain[0] != "*"
] + ["pictures.example", "xn--bcher-kva.example"]

GROUPS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "addresses" / "variants.json").read_text("utf-8")
)["groups"]
VARIANTS = [(group, one) for group in GROUPS for one in group["variants"]]
# What only tells where a click came from, on any site and on these.
_TRACKERS = {
    "": ["utm_source", "utm_campaign", "fbclid", "gclid", "msclkid", "igshid"],
    "x": ["s", "t", "ref_src", "cxt"],
    "telegram": ["single", "embed", "mode"],
    "facebook": ["mibextid", "rdid", "__tn__", "_rdr", "sfnsn"],
    "instagram": ["igsh", "hl"],
    "tiktok": ["is_from_webapp", "_r", "sender_device"],
    "youtube": ["si", "feature", "pp"],
    "reddit": ["share_id", "rdt", "context"],
    "dropbox": ["dl", "raw"],
}
# Services and what opens their content; without it a notice comes back with "no violation".
_KEYS = [
    ("https://mega.nz/file/abcDEF12", "", "#"),
    ("https://mega.nz/folder/abcDEF12", "", "#"),
    ("https://www.dropbox.com/scl/fi/abc123/film.mp4", "rlkey", ""),
    ("https://dropbox.com/scl/fo/abc123/h", "st", ""),
    ("https://drive.google.com/file/d/0ByeS4oOUV-49Zzh4R1J6R09zazQ/view", "resourcekey", ""),
    ("https://drive.google.com/open", "id", ""),
    ("https://cdn.discordapp.com/attachments/1/2/a.png", "ex", ""),
    ("https://media.discordapp.net/attachments/1/2/a.png", "is", ""),
    ("https://cdn.discordapp.com/ephemeral-attachments/1/2/a.png", "hm", ""),
    ("https://www.pornhub.com/view_video.php", "viewkey", ""),
    ("https://t.me/somechannel/55", "comment", ""),
    ("https://m.facebook.com/story.php?id=4", "story_fbid", ""),
    ("https://dien-dan.example/bai", "token", ""),
    ("https://dien-dan.example/bai", "", "#"),
]

_part = st.text(
    st.characters(exclude_characters="#?/\\", exclude_categories=("Cs", "Cc", "Zs", "Cf")),
    max_size=12,
)
_path = st.lists(_part | st.sampled_from([".", "..", "%2e", "%41", "%c3%a4"]), max_size=5)
_query = st.lists(st.tuples(_part, st.none() | _part), max_size=4)


@given(st.sampled_from(HOSTS), _path, _query, st.none() | _part)
def test_the_canonical_form_is_its_own_canonical_form(
    host: str, path: list[str], query: list[tuple[str, str | None]], fragment: str | None
) -> None:
    pairs = "&".join(name if value is None else f"{name}={value}" for name, value in query)
    text = f"https://{host}/{'/'.join(path)}?{pairs}" + ("" if fragment is None else f"#{fragment}")
    try:
        once = parse_address(text, CATALOGUE)
    except NotAnAddressError:
        return  # an invisible sign among the letters

    again = parse_address(once.canonical, CATALOGUE)

    assert (again.canonical, again.service) == (once.canonical, once.service)


@given(st.sampled_from(EXAMPLES), st.sampled_from(["utm_source", "fbclid", "igshid"]), _part)
def test_a_tracker_makes_no_other_place(
    example: tuple[str, str, str], name: str, value: str
) -> None:
    whole, canonical, service = example
    address, has_fragment, fragment = whole.partition("#")
    sign = "&" if "?" in address else "?"
    if service == "internet_archive":
        return  # there the query belongs to the archived address and is kept whole
    try:
        tracked = f"{address}{sign}{name}={value.replace('&', '')}{has_fragment}{fragment}"
        found = parse_address(tracked, CATALOGUE)
    except NotAnAddressError:
        return

    assert found.canonical == canonical


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_one_of_two_errors(text: str) -> None:
    try:
        address = parse_address(text, CATALOGUE)
    except (NotAnAddressError, PrivateAddressError):
        return

    assert (address.raw, address.canonical[:4]) == (text.strip(), "http")


@pytest.mark.parametrize(
    ("group", "variant"), VARIANTS, ids=lambda one: one if isinstance(one, str) else one["name"]
)
def test_variants_of_one_thing_are_one_sighting(group: dict[str, Any], variant: str) -> None:
    found = parse_address(variant, CATALOGUE)

    assert (found.canonical, found.service) == (group["canonical"], group["service"])
    assert found.raw == variant


def test_no_two_things_are_one_sighting() -> None:
    assert len({group["canonical"] for group in GROUPS}) == len(GROUPS)


@pytest.mark.parametrize("matcher", ["yt-dlp", "gallery-dl"])
def test_what_two_downloaders_call_one_thing_is_one_sighting(matcher: str) -> None:
    # What their matchers said, written down by benchmarks/addresses.py.
    said = [
        (group["name"], what) for group in GROUPS for what in group["matchers"][matcher].values()
    ]

    assert len(said) > 25
    assert len({name for name, _ in said}) == len(set(said))


@pytest.mark.parametrize("matcher", ["yt-dlp", "gallery-dl"])
def test_what_two_downloaders_call_two_things_is_no_single_sighting(matcher: str) -> None:
    things: dict[str, set[str]] = {}
    for group in GROUPS:
        for variant, what in group["matchers"][matcher].items():
            place = parse_address(variant, CATALOGUE).canonical
            things.setdefault(place, set()).add(what)

    assert {place: what for place, what in things.items() if len(what) > 1} == {}


@given(
    st.sampled_from(VARIANTS),
    st.lists(st.tuples(st.integers(0, 5), st.from_regex(r"[A-Za-z0-9_-]{0,9}", fullmatch=True))),
    st.sampled_from([str.upper, str.lower, str.title, str]),
    st.booleans(),
)
def test_trackers_and_the_case_of_the_host_make_no_other_sighting(
    chosen: tuple[dict[str, Any], str],
    trackers: list[tuple[int, str]],
    case: Callable[[str], str],
    has_scheme: bool,
) -> None:
    group, variant = chosen
    names = _TRACKERS[""] + _TRACKERS.get(group["service"], [])
    pairs = "&".join(f"{names[at % len(names)]}={value}" for at, value in trackers)
    scheme, _, rest = variant.rpartition("://")
    address, has_fragment, fragment = rest.partition("#")
    host, slash, path = address.partition("/")
    sign = "&" if "?" in path else "?"
    tracked = f"{path}{sign}{pairs}" if pairs else path
    made = f"{scheme}://" if scheme and has_scheme else ""
    text = f"{made}{case(host)}{slash}{tracked}{has_fragment}{fragment}"

    found = parse_address(text, CATALOGUE)

    assert (found.canonical, found.raw) == (group["canonical"], text)


@given(
    st.sampled_from(_KEYS),
    st.from_regex(r"[A-Za-z0-9_-]{6,40}", fullmatch=True),
    st.permutations(["utm_source=x", "fbclid=y", "usp=sharing"]),
)
def test_the_key_to_the_content_survives_and_tells_apart(
    place: tuple[str, str, str], key: str, others: list[str]
) -> None:
    address, name, fragment = place
    pairs = [*others, f"{name}={key}"] if name else others
    sign = "&" if "?" in address else "?"
    text = f"{address}{sign}{'&'.join(pairs)}" + (f"#{key}" if fragment else "")

    found = parse_address(text, CATALOGUE)
    other = parse_address(text.replace(key, f"{key}x"), CATALOGUE)

    assert (key in found.canonical, found.raw) == (True, text)
    assert found.canonical != other.canonical


def test_a_short_link_stays_until_somebody_opens_it() -> None:
    links = [
        "https://t.co/AbCdEf",
        "https://vm.tiktok.com/ZSe4FqkKd",
        "https://pin.it/abcde",
        "https://redd.it/abc123",
        "https://fb.watch/AbC-1/",
        "https://photos.app.goo.gl/AbCdEf",
        "https://lnkd.in/AbCdEf",
        "https://1drv.ms/i/s!AbCdEf",
    ]

    assert [parse_address(one, CATALOGUE).canonical for one in links] == links
