import pytest

from benban.seal.index_key import index_key
from tests.unit.seal.reading import Case, cases, named

KEYS = cases("wacz/index_keys.json", "keys")


@pytest.mark.parametrize("case", KEYS, ids=named(KEYS))
def test_an_address_has_the_key_of_the_vector(case: Case) -> None:
    assert index_key(case.text("address")) == case.text("key")


@pytest.mark.parametrize("address", ["http://[::1/x", "http://a:b/x", "not an address", ""])
def test_what_cannot_be_parsed_is_its_own_key(address: str) -> None:
    assert index_key(address) == address
