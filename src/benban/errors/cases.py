"""1xx: case and permit."""

from benban.errors.root import BenbanError


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
    """More plain copies than a person's case may hold (HARM 11)."""

    code = "BB-108"


class UnveilReasonMissingError(BenbanError):
    """Unveiling needs a typed reason."""

    code = "BB-109"


class AgeNotConfirmedError(BenbanError):
    """Files are measured only after everybody in them was said to be 18 or older."""

    code = "BB-110"


class OriginalOfOtherCaseError(BenbanError):
    """One photo serves one case only (HARM 11)."""

    code = "BB-111"


class StandingPermissionError(BenbanError):
    """A standing permission without a host, without an end, or for too long."""

    code = "BB-113"


class VoiceCodeError(BenbanError):
    """The numbers read over the phone are not those of the key; nothing was sealed."""

    code = "BB-115"


class WitnessRefusedError(BenbanError):
    """A second capture does not verify; nothing of it is kept."""

    code = "BB-116"


class WitnessIsOwnError(BenbanError):
    """A second capture was made by this very case."""

    code = "BB-117"


class SightingNeededError(BenbanError):
    """Originals wait until the age answers of a first sighting are recorded."""

    code = "BB-112"
