"""When new hashes wait for two people: too many at once, or one that would match too much."""

from dataclasses import dataclass

# Of one member in 24 hours: who doubts more writes to the people who run the exchange.
MOST_DISPUTES_A_DAY = 50
# Of one other member's hashes in 24 hours: what two members pass between them answers without its
# seven days, and is never more than a third one could doubt on the same day. Ten minutes of looking
# for each fill a working day. What is more waits for the clock.
MOST_CONFIRMS_A_DAY = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodLimits:
    """
    What is usual.

    Attributes:
        per_member_a_day: attestations of one member in 24 hours.
        per_bank_an_hour: attestations of all members in a bank in an hour.
        near_living: hashes within 31 bits, in all banks, that answer or wait to; a picture that
            many attest is either very widely shared or one that should not match at all. Asked
            again, of those that answer, when the clock would let one answer.
    """

    per_member_a_day: int = 2_000
    per_bank_an_hour: int = 5_000
    near_living: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen when a hash came in; the names are those of :class:`FloodLimits`."""

    per_member_a_day: int
    per_bank_an_hour: int
    near_living: int


def holding(seen: Seen, limits: FloodLimits) -> str | None:
    """Return the name of the first limit that is passed; None when the hash need not wait."""
    for name in FloodLimits.__dataclass_fields__:
        if getattr(seen, name) >= getattr(limits, name):
            return name
    return None
