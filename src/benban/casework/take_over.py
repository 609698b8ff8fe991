"""Take over a case that was sealed for this vault, or for a key in a file."""

import tarfile
from collections.abc import Iterator
from typing import BinaryIO, Self, cast

from benban.errors import HandOverDamagedError
from benban.model.case import Capacity
from benban.seal.age import OpenedAge, fresh_identity, recipient_of
from benban.vault import (
    CaseStore,
    GivenCase,
    GivenPart,
    Vault,
    Watch,
    look_into_case,
    take_over_case,
    unwatched,
)

__all__ = [
    "GivenCase",
    "known_recipient",
    "look_into",
    "own_identity",
    "own_recipient",
    "take_over",
]
# The vault's own key for what is handed to it; its public half is given to others.
SETTING = "hand-over-identity"
# What the tar of a hand-over says about a file beside its header: a long name, a large size.
_LARGEST_NOTE_BYTES = 1 << 16
_NOTES = frozenset(
    {
        *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
        *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
    }
)


def own_identity(vault: Vault) -> str:
    """Return the private key by which this vault takes cases over; made at the first call."""
    kept = vault.setting(SETTING)
    if not kept:
        kept = fresh_identity().encode()
        vault.set_setting(SETTING, kept)
    return kept.decode()


def own_recipient(vault: Vault) -> str:
    """Return the public key that others seal cases to; made at the first call."""
    return recipient_of(own_identity(vault))


def known_recipient(vault: Vault) -> str:
    """Return that key if it was made already; empty otherwise, and nothing is made."""
    kept = vault.setting(SETTING)
    return recipient_of(kept.decode()) if kept else ""


def look_into(vault: Vault, sealed: BinaryIO, identity: str, watch: Watch = unwatched) -> GivenCase:
    """
    Return what a sealed case holds, verified whole, before anybody says yes; nothing is kept.

    Args:
        vault: that may take it.
        sealed: an age file; read once, in order.
        identity: ``AGE-SECRET-KEY-1...``.
        watch: told of each piece; what it raises ends it.

    Raises:
        BenbanError: as :func:`take_over`.
    """
    with OpenedAge(sealed, identity) as opened:
        return look_into_case(vault, _parts(cast("BinaryIO", opened)), watch)


def take_over(
    vault: Vault,
    sealed: BinaryIO,
    identity: str,
    capacity: Capacity,
    *,
    looked_at: GivenCase | None = None,
    watch: Watch = unwatched,
) -> CaseStore:
    """
    Return a case from another vault, open, verified whole and under new keys.

    Args:
        vault: that takes it.
        sealed: an age file; read once, in order; nothing of it lies anywhere in the clear.
        identity: ``AGE-SECRET-KEY-1...``.
        capacity: in which the new holder acts; that of the giver is not theirs (HARM 9).
        looked_at: what somebody saw and said yes to; another one is refused.
        watch: told of each piece; what it raises ends it.

    Raises:
        AgeIdentityError: BB-419, sealed for somebody else.
        HandOverDamagedError: BB-417, not whole or not a hand-over.
        HandOverOtherError: BB-052.
        CaseAlreadyHereError: BB-418.
    """
    with OpenedAge(sealed, identity) as opened:
        return take_over_case(
            vault,
            _parts(cast("BinaryIO", opened)),
            capacity,
            looked_at=looked_at.manifest_sha256 if looked_at is not None else "",
            watch=watch,
        )


def _parts(opened: BinaryIO) -> Iterator[GivenPart]:
    try:
        with tarfile.open(fileobj=opened, mode="r|", tarinfo=_Header) as archive:
            for entry in archive:
                stream = archive.extractfile(entry) if entry.isreg() else None
                if stream is None:
                    raise HandOverDamagedError("not a plain file")
                yield GivenPart(
                    name=entry.name, size_bytes=entry.size, stream=cast("BinaryIO", stream)
                )
    except (tarfile.TarError, EOFError, UnicodeError) as error:
        raise HandOverDamagedError("not a tar") from error
    # An age file that was cut shows it only at its end.
    while opened.read(1 << 20):
        pass


class _Header(tarfile.TarInfo):
    """A header of the tar; the library takes what a note says into memory, whatever its size."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str | None, errors: str) -> Self:
        """Return the header, unless it announces a note that no hand-over has."""
        # The stubs know no other encoding than text; the library hands on what it was given.
        header = super().frombuf(buf, cast("str", encoding), errors)
        if header.type in _NOTES and header.size > _LARGEST_NOTE_BYTES:
            raise HandOverDamagedError("a note is too large")
        return header
