"""A list of withdrawn certificates: what its issuer signed and nobody can read is no list."""

from datetime import UTC, datetime

import pytest
from cryptography import x509

from benban.errors import RevocationListError
from benban.seal.revocation import check_list, wanted_states
from benban.seal.tsp import build_request
from benban.testing.clock import FakeClock
from benban.testing.tsa import FakeTsa

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("oid", "value"),
    [
        ("2.5.29.20", b"\xff\x01"),
        ("2.5.29.28", b"zz"),
        # An issuer named by an X.400 address, which the package does not know.
        ("2.5.29.35", b"\x30\x08\xa1\x06\xa3\x04\x30\x02\x05\x00"),
    ],
    ids=["number", "distribution point", "name of the issuer"],
)
def test_a_signed_list_with_a_part_that_cannot_be_read_is_named(oid: str, value: bytes) -> None:
    tsa = FakeTsa(clock=FakeClock(NOW), crl_address="http://lists.example/own.crl")
    (wanted,) = wanted_states(tsa.answer(build_request(b"a note").der), [tsa.root_der])
    broken = x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), value)

    with pytest.raises(RevocationListError):
        check_list(tsa.crl(extension=broken), wanted, at=NOW)
