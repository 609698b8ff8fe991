"""Errors of an organisation that shares a vault."""

from benban.errors.cases import VoiceCodeError
from benban.errors.root import BenbanError


class RecipientNotListedError(BenbanError):
    """A case goes only to a key on the organisation's signed list (HARM 18)."""

    code = "BB-035"


class SignedListError(BenbanError):
    """The list of keys is not what an administrator signed, or an older one."""

    code = "BB-036"


class ListKeyUnknownError(BenbanError):
    """The list is signed with a key whose numbers this person has not compared."""

    code = "BB-037"


class DutyTextIncompleteError(BenbanError):
    """The text on the duty to report needs words in both languages, a day, and who answers."""

    code = "BB-038"


class ListNumbersError(VoiceCodeError):
    """The numbers heard are not those of the key that an administrator signs the list with."""

    code = "BB-062"


class InvitationRefusedError(BenbanError):
    """Name and code do not belong together, or the code was used: nobody came in by it."""

    code = "BB-063"
