"""The name service that is passed in; nobody asks for a name elsewhere."""

from typing import Protocol


class Resolver(Protocol):
    """The name service."""

    def addresses(self, host: str) -> tuple[str, ...]:
        """
        Return every IP address that *host* has, as text, in the order answered.

        Raises:
            NameNotFoundError: BB-205.
        """
        ...
