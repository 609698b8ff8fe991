"""The name service of this computer."""

import socket

from benban.errors import NameNotFoundError


class SystemResolver:
    """A :class:`benban.capture.ports.Resolver` that asks the operating system."""

    def addresses(self, host: str) -> tuple[str, ...]:
        """
        Return every IP address of *host* in the order answered, each once.

        Also numbers in disguise (``0x7f000001``, ``127.1``) come back as the address they are.

        Raises:
            NameNotFoundError: BB-205.
        """
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NameNotFoundError(host=host) from error
        return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
