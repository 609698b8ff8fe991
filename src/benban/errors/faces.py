"""0xx: faces and settings."""

from benban.errors.root import BenbanError


class UsageError(BenbanError):
    """The call itself was wrong."""

    code = "BB-001"


class FileUnreadableError(BenbanError):
    """A file named by the person cannot be read."""

    code = "BB-002"


class TargetExistsError(BenbanError):
    """A file would be overwritten."""

    code = "BB-003"


class TargetUnwritableError(BenbanError):
    """A file could not be written; nothing half-written stays."""

    code = "BB-004"


class StoppedError(BenbanError):
    """The person stopped a command; what was finished is kept."""

    code = "BB-005"


class JobMissingError(BenbanError):
    """There is no such piece of long work; it ended with the program that did it."""

    code = "BB-010"


class PageMissingError(BenbanError):
    """The desk has no such page."""

    code = "BB-011"


class FormTooLargeError(BenbanError):
    """A form is larger than any form of ours; nothing of it was kept."""

    code = "BB-012"


class FormUnknownError(BenbanError):
    """A form of an earlier run of the program; what was typed is a draft."""

    code = "BB-013"


class AnswerMissingError(BenbanError):
    """A question that has to be answered was left open."""

    code = "BB-014"


class DeskLockedError(BenbanError):
    """The page needs the vault, and it is not open."""

    code = "BB-015"


class CodeNotRepeatedError(BenbanError):
    """The groups of the recovery code that were typed are not those of the sheet."""

    code = "BB-016"


class SeenAtError(BenbanError):
    """A day or time on a page cannot be read."""

    code = "BB-020"


class PassphraseDiffersError(BenbanError):
    """A new passphrase was not typed the same way twice."""

    code = "BB-018"


class MailNotShownError(BenbanError):
    """A mail was to be sent that no page of this run shows; nothing was sent."""

    code = "BB-040"


class OthersNamedError(BenbanError):
    """Whom a page named is not who would be asked now; nothing was sent."""

    code = "BB-041"


class CaseBusyError(BenbanError):
    """Something is still at work on a case that is to be destroyed; it was told to stop."""

    code = "BB-050"


class WordNotTypedError(BenbanError):
    """What was to be typed before an act that cannot be taken back was not typed."""

    code = "BB-051"


class HandOverOtherError(BenbanError):
    """A sealed file is not the one that somebody looked at and said yes to; nothing was kept."""

    code = "BB-052"


class FolderMissingError(BenbanError):
    """The folder that was typed is not there; none is made by a slip of the hand."""

    code = "BB-053"


class PortTakenError(BenbanError):
    """The desk cannot listen on this computer."""

    code = "BB-017"


class TooManyWaitingError(BenbanError):
    """Too much work already waits for somebody to choose."""

    code = "BB-022"


class FileNotChosenError(BenbanError):
    """A form that takes files came without any."""

    code = "BB-021"


class RecordingTooLargeError(BenbanError):
    """What is said aloud is longer than one recording may be; what came before is kept."""

    code = "BB-045"


class NotARecordingError(BenbanError):
    """What was given as a recording is none that a page could play, or it holds pictures."""

    code = "BB-046"


class RecordingGapError(BenbanError):
    """A piece of a recording came that does not follow what is kept of it."""

    code = "BB-047"


class TooManyComeError(BenbanError):
    """Too many passphrases wait to be tried, or the same name is being tried just now."""

    code = "BB-023"


class ViewsNotNotedError(BenbanError):
    """What was asked for is shown only when it is noted who saw it, and it cannot be noted."""

    code = "BB-024"


class DutyTextMissingError(BenbanError):
    """The organisation's dated text on its duty to report is missing; nobody works before."""

    code = "BB-025"


class SharedVaultMissingError(BenbanError):
    """The folder of a server holds no vault for several people."""

    code = "BB-026"


class OriginRefusedError(BenbanError):
    """The address of a server is not one that a browser could be at over TLS."""

    code = "BB-027"


class SecondCodeWrongError(BenbanError):
    """What was typed is no code of the app for this half minute or its neighbours."""

    code = "BB-030"


class SecondCodeUsedError(BenbanError):
    """A code was taken once already, or one after it was."""

    code = "BB-031"


class SecondWaitError(BenbanError):
    """Too many wrong codes; the entry ended, and the next code is taken after *minutes*."""

    code = "BB-032"


class PasskeyRefusedError(BenbanError):
    """What a browser answered is not what this person's passkey answers here and now."""

    code = "BB-033"


class SecondStaysError(BenbanError):
    """The last second factor is to go, or somebody who may not lets it be set up anew."""

    code = "BB-034"


class EndedLawTypedError(BenbanError):
    """What was typed for a paper of the organisation cites law that has ended; none was made."""

    code = "BB-042"


class HolderMissingError(BenbanError):
    """Nobody of that name is in the vault; no paper was made."""

    code = "BB-043"


class OrganisationPaperRoleError(BenbanError):
    """The role does not allow this paper of the organisation, or to name whose keys it lists."""

    code = "BB-044"
