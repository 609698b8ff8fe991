"""What to read before an act that cannot be taken back; one text for each, in both languages."""

from enum import Enum

from benban.wording import Language, say


class IrreversibleAct(Enum):
    """Acts that cannot be taken back, here or outside; the words stand under ``warning.<id>``."""

    WITHDRAW_REQUEST = "withdraw-request"
    DMCA = "dmca"
    DELETE_CHAT = "delete-chat"
    REPORT_BEFORE_CAPTURE = "report-before-capture"
    DESTROY_EXHIBIT = "destroy-exhibit"
    DENY_IN_PUBLIC = "deny-in-public"
    ACCUSE_IN_PUBLIC = "accuse-in-public"

    @property
    def message_id(self) -> str:
        """The message id of what to read before it."""
        return f"warning.{self.value}"


def warning_text(act: IrreversibleAct, language: Language) -> str:
    """Return what to read before *act*; it says what follows and leaves the choice open."""
    return say(language, act.message_id)
