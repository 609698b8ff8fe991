"""Why a check failed or could not be done: a message id with the values of its places."""


class Refusal(Exception):  # noqa: N818 -- a finding about the dossier, not a fault of this program
    """What a check found wrong."""

    def __init__(self, message_id: str, **about: str | int) -> None:
        """
        Keep the message id and its values.

        Args:
            message_id: key of the tables in ``messages_vi`` and ``messages_en``.
            about: values for the ``{named}`` places of the message; shown to people, so only
                text that has passed a check or ``printable``.
        """
        super().__init__(message_id)
        self.message_id = message_id
        self.about = about


class NotDone(Refusal):
    """What a check could not look at, and why."""


class NotADossier(Refusal):
    """The thing named is not a dossier at all, or the call was wrong (exit code 3)."""


def printable(untrusted: str, limit: int = 80) -> str:
    """Return *untrusted* cut to *limit* characters, everything but plain ASCII shown as ``?``."""
    cut = untrusted if len(untrusted) <= limit else untrusted[:limit] + "..."
    return "".join(char if " " <= char <= "~" else "?" for char in cut)
