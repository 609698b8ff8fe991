"""What an organisation says and allows: its texts, and the keys cases may be handed over to."""

from dataclasses import dataclass
from datetime import date, datetime

from benban.wording import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyText:
    """
    The organisation's own text on its duty to report; no lawyer's advice of this program.

    Attributes:
        day: since when it holds.
        signed_by: who in the organisation answers for it.
        kept_at: when it was set here.
    """

    vi: str
    en: str
    day: date
    signed_by: str
    kept_at: datetime

    def words(self, language: Language) -> tuple[str, ...]:
        """Return its lines in a language."""
        text = self.vi if language is Language.VI else self.en
        return tuple(line for line in text.splitlines() if line.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedKey:
    """
    A key that cases may be handed over to.

    Attributes:
        name: whose it is.
        key: ``age1...``.
        put_by: name of the administrator who heard its numbers and put it there.
    """

    name: str
    key: str
    put_by: str
    put_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """
    An administrator whose key signs the list.

    Attributes:
        public_key: hex of 32 bytes, Ed25519.
    """

    user_id: str
    name: str
    public_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandingList:
    """
    The keys that cases may be handed over to, as one administrator signed them.

    Attributes:
        number: one more than that of the list before it.
        signers: whose signature the next list may bear.
        signed_by: public key, hex; of one of the signers of the list before it.
    """

    number: int
    keys: tuple[ListedKey, ...]
    signers: tuple[Signer, ...]
    signed_by: str
    signed_at: datetime
