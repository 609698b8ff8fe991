"""What every resolver keeps to; run on the system's and on a table."""

from ipaddress import ip_address

import pytest

from benban.errors import NameNotFoundError
from benban.model.resolver import Resolver
from benban.outside.resolver import SystemResolver
from benban.testing.resolver import TableResolver


class ResolverContract:
    """Subclassed once for each implementation."""

    def make(self) -> Resolver:
        raise NotImplementedError

    def test_a_known_host_has_addresses_each_once(self) -> None:
        found = self.make().addresses("127.0.0.1")

        assert found == ("127.0.0.1",)

    def test_every_answer_is_an_address(self) -> None:
        found = self.make().addresses("localhost")

        assert all(ip_address(address).is_loopback for address in found)

    # None of these is ever sent to a name server.
    @pytest.mark.parametrize("host", ["", "a..b", "x" * 300])
    def test_what_has_no_address_is_an_error_of_its_own(self, host: str) -> None:
        with pytest.raises(NameNotFoundError) as raised:
            self.make().addresses(host)

        assert raised.value.params == {"host": host}


class TestSystemResolver(ResolverContract):
    def make(self) -> Resolver:
        return SystemResolver()

    @pytest.mark.parametrize("disguise", ["0x7f000001", "2130706433", "127.1", "0177.0.0.1"])
    def test_a_number_in_disguise_is_the_address_it_is(self, disguise: str) -> None:
        assert SystemResolver().addresses(disguise) == ("127.0.0.1",)


class TestTableResolver(ResolverContract):
    def make(self) -> Resolver:
        return TableResolver({"127.0.0.1": [("127.0.0.1",)], "localhost": [("127.0.0.1", "::1")]})
