"""A name service out of a table."""

from collections.abc import Mapping, Sequence

from benban.errors import NameNotFoundError


class TableResolver:
    """
    A :class:`benban.capture.ports.Resolver` that knows what it was told.

    Args:
        table: host to the answers of each time it is asked; the last one is repeated.
    """

    def __init__(self, table: Mapping[str, Sequence[tuple[str, ...]]]) -> None:
        self._left = {host: list(answers) for host, answers in table.items()}
        self.asked: list[str] = []

    def addresses(self, host: str) -> tuple[str, ...]:
        """
        Return the next answer for *host*.

        Raises:
            NameNotFoundError: BB-205, the table has no such host.
        """
        self.asked.append(host)
        answers = self._left.get(host)
        if not answers:
            raise NameNotFoundError(host=host)
        return answers.pop(0) if len(answers) > 1 else answers[0]
