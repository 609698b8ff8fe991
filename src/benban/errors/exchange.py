"""
95x to 99x (and 945): the exchange.

An operator and a member's program read these, never a person about their own case; so they are
taken from here and not from ``benban.errors``, which a person's program loads whole.
"""

from benban.errors.root import BenbanError


class ExchangeError(BenbanError):
    """The exchange did not do what was asked."""

    code = "BB-950"


class HashRefusedError(ExchangeError):
    """The hash is not one that can be shared: its form, its quality, or a picture of one colour."""

    code = "BB-951"


class ProofRefusedError(ExchangeError):
    """The proof does not show a consent to sharing exactly this hash with this exchange."""

    code = "BB-952"


class ProofUsedError(ExchangeError):
    """The consent was used before; one consent is for one hash."""

    code = "BB-953"


class AgeNotShownError(ExchangeError):
    """The consent does not say 18 or older, now and in the picture; nothing was kept."""

    code = "BB-954"


class ActRefusedError(ExchangeError):
    """The hash is not in a state in which this can be done, or not by this member."""

    code = "BB-955"


class HashUnknownError(ExchangeError):
    """No such hash in the banks that this member may see."""

    code = "BB-956"


class SecondPersonError(ExchangeError):
    """An act on a whole bank needs another person's yes to exactly that, within a day."""

    code = "BB-957"


class WithdrawalRefusedError(ExchangeError):
    """The withdrawal is not signed with the key under which the consent was given."""

    code = "BB-958"


class FeedRefusedError(ExchangeError):
    """The delta is not signed by the exchange, is not the next one, or is past its greatest age."""

    code = "BB-959"


class KeyRefusedError(ExchangeError):
    """The key is not known, has ended, or may not be used for this."""

    code = "BB-960"


class AuditBrokenError(ExchangeError):
    """The audit's chain does not hold: a line was changed, taken out or put in."""

    code = "BB-961"


class RecordUnavailableError(ExchangeError):
    """The system of record cannot be reached; nothing was changed."""

    code = "BB-962"


class TwiceAtOnceError(ExchangeError):
    """The same request is being worked on already; its answer comes when it is asked again."""

    code = "BB-963"


class RequestReusedError(ExchangeError):
    """The idempotency key was used for another request."""

    code = "BB-964"


class MatcherBehindError(ExchangeError):
    """What this node knows is more than five seconds old; it may hold what was withdrawn."""

    code = "BB-965"


class TooManyRequestsError(ExchangeError):
    """More was asked than this key may ask at a time."""

    code = "BB-966"


class RequestMalformedError(ExchangeError):
    """The request is not one that this address takes."""

    code = "BB-967"


class MediaRefusedError(ExchangeError):
    """Pictures are not taken here; the hash is made where the picture is."""

    code = "BB-968"


class HashingOffError(ExchangeError):
    """Pictures are not hashed here: the operator did not turn it on. None is looked at."""

    code = "BB-975"


class AddressNotFetchedError(ExchangeError):
    """An address was handed over to be fetched; the exchange opens none."""

    code = "BB-976"


class BanksNotFilledError(ExchangeError):
    """Banks are not filled or changed in HMA's way: a hash enters with a person's consent."""

    code = "BB-977"


class PeerUnreachableError(ExchangeError):
    """Another exchange did not answer, or refused the keys."""

    code = "BB-978"


class PeerAnswerError(ExchangeError):
    """What another exchange answered is not what it says it answers; nothing was taken over."""

    code = "BB-979"


class NodeFolderError(ExchangeError):
    """The node's folder cannot be written; nothing of the exchange is lost."""

    code = "BB-985"


class SetUpMissingError(ExchangeError):
    """Something that an exchange does not run without is not there yet."""

    code = "BB-986"


class PersonRefusedError(ExchangeError):
    """The name or the secret is not one of a person who runs this exchange."""

    code = "BB-987"


class NothingSuchError(ExchangeError):
    """There is no such member, bank, key or proposal."""

    code = "BB-988"


class ActUnknownError(ExchangeError):
    """An act with these particulars cannot be proposed."""

    code = "BB-989"


class AlreadySetUpError(ExchangeError):
    """An exchange stands in this folder already; nothing was changed."""

    code = "BB-990"


class FeedRestartError(ExchangeError):
    """The change is not there, or is another one: the exchange was put back; begin at 0."""

    code = "BB-999"


class PulledFolderError(ExchangeError):
    """The folder is no bank taken over from this exchange, is in use, or cannot be written."""

    code = "BB-945"
