"""Times as records and payload files write them."""

from datetime import UTC, datetime


def record_time(at: datetime) -> str:
    """Return *at* as a record writes it: UTC, six decimals, ``Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
