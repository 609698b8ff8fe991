import json

import pytest

from benban.errors import NotCanonicalError
from benban.seal.canonical import JsonValue, canonical_json, parse_canonical
from tests.unit.seal.reading import Case, cases, named

ACCEPTED = cases("canonical/canonical.json", "accepted")
REFUSED = cases("canonical/canonical.json", "refused")
NOT_CANONICAL = cases("canonical/canonical.json", "not_canonical")


@pytest.mark.parametrize("case", ACCEPTED, ids=named(ACCEPTED))
def test_a_value_has_the_canonical_form_of_the_vector(case: Case) -> None:
    actual = canonical_json(json.loads(case.text("json")))

    assert actual == case.raw("canonical_hex")


@pytest.mark.parametrize("case", ACCEPTED, ids=named(ACCEPTED))
def test_canonical_bytes_parse_to_the_value_of_the_vector(case: Case) -> None:
    actual = parse_canonical(case.raw("canonical_hex"))

    assert actual == json.loads(case.text("json"))


@pytest.mark.parametrize("case", REFUSED, ids=named(REFUSED))
def test_a_value_without_a_canonical_form_is_refused(case: Case) -> None:
    value = json.loads(case.text("json"))

    with pytest.raises(NotCanonicalError) as caught:
        canonical_json(value)

    assert caught.value.code == case.text("failure")


@pytest.mark.parametrize("case", NOT_CANONICAL, ids=named(NOT_CANONICAL))
def test_bytes_that_are_not_canonical_are_refused(case: Case) -> None:
    with pytest.raises(NotCanonicalError) as caught:
        parse_canonical(case.raw("bytes_hex"))

    assert caught.value.code == case.text("failure")


def test_bytes_are_no_text_and_no_list() -> None:
    with pytest.raises(NotCanonicalError):
        canonical_json(b"ab")


def test_a_key_that_is_no_text_is_refused() -> None:
    mapping: dict[object, JsonValue] = {1: "a"}

    with pytest.raises(NotCanonicalError):
        canonical_json(mapping)  # type: ignore[arg-type]


def test_nesting_beyond_sixty_four_levels_is_refused_when_writing() -> None:
    value: JsonValue = []
    for _ in range(70):
        value = [value]

    with pytest.raises(NotCanonicalError):
        canonical_json(value)
