"""7xx: dossier and letter."""

from benban.errors.root import BenbanError


class SelectiveComparisonError(BenbanError):
    """A comparison section that leaves out a run on an included picture (EVIDENCE 5)."""

    code = "BB-701"


class DisclosureMissingError(BenbanError):
    """An authority edition needs recipient, purpose and legal basis; a reading one has none."""

    code = "BB-702"


class RecipientKeyError(BenbanError):
    """The recipient's key is not an age public key."""

    code = "BB-703"


class ReportFailedError(BenbanError):
    """The report could not be set."""

    code = "BB-704"


class FontsMissingError(BenbanError):
    """The fonts that travel with the program are not there."""

    code = "BB-705"


class NotForThisEditionError(BenbanError):
    """Something was handed in that this edition must not carry (EVIDENCE 3)."""

    code = "BB-706"


class SealMismatchError(BenbanError):
    """What the log handed back does not belong to this payload; no dossier is written."""

    code = "BB-707"


class VerifierMissingError(BenbanError):
    """The independent verifier is not installed beside this program."""

    code = "BB-750"
