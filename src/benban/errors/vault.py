"""4xx: the vault."""

from benban.errors.root import BenbanError


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


# --- Several people: BB-460 to BB-479 ----------------------------------------------


class RoleRefusedError(BenbanError):
    """Somebody's role in a shared vault does not allow this."""

    code = "BB-460"


class VaultSharedError(BenbanError):
    """Several people share this vault: it is entered by name, through the server."""

    code = "BB-461"


class VaultNotSharedError(BenbanError):
    """This vault is one person's: nobody else can be let in."""

    code = "BB-462"


class NameRefusedError(BenbanError):
    """A name for entering is empty, too long, or can look like another one."""

    code = "BB-463"


class NameTakenError(BenbanError):
    """Somebody has this name for entering, or one that looks the same, already."""

    code = "BB-464"


class PersonMissingError(BenbanError):
    """Nobody of this vault is meant, or their access ended, or they have not got the case."""

    code = "BB-465"


class LastHolderError(BenbanError):
    """Nobody else has this case: without its last holder it would be lost."""

    code = "BB-466"


class OnlyHolderError(BenbanError):
    """Somebody is the only one who has some cases; their access cannot end yet."""

    code = "BB-467"


class LastAdministratorError(BenbanError):
    """Without this person nobody could let anybody in or out."""

    code = "BB-468"


class ColleagueKeyChangedError(BenbanError):
    """A colleague's key was not compared, or is another one than was; nothing is shared before."""

    code = "BB-469"


class NotCaseworkerError(BenbanError):
    """A colleague has no cases by their role, or has not come in for the first time yet."""

    code = "BB-470"


class TriedTooSoonError(BenbanError):
    """After several failures under a name the next try waits; it was not tried."""

    code = "BB-471"
