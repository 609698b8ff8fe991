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
    address, canonical, service = example
    sign = "&" if "?" in address else "?"
    if service == "internet_archive":
        return  # there the query belongs to the archived address and is kept whole
    try:
        found = parse_address(f"{address}{sign}{name}={value.replace('&', '')}", CATALOGUE)
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
