"""5xx: seal and time."""

from benban.errors.root import BenbanError


class NotCanonicalError(BenbanError):
    """A value has no canonical JSON form, or bytes are not canonical JSON."""

    code = "BB-501"


class RecordMalformedError(BenbanError):
    """A record of the custody log is not in the layout of version 1."""

    code = "BB-502"


class InclusionProofError(BenbanError):
    """An inclusion proof does not lead from the leaf to the root."""

    code = "BB-503"


class ConsistencyProofError(BenbanError):
    """The newer log does not contain the older one as its beginning."""

    code = "BB-504"


class NoteMalformedError(BenbanError):
    """A checkpoint is not in the layout of version 1."""

    code = "BB-505"


class NoteSignatureError(BenbanError):
    """The signature of a checkpoint is wrong: it was changed after it was signed."""

    code = "BB-506"


class NoteKeyError(BenbanError):
    """A checkpoint was signed with another key, or for another log."""

    code = "BB-507"


class ReceiptMalformedError(BenbanError):
    """A text is not a receipt of version 1."""

    code = "BB-508"


class CommitmentError(BenbanError):
    """An opened field is not the one that stands in the record."""

    code = "BB-509"


class TokenUnreadableError(BenbanError):
    """An answer of a time-stamp authority is not an RFC 3161 response."""

    code = "BB-510"


class TokenRefusedError(BenbanError):
    """A time-stamp authority answered, and refused to stamp."""

    code = "BB-511"


class TokenImprintError(BenbanError):
    """A time stamp is over other bytes than these."""

    code = "BB-512"


class TokenNonceError(BenbanError):
    """A time stamp does not answer this request."""

    code = "BB-513"


class TokenUntrustedError(BenbanError):
    """A time stamp does not lead to a root that was given."""

    code = "BB-514"


class TokenSignatureError(BenbanError):
    """The signature of a time stamp is wrong: it was changed, or it is not the authority's."""

    code = "BB-515"


class TokenTimeError(BenbanError):
    """A time stamp names a time at which its certificates were not valid."""

    code = "BB-516"


class AuthoritySettingsError(BenbanError):
    """The list of time-stamp authorities cannot be used."""

    code = "BB-517"


class RevocationListError(BenbanError):
    """A list of withdrawn certificates is not one, is not its issuer's, or is of another time."""

    code = "BB-540"


class RevocationServiceError(BenbanError):
    """A list of withdrawn certificates did not come; the stamp itself is kept."""

    code = "BB-541"


class RevocationAnswerError(BenbanError):
    """An answer about one certificate is not one, is not its issuer's, or is of another time."""

    code = "BB-431"


class ExchangeMalformedError(BenbanError):
    """A web exchange cannot be written down as it was handed over."""

    code = "BB-520"


class PackageOrderError(BenbanError):
    """A web package or a bag was not made in the order that its layout asks for."""

    code = "BB-521"


class PackageDamagedError(BenbanError):
    """A web package or a zip does not hold together."""

    code = "BB-522"


class BagNameError(BenbanError):
    """A name inside a bag is not allowed by its layout."""

    code = "BB-530"
