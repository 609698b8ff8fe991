"""
Which tokens grow old: before a certificate ends or a digest or key is trusted no longer.

Source: RFC 3161 section 4, point 4 (a token needs a newer one before its key or hash weakens);
NIST SP 800-131A Rev. 2 and NIST SP 800-57 Part 1 Rev. 5 table 4 for the dates.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from benban.seal.tsp import read_certificates, signed_digest

# Half a year: an authority may be silent for a while, and nobody looks every day.
MARGIN = timedelta(days=180)
_END_OF_2030 = datetime(2031, 1, 1, tzinfo=UTC)
_ALREADY = datetime(1970, 1, 1, tzinfo=UTC)
# SP 800-131A: SHA-1 is disallowed for signatures now; SHA-224 is at 112 bits, see below.
_DIGEST_ENDS = {"md5": _ALREADY, "sha1": _ALREADY, "sha224": _END_OF_2030}
# SP 800-57: RSA below 3072 bits is at 112 bits of strength, acceptable through 2030.
_RSA_ENDS = ((2048, _ALREADY), (3072, _END_OF_2030))


class Ageing(Enum):
    """Why a token needs a newer one over it."""

    CERTIFICATE_ENDS = "certificate-ends"
    DIGEST_AGES = "digest-ages"
    KEY_AGES = "key-ages"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingToken:
    """When a token stops being good evidence by itself, and why."""

    reason: Ageing
    ends_at: datetime

    def is_due(self, now: datetime) -> bool:
        """Return whether it is time for a newer stamp."""
        return now >= self.ends_at - MARGIN


def first_end(response: bytes) -> AgeingToken:
    """
    Return what ends first of everything the token rests on.

    Args:
        response: DER TimeStampResp that was checked when it came.

    Raises:
        TokenUnreadableError: BB-510.
    """
    certificates = read_certificates(response)
    ends = [
        AgeingToken(reason=Ageing.CERTIFICATE_ENDS, ends_at=one.not_valid_after_utc)
        for one in certificates
    ]
    digests = [signed_digest(response)]
    digests += [
        one.signature_hash_algorithm.name
        for one in certificates
        if one.signature_hash_algorithm is not None and one.issuer != one.subject
    ]
    ends += [
        AgeingToken(reason=Ageing.DIGEST_AGES, ends_at=_DIGEST_ENDS[name])
        for name in digests
        if name in _DIGEST_ENDS
    ]
    ends += [
        AgeingToken(reason=Ageing.KEY_AGES, ends_at=end)
        for one in certificates
        for end in _key_ends(one)
    ]
    return min(ends, key=lambda one: one.ends_at)


def _key_ends(certificate: x509.Certificate) -> tuple[datetime, ...]:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        return ()
    return tuple(end for bits, end in _RSA_ENDS if key.key_size < bits)[:1]
