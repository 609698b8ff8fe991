"""6xx: catalogue, plan, notices, papers and the watch."""

from benban.errors.root import BenbanError


class CatalogueError(BenbanError):
    """A file without which no notice may be written is faulty; *params*: file, line."""

    code = "BB-601"


class PrivateAddressError(BenbanError):
    """The address leads into a private network or to this computer."""

    code = "BB-602"


class ExactAddressMissingError(BenbanError):
    """A notice needs the exact address of what is to be removed."""

    code = "BB-603"


class NotRemovedByUsError(BenbanError):
    """News, satire, criticism or testimony: this program does not help to remove it (HARM 15)."""

    code = "BB-604"


class NoticeNotForThisError(BenbanError):
    """Notices exist only for a published sighting of sexual or intimate content (HARM 15)."""

    code = "BB-605"


class NoticeStepError(BenbanError):
    """The notice cannot go from its state to the asked one; *params*: state, wanted."""

    code = "BB-606"


class StatementNotConfirmedError(BenbanError):
    """A statement of the notice was not confirmed by the person; *params*: missing."""

    code = "BB-607"


class NoticeIncompleteError(BenbanError):
    """The notice lacks something its recipient may insist on; *params*: rules."""

    code = "BB-608"


class DailyNoticeLimitError(BenbanError):
    """Twenty notices were approved within a day (HARM 15); *params*: limit."""

    code = "BB-609"


class NoticeOpenError(BenbanError):
    """The same channel was already asked about the same address."""

    code = "BB-610"


class NoNoticeForStepError(BenbanError):
    """This step is done by hand; no text belongs to it."""

    code = "BB-611"


class LetterNotPossibleError(BenbanError):
    """A letter that may leave needs a case with a published or threatened sighting (HARM 13)."""

    code = "BB-612"


class NeverCapturedError(BenbanError):
    """The catalogue marks the place as one that is never opened by the recorder (HARM 16)."""

    code = "BB-620"


class BundleMalformedError(BenbanError):
    """The file is no bundle of a catalogue: its zip, its names or its note."""

    code = "BB-621"


class BundleSignatureError(BenbanError):
    """Nobody who may publish a catalogue signed this bundle, or it was changed since."""

    code = "BB-622"


class BundleOlderError(BenbanError):
    """The bundle is not newer than what is in use; *params*: offered, used."""

    code = "BB-623"


class BundleFaultyError(BenbanError):
    """A catalogue in the bundle does not check clean; *params*: count, file, line."""

    code = "BB-624"


class NotInCatalogueError(BenbanError):
    """The catalogue has no service, channel or rule of that name."""

    code = "BB-625"


class NoMailAccountError(BenbanError):
    """No account was named from which mail could be sent."""

    code = "BB-640"


class NotByMailError(BenbanError):
    """The recipient of this notice takes no mail."""

    code = "BB-641"


class MailAddressError(BenbanError):
    """A mail address, host or name of the account has a form that mail cannot carry."""

    code = "BB-642"


class MailUnreachableError(BenbanError):
    """The mail server could not be reached or gave up; nothing was sent."""

    code = "BB-643"


class MailUnsafeError(BenbanError):
    """The mail server offers no protected connection that can be verified; nothing was sent."""

    code = "BB-644"


class MailRefusedError(BenbanError):
    """The mail server refused; *params*: answer."""

    code = "BB-645"

    def __init__(self, detail: str = "", *, answer: str = "") -> None:
        """Keep the server's own line, cleaned, for the person."""
        super().__init__(detail, answer=answer)
        self.answer = answer


class MailUnsureError(BenbanError):
    """The connection ended before the server said whether it took the mail."""

    code = "BB-646"


class MailAlreadyTriedError(BenbanError):
    """An earlier attempt may have arrived; it is not sent again unasked."""

    code = "BB-647"


# --- 63x plan: what came before, copyright, who hosts a site --------------------------------


class EarlierNoticeMissingError(BenbanError):
    """A step follows a notice that was not given; nothing was written."""

    code = "BB-630"


class CopyrightGateError(BenbanError):
    """A copyright notice without ownership, the warning read, and the photo named."""

    code = "BB-631"


class HostUnknownError(BenbanError):
    """The name service does not know the host that is looked up; *params*: host."""

    code = "BB-632"


class RegistryAnswerError(BenbanError):
    """A registry's answer is not RDAP that can be used; *params*: reason."""

    code = "BB-633"


class NoHostToLookUpError(BenbanError):
    """The sighting has no address whose host could be looked up."""

    code = "BB-634"


# --- 66x fetching over HTTP and the watch ---------------------------------------------------


class FetchError(BenbanError):
    """Nothing could be fetched; *params*: host. The subclasses say why."""

    code = "BB-660"


class FetchAddressError(FetchError):
    """Not an address that is fetched: another scheme or port, a user name, a host not named."""

    code = "BB-661"


class FetchPrivateError(FetchError):
    """The name leads into a private network or to this computer; nothing was sent."""

    code = "BB-662"


class FetchUnreachableError(FetchError):
    """The name is not known, or nobody answers there."""

    code = "BB-663"


class FetchTlsError(FetchError):
    """The encrypted connection could not be verified; nothing was sent."""

    code = "BB-664"


class FetchTooSlowError(FetchError):
    """The answer did not come within the time for the whole."""

    code = "BB-665"


class FetchTooLargeError(FetchError):
    """The body, unpacked, is larger than was asked for; none of it is used."""

    code = "BB-666"


class FetchBrokenError(FetchError):
    """What came is no whole HTTP answer, or leads on without an end."""

    code = "BB-667"


# --- 65x papers, consent, allegations, damage ------------------------------------------------


class PaperAudienceError(BenbanError):
    """A paper names accounts of others: it is for a lawyer or an authority (promise 10)."""

    code = "BB-650"


class ConsentMissingError(BenbanError):
    """Somebody acts for the person, and no yes for this purpose and recipient is recorded."""

    code = "BB-651"


class ConsentNotReadError(BenbanError):
    """A consent counts only after its text was shown and the person said yes."""

    code = "BB-652"


class AllegationsUnreadableError(BenbanError):
    """The key of the allegations is gone, or what was kept is not what it was."""

    code = "BB-653"


class DamageEntryError(BenbanError):
    """An entry of the ledger needs a day that is not in the future, words, and whole dong."""

    code = "BB-654"


class PaperNotEditableError(BenbanError):
    """This paper has no version as a text document."""

    code = "BB-655"


class WatchNotForCaseError(BenbanError):
    """A case without a published or threatened sighting cannot watch (HARM 13)."""

    code = "BB-668"


class WatchNotPermittedError(BenbanError):
    """Looking is traffic: without a standing permission nothing is looked at."""

    code = "BB-669"


class PlaceLimitError(BenbanError):
    """A case holds no more places that a person named (HARM 12); *params*: limit."""

    code = "BB-670"


class AccountPageError(BenbanError):
    """The page of an account that posted no sighting of this case is not watched (HARM 12)."""

    code = "BB-671"


class PlaceMissingError(BenbanError):
    """There is no such place, or no such find."""

    code = "BB-672"


class TooOftenError(BenbanError):
    """A watch looks at a place once in 24 hours at most (HARM 12)."""

    code = "BB-673"


class CapacityExpiredError(BenbanError):
    """Every document that showed the capacity has passed its last day."""

    code = "BB-676"
