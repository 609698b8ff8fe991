"""Which program checks the signatures of time stamps here, and what it must answer."""

import importlib.util
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from benban_verify.refusal import NotDone, Refusal
from benban_verify.roots import Root
from benban_verify.timestamp import Stamp


class TokenProgram(Protocol):
    """Does the public-key arithmetic of a time stamp."""

    def find_root(self, stamp: Stamp, roots: tuple[Root, ...], authority: str) -> Root | None:
        """
        Return the root that the signature leads to, or None when it leads to none of *roots*.

        Raises:
            Refusal: ``token.signature``, ``token.purpose`` or ``token.chain``.
            NotDone: ``token.method``: a way of signing that this program does not know.
        """

    def is_good_in(self, crl: bytes, stamp: Stamp, root: Root, authority: str) -> bool:
        """
        Return whether *crl*, verified, covers the time of the stamp and does not name its signer.

        False when it cannot be used: nothing rests on a list that is not its issuer's.

        Raises:
            Refusal: ``token.withdrawn``: the certificate was withdrawn before it signed;
                ``token.key_in_doubt``: later, and its key may have been in other hands.
        """

    def is_good_by(self, answer: bytes, stamp: Stamp, root: Root, authority: str) -> bool:
        """
        Return whether *answer* (OCSP), verified, says that the signer was good at that time.

        False when it cannot be used: nothing rests on an answer that is not for its issuer.

        Raises:
            Refusal: as for ``is_good_in``.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class VouchedStamp:
    """
    A time stamp that leads to a root which did not come in the bag.

    Attributes:
        authority: from the name of its file, which nobody signed.
        signer: what its certificate calls its owner.
    """

    authority: str
    signer: str
    time_at: datetime
    root: Root


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedStamp:
    """A time stamp whose signature was checked; ``root`` is None when no known root vouches."""

    authority: str
    signer: str
    time_at: datetime
    root: Root | None


def earliest_vouched(
    stamps: Sequence[CheckedStamp], in_bag: Collection[str], *, is_root_given: bool
) -> VouchedStamp:
    """
    Return the earliest of *stamps* that a root vouches for.

    Args:
        stamps: those whose signature was found good.
        in_bag: names of all that the bag carries.
        is_root_given: somebody gave a root by hand and expects a time stamp to lead there.

    Raises:
        NotDone: no time stamp, none that was found good, or none that leads to a known root.
        Refusal: none leads to the root that was given.
    """
    vouched = [
        VouchedStamp(
            authority=stamp.authority,
            signer=stamp.signer,
            time_at=stamp.time_at,
            root=stamp.root,
        )
        for stamp in stamps
        if stamp.root is not None
    ]
    if vouched:
        return min(vouched, key=lambda stamp: stamp.time_at)
    if not in_bag:
        raise NotDone("time.no_token")
    if not stamps:
        raise NotDone("time.none_checked")
    if is_root_given:
        raise Refusal("time.other_root")
    raise NotDone("time.not_shown")


def installed_program() -> TokenProgram | None:
    """Return the Python package cryptography, else OpenSSL, else None."""
    if importlib.util.find_spec("cryptography") is not None:
        from benban_verify.token_cryptography import CryptographyProgram

        return CryptographyProgram()
    from benban_verify.token_openssl import find_openssl

    return find_openssl()
