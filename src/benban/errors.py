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


class PortTakenError(BenbanError):
    """The desk cannot listen on this computer."""

    code = "BB-017"


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


# --- 2xx capture and network --------------------------------------------------------------


class BrowserMissingError(BenbanError):
    """No Chromium, Chrome or Edge was found on this computer; nothing was opened."""

    code = "BB-201"


class BrowserFailedError(BenbanError):
    """The browser is there but did not start, or ended while it was working."""

    code = "BB-202"


class AddressRefusedError(BenbanError):
    """The address leads into a private network or to this computer; nothing was opened."""

    code = "BB-203"


class PortRefusedError(BenbanError):
    """Only the ports 80 and 443 of a site are opened."""

    code = "BB-204"


class NameNotFoundError(BenbanError):
    """No such host is known to the name service."""

    code = "BB-205"


class NotConnectedError(BenbanError):
    """The host is known but takes no connection."""

    code = "BB-206"


class CertificateRefusedError(BenbanError):
    """The site's certificate is wrong, so what it sends proves nothing about the site."""

    code = "BB-207"


class NoAnswerInTimeError(BenbanError):
    """The site took the connection and sent no page within the time allowed."""

    code = "BB-208"


class EndlessRedirectError(BenbanError):
    """The site sends from address to address without end."""

    code = "BB-209"


class PageNotReceivedError(BenbanError):
    """The page did not come for a reason that has no code of its own."""

    code = "BB-210"


class EmptyFileError(BenbanError):
    """The file holds no bytes; nothing was stored."""

    code = "BB-211"


class SchemeRefusedError(BenbanError):
    """Only http and https addresses are opened."""

    code = "BB-212"


class SpoolDamagedError(BenbanError):
    """What was read back from the spool is not what was written; it was not kept."""

    code = "BB-213"


class PictureStripsError(BenbanError):
    """The strips of a tall page do not join; no picture of the page was kept."""

    code = "BB-214"


class WholePageRefusedError(BenbanError):
    """A whole page with the pictures of others was refused (HARM 1)."""

    code = "BB-215"


class WholePageReasonError(BenbanError):
    """A whole page was asked for without saying why."""

    code = "BB-216"


class AttachRefusedError(BenbanError):
    """The tab shows something private: an inbox, messages, settings, a bank (HARM 16)."""

    code = "BB-217"


class AttachNotConfirmedError(BenbanError):
    """The tab in front is not on the sighting's host, or nobody confirmed it."""

    code = "BB-218"


class NoScreenError(BenbanError):
    """There is no screen on which the person's browser could be shown."""

    code = "BB-219"


class OwnBrowserRefusedError(BenbanError):
    """A window that shows the page with its pictures was refused: an age answer is not yes."""

    code = "BB-220"


class StampServiceUnreachableError(BenbanError):
    """The time-stamping service was not reached, or not in time; the stamp stays pending."""

    code = "BB-231"


class StampServiceAnswerError(BenbanError):
    """The time-stamping service answered with something else than a stamp; it stays pending."""

    code = "BB-232"


# --- 3xx pictures and comparison ----------------------------------------------------------


class PictureError(BenbanError):
    """The root of what can be wrong with a picture; the bytes are kept in every case."""


class PictureUnsafeError(PictureError):
    """The picture could not be read safely: the fenced process died at one of its limits."""

    code = "BB-301"


class PictureTooLargeError(PictureError):
    """The picture has more pixels or bytes than are decoded."""

    code = "BB-302"


class PictureFormatError(PictureError):
    """The bytes are not a picture of a kind that is read."""

    code = "BB-303"


class PictureDamagedError(PictureError):
    """It is a picture, but nothing of it could be decoded."""

    code = "BB-304"


class PictureTimeError(PictureError):
    """Measuring the picture took longer than is allowed."""

    code = "BB-305"


class FenceUnavailableError(BenbanError):
    """The fenced process that reads pictures could not be started or did not answer properly."""

    code = "BB-306"


class PairNotVeilableError(PictureError):
    """There is no change map for this pair, so no side-by-side picture can be veiled."""

    code = "BB-307"


class VideoFormatError(PictureError):
    """The bytes are not a video of a kind that is read."""

    code = "BB-308"


class VideoEmptyError(PictureError):
    """There is no moving picture in the file, or none that this program can decode."""

    code = "BB-309"


class VideoTooLargeError(PictureError):
    """The pictures of the video are larger than is decoded; *params*: limit."""

    code = "BB-310"


class VideoDamagedError(PictureError):
    """It is a video, but its structure is broken or no picture of it could be decoded."""

    code = "BB-311"


class PictureCodingError(PictureError):
    """A picture in a known kind of file, coded in a way that this program has no decoder for."""

    code = "BB-312"


class PlaylistError(PictureError):
    """The file is a list of other addresses under the name of a video; none was opened."""

    code = "BB-313"


# --- 4xx vault ----------------------------------------------------------------------------


class VaultMissingError(BenbanError):
    """There is no vault in this folder."""

    code = "BB-401"


class VaultFolderTakenError(BenbanError):
    """A new vault needs an empty folder; nothing was written."""

    code = "BB-402"


class WrongPassphraseError(BenbanError):
    """Passphrase or recovery code do not open this vault; always the same words."""

    code = "BB-403"


