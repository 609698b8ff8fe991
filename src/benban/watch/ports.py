"""What the watch needs from outside: something fetched over HTTP, in memory only."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """
    What came over HTTP; nothing of it is kept unless the caller keeps it.

    Attributes:
        asked: the address as it was asked for.
        final: the last address that was asked; its answer is what stands here.
        redirects: every address that was led to and asked, in order.
        refused_lead: where the answer leads to, when that host may not be asked; else empty.
        status: HTTP status of the last answer.
        fields: header fields in the order received, names in lower case.
        body: unpacked (gzip, deflate), never more than the caller's limit.
        remote: ``ip:port`` that was connected to last.
    """

    asked: str
    final: str
    redirects: tuple[str, ...]
    refused_lead: str
    status: int
    fields: tuple[tuple[str, str], ...]
    body: bytes
    remote: str

    def value(self, name: str) -> str:
        """Return the first field called *name* (lower case); empty when there is none."""
        return next((value for key, value in self.fields if key == name), "")


class Fetcher(Protocol):
    """Fetches one address over HTTP, without cookies, without anything from its surroundings."""

    def fetch(
        self,
        address: str,
        *,
        limit_bytes: int,
        hosts: Collection[str] | None = None,
        with_media: bool = True,
    ) -> Fetched:
        """
        Return what *address* answers.

        Args:
            address: absolute, ``http`` or ``https``.
            limit_bytes: of the unpacked body.
            with_media: False leaves the body of a picture, film or sound unread; it is empty then.
            hosts: the only hosts that may be asked, also by redirects; None for any public one.

        Raises:
            FetchError: BB-660 to BB-667; nothing was received, or not all of it.
        """
        ...
