"""
Every error that a person can meet, with a stable code.

A code is never reused. What the person reads stands in ``catalogue/messages/<lang>/<area>.po``
under two ids: the code (what happened, what is safe) and ``<code>.next`` (what to do next).

Ranges: 0xx faces and settings, 1xx case and permit, 2xx capture and network, 3xx pictures and
comparison, 4xx vault, 5xx seal and time, 6xx catalogue, plan and notices, 7xx dossier and letter,
8xx archives and exports.
"""

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


# --- 0xx faces and settings ---------------------------------------------------------------


class UsageError(BenbanError):
    """The call itself was wrong."""

    code = "BB-001"


class FileUnreadableError(BenbanError):
    """A file named by the person cannot be read."""

    code = "BB-002"


class TargetExistsError(BenbanError):
    """A file would be overwritten."""

    code = "BB-003"


# --- 1xx case and permit ------------------------------------------------------------------


class PermitRefusedError(BenbanError):
    """Not all three age answers are yes: no image is fetched, stored or hashed."""

    code = "BB-101"


class NotAnAddressError(BenbanError):
    """The text is not a web address."""

    code = "BB-102"


class CaseMissingError(BenbanError):
    """There is no such case in this vault."""

    code = "BB-103"


class ExhibitMissingError(BenbanError):
    """There is no such exhibit in this case."""

    code = "BB-104"


class KindNotCapturedError(BenbanError):
    """Media is captured only for published and threatened sightings (HARM 13)."""

    code = "BB-105"


class NothingToConcludeError(BenbanError):
    """A case without a published or threatened sighting cannot leave the vault (HARM 13)."""

    code = "BB-106"


class DeclarationMissingError(BenbanError):
    """Originals need the declaration that they show the person of this case (HARM 11)."""

    code = "BB-107"


class OriginalLimitError(BenbanError):
    """More plain copies than a person's case may hold, or a photo of another case (HARM 11)."""

    code = "BB-108"


class UnveilReasonMissingError(BenbanError):
    """Unveiling needs a typed reason."""

    code = "BB-109"