class PassphraseRefusedError(BenbanError):
    """The passphrase is empty or too long."""

    code = "BB-404"


class VaultTooNewError(BenbanError):
    """The vault was made by a newer program; nothing was read or written."""

    code = "BB-405"


class VaultDamagedError(BenbanError):
    """A part of the vault cannot be read; ``part`` names it."""

    code = "BB-406"


class VaultInUseError(BenbanError):
    """Another process has this vault open."""

    code = "BB-407"


class KdfParametersError(BenbanError):
    """The vault asks for more memory or time than any vault may; none was taken."""

    code = "BB-408"


class RecoveryCodeMistypedError(BenbanError):
    """The recovery code has a typing mistake."""

    code = "BB-409"


class DiskFullError(BenbanError):
    """The disk is full; what was being written was taken back."""

    code = "BB-410"


class DiskFailedError(BenbanError):
    """The disk refused or failed; what was being written was taken back."""

    code = "BB-411"


class NotStoredError(BenbanError):
    """There is no such thing in this case."""

    code = "BB-412"


class ContentDamagedError(BenbanError):
    """Stored content is damaged or missing; ``failure`` says how."""

    code = "BB-413"


class KdfCostTooLowError(BenbanError):
    """A vault is not made with a cost below the floor."""

    code = "BB-414"


class MemoryShortError(BenbanError):
    """There is not enough free memory to open the vault."""

    code = "BB-415"


class HandOverDamagedError(BenbanError):
    """A file is no hand-over, is not whole, or is not what it says; nothing of it is kept."""

    code = "BB-417"


class CaseAlreadyHereError(BenbanError):
    """A case that is handed over is in this vault already."""

    code = "BB-418"


class AgeIdentityError(BenbanError):
    """A private key is none, or the file was sealed for another one."""

    code = "BB-419"


class HandOverUnreadError(BenbanError):
    """What was written does not read back; the case stays where it is."""

    code = "BB-420"


class OutsideRequestError(BenbanError):
    """A single request to an address outside did not end well; ``reason`` says how."""

    code = "BB-430"


class HandOverAnswersError(BenbanError):
    """A whole case is sealed for a named recipient, for a purpose, on a legal basis; one lacks."""

    code = "BB-450"


class WitnessSameVaultError(BenbanError):
    """A second capture comes from another case of the same vault: the same hands, not elsewhere."""

    code = "BB-451"


class WitnessUnrelatedError(BenbanError):
    """A recording holds no address and no byte of this case; nothing of it is noted."""

    code = "BB-452"


class WitnessKnownError(BenbanError):
    """A second capture is in this case already; it cannot bear itself out, nor count twice."""

    code = "BB-453"


class BackupDamagedError(BenbanError):
    """A backup is not what was written; ``part`` names what differs."""

    code = "BB-416"


# --- What was chosen from a list: BB-440 to BB-449 ------------------------------------


class NoSuchMediaError(BenbanError):
    """A number was given that the list of pictures does not have; nothing was kept or fetched."""

    code = "BB-440"


# --- 5xx seal and time --------------------------------------------------------------------


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


# --- 6xx catalogue, plan and notices ------------------------------------------------------


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


# --- 7xx dossier and letter ---------------------------------------------------------------


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


# --- 8xx archives and exports -------------------------------------------------------------


class ImportUnknownError(BenbanError):
    """No reader knows this kind of file or folder; nothing of it was kept."""

    code = "BB-801"


class ImportEncryptedError(BenbanError):
    """The archive is locked with a password; nothing of it was read."""

    code = "BB-802"


class ImportDamagedError(BenbanError):
    """A file inside is damaged or shorter than it says; what was read before stays as it is."""

    code = "BB-803"


class ImportTooLargeError(BenbanError):
    """More files, or far more content, than such an export holds; *params*: reason."""

    code = "BB-804"


class ImportUnsafeError(BenbanError):
    """The archive does not hold together, or names in it lead out of it; nothing was read."""

    code = "BB-805"


class ChatNotChosenError(BenbanError):
    """The export holds several conversations, and none was chosen; nothing was kept."""

    code = "BB-806"


class NothingTickedError(BenbanError):
    """No message was ticked, or none of the ticked ones is in the conversation."""

    code = "BB-807"


class ImportChangedError(BenbanError):
    """What was handed over changed while it was read; nothing of it was kept."""

    code = "BB-808"


class TooManyTickedError(BenbanError):
    """More messages were ticked than concern one person (HARM 1); *params*: most."""

    code = "BB-809"


class ImportCutError(BenbanError):
    """The end of the file is missing, and nothing that came before it can be read on its own."""

    code = "BB-810"


class NoConversationError(BenbanError):
    """The export is whole, and there is no conversation in it that could be chosen."""

    code = "BB-811"


# --- 83x pages, posts, mails and text read by machine ---------------------------------------


class TextReaderMissingError(BenbanError):
    """No program that reads text from pictures is installed."""

    code = "BB-830"


class TextReaderFailedError(BenbanError):
    """The program that reads text from pictures broke off or took too long."""

    code = "BB-831"


class NotAPictureError(BenbanError):
    """Text is read from pictures only."""

    code = "BB-832"


class NothingReadableError(BenbanError):
    """Nothing in the file could be read; nothing of it was kept."""

    code = "BB-833"
