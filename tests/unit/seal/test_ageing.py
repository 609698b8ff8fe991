"""What a token rests on ends at a known day: a certificate, a digest, a key."""

from datetime import UTC, datetime, timedelta

import pytest

from benban.errors import BenbanError
from benban.seal.ageing import MARGIN, Ageing, first_end
from tests.verifier.tsa_maker import (
    STAMPED_AT,
    YEAR,
    Authority,
    authority,
    authority_with_between,
    issue,
    rsa_key,
    tsa_extensions,
)

END_OF_2030 = datetime(2031, 1, 1, tzinfo=UTC)
FAR = (STAMPED_AT - YEAR, STAMPED_AT + 30 * YEAR)


def test_a_token_ends_with_its_certificate() -> None:
    end = first_end(authority().stamp(b"note"))

    assert (end.reason, end.ends_at) == (Ageing.CERTIFICATE_ENDS, STAMPED_AT + 10 * YEAR)


def test_a_certificate_on_the_way_that_ends_first_counts() -> None:
    end = first_end(authority_with_between().stamp(b"note"))

    assert (end.reason, end.ends_at) == (Ageing.CERTIFICATE_ENDS, STAMPED_AT + YEAR)


@pytest.mark.parametrize(
    ("bits", "reason", "ends_at"),
    [
        (1024, Ageing.KEY_AGES, datetime(1970, 1, 1, tzinfo=UTC)),
        (2048, Ageing.KEY_AGES, END_OF_2030),
        (3072, Ageing.CERTIFICATE_ENDS, FAR[1]),
    ],
)
def test_a_short_key_ends_before_its_certificate(
    bits: int, reason: Ageing, ends_at: datetime
) -> None:
    root = issue("root", issuer=None, valid=FAR)
    signer = issue(
        f"signer {bits}", issuer=root, key=rsa_key(bits), valid=FAR, extend=tsa_extensions
    )

    end = first_end(Authority(root=root, signer=signer).stamp(b"note"))

    assert (end.reason, end.ends_at) == (reason, ends_at)


def test_it_is_due_half_a_year_before_the_end() -> None:
    end = first_end(authority().stamp(b"note"))

    assert [end.is_due(end.ends_at - MARGIN + one * timedelta(seconds=1)) for one in (-1, 0)] == [
        False,
        True,
    ]


def test_what_is_no_token_has_no_end() -> None:
    with pytest.raises(BenbanError):
        first_end(b"not a token")
