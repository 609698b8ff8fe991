"""The root of the tree of errors."""

from typing import ClassVar


class BenbanError(Exception):
    """The root of the tree; *params* fill the named places of the translated message."""

    code: ClassVar[str] = "BB-000"

    def __init__(self, detail: str = "", **params: str | int) -> None:
        """
        Keep what happened for the log and the message.

        Args:
            detail: English technical detail without addresses, names, paths or bytes.
            params: values for the ``{named}`` places of the message.
        """
        super().__init__(detail or self.code)
        self.detail = detail
        self.params: dict[str, str | int] = dict(params)

    @property
    def next_step(self) -> str:
        """The message id of what to do next."""
        return f"{self.code}.next"
