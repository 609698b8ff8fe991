"""Content Credentials (C2PA): what a signed note inside a picture says about its making."""

from dataclasses import dataclass
from enum import Enum

# Of each text in characters, and of what is counted or listed.
MOST_CHARACTERS, MOST_ACTIONS, MOST_INGREDIENTS = 120, 20, 10_000


class CredentialState(Enum):
    """What could be found out about them."""

    ABSENT = "absent"
    # The file names an address where they are said to lie; it is never asked.
    ELSEWHERE = "elsewhere"
    # There are some; this installation lacks what reads them (group ``provenance``).
    NOT_READ = "not-read"
    # There are some, too damaged or of a kind that cannot be read.
    UNREADABLE = "unreadable"
    # The signature fits and the picture is as it was signed. Who signed is not checked against
    # any list: whoever makes a certificate of their own gets as far as this.
    INTACT = "intact"
    # Picture or note are not as they were signed.
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """
    What the note says; every text is untrusted, one line, at most 120 characters.

    Attributes:
        generator: program or camera that wrote it.
        signer: common name in the certificate; anybody may write any.
        issuer: organisation that the signer belongs to, as the certificate says.
        signed_at: as a timestamp service or the signer wrote it; empty if there is none.
        actions: what was done, in C2PA's words (``c2pa.created``), in order, at most twenty.
        says_generated: it says of itself, or of a picture that went into it, that a trained
            program made it. That it does not say so shows nothing.
        ingredients: how many pictures went into it, as it says.
    """

    state: CredentialState
    generator: str = ""
    signer: str = ""
    issuer: str = ""
    signed_at: str = ""
    actions: tuple[str, ...] = ()
    says_generated: bool = False
    ingredients: int = 0


NO_CREDENTIALS = Credentials(state=CredentialState.ABSENT)
