"""Hand a whole case over, sealed for one key; entrust it and keep nothing (EVIDENCE 1, HARM 6)."""

import hashlib
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from benban.casework.consent import require_consent
from benban.casework.events import event, open_field, sealed_field
from benban.casework.handing import rely_on_list, require_listed
from benban.casework.withdraw_hash import with_withdrawals
from benban.errors import (
    BenbanError,
    HandOverAnswersError,
    HandOverUnreadError,
    NothingToConcludeError,
    VoiceCodeError,
)
from benban.model.case import may_leave_the_vault
from benban.model.consent import ConsentPurpose
from benban.model.custody import EventKind
from benban.model.sighting import Sighting
from benban.seal.age import check_recipient, sealed_chunks, voice_code
from benban.seal.digests import chunks_of, measure
from benban.vault import CaseStore, PackedCase, Vault, Watch, packed_case, unwatched
from benban.vault.hand_over import MANIFEST_NAME

_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """
    Who gets the case and why; asked of the person, logged closed.

    Attributes:
        key: their age public key, ``age1...``.
    """

    name: str
    purpose: str
    legal_basis: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """
    What was written.

    Attributes:
        sha256: hex, of the whole file as it was sealed; what is read back must have it.
        files: how many the case has.
    """

    sha256: str
    size_bytes: int
    files: int


def key_in(text: str) -> str:
    """Return the first line of a key file, or of what was pasted, that is no comment."""
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and not line.startswith("#")), "")


def require_may_hand_over(vault: Vault, store: CaseStore, to: Recipient) -> None:
    """
    Return if the case may go to *to*; nothing is written or logged.

    Raises:
        NothingToConcludeError: BB-106, no published or threatened sighting (HARM 13).
        HandOverAnswersError: BB-450, no recipient, purpose or legal basis.
        ConsentMissingError: BB-651, somebody else acts and the person did not agree to this.
        RecipientKeyError: BB-703.
        RecipientNotListedError: BB-035, in a vault of several people: not on their list (HARM 18);
            BB-036 and BB-037, the list is not one to rely on.
    """
    if not may_leave_the_vault(store.all(Sighting)):
        raise NothingToConcludeError
    if not all((to.name.strip(), to.purpose.strip(), to.legal_basis.strip())):
        raise HandOverAnswersError
    require_consent(store, ConsentPurpose.HAND_OVER, to.name)
    check_recipient(to.key)
    require_listed(vault, to.key)


def hand_over(
    vault: Vault,
    store: CaseStore,
    to: Recipient,
    out_file: BinaryIO,
    *,
    is_entrusted: bool = False,
    with_allegations: bool = False,
    watch: Watch = unwatched,
) -> HandedOver:
    """
    Write the whole case, sealed for one key, and return what was written; the case stays here.

    Args:
        vault: of the case.
        store: open; its last event before it is packed says to whom it goes.
        to: who gets it.
        out_file: binary, empty; the caller throws it away on any error.
        is_entrusted: the case will be destroyed here afterwards.
        with_allegations: what the person suspects can be read there, too; never by itself.
        watch: told of each piece; what it raises ends it.

    Raises:
        BenbanError: as :func:`require_may_hand_over`; nothing was logged.
    """
    require_may_hand_over(vault, store, to)
    key = check_recipient(to.key)
    rely_on_list(vault)
    store.record(
        event(
            EventKind.ENTRUSTED if is_entrusted else EventKind.HANDED_OVER,
            store.case.id,
            open_field("entries", len(store.leaves())),
            open_field("allegations", "included" if with_allegations else "not included"),
            sealed_field("recipient", to.name),
            sealed_field("purpose", to.purpose),
            sealed_field("legal_basis", to.legal_basis),
            sealed_field("recipient_key", key),
        ),
        save=with_withdrawals(store),
    )
    try:
        packing = packed_case(vault, store.case.id, with_allegations=with_allegations, watch=watch)
        with packing as packed:
            return _write(packed, key, out_file, watch)
    except (BenbanError, OSError) as error:
        _note_failure(store, error)
        raise


@contextmanager
def noting_unwritten(store: CaseStore) -> Iterator[None]:
    """
    Note that a hand-over failed when the block fails after :func:`hand_over` went well.

    What is sealed has still to get its name and to be read back; the log said already to whom it
    goes, and must not say so of a file that nobody has.
    """
    before = store.entry_count
    try:
        yield
    except (BenbanError, OSError) as error:
        since = [one.kind for one in store.events_from(before, store.entry_count - before)]
        if EventKind.HANDED_OVER in since and EventKind.ATTEMPT_FAILED not in since:
            _note_failure(store, error)
        raise


def _note_failure(store: CaseStore, error: BenbanError | OSError) -> None:
    store.record(
        event(
            EventKind.ATTEMPT_FAILED,
            store.case.id,
            open_field("act", "hand over"),
            open_field("reason", error.code if isinstance(error, BenbanError) else "not written"),
        )
    )


def require_voice_code(recipient_key: str, heard: str) -> None:
    """
    Return if what was heard over the phone is what the key gives.

    Raises:
        VoiceCodeError: BB-115.
        RecipientKeyError: BB-703.
    """
    digits = "".join(one for one in heard if one.isdigit())
    if digits != voice_code(recipient_key).replace(" ", ""):
        raise VoiceCodeError


def require_read_back(written: BinaryIO, expected: HandedOver, watch: Watch = unwatched) -> None:
    """
    Return if a file on the disk is byte for byte what was sealed.

    *watch* is told of each piece; what it raises ends it.

    Raises:
        HandOverUnreadError: BB-420.
    """
    try:
        found = measure(_watched(chunks_of(written), expected.size_bytes, watch)).sha256.hex
    except OSError as error:
        raise HandOverUnreadError("cannot be read") from error
    if found != expected.sha256:
        raise HandOverUnreadError("reads back differently")


def _watched(chunks: Iterable[bytes], total: int, watch: Watch) -> Iterator[bytes]:
    done = 0
    for chunk in chunks:
        done += len(chunk)
        watch(min(done, total), total)
        yield chunk


def require_written(path: Path, expected: HandedOver) -> None:
    """
    Return if the file that lies at *path* is what was sealed.

    Raises:
        HandOverUnreadError: BB-420.
    """
    try:
        with path.open("rb") as written:
            require_read_back(written, expected)
    except OSError as error:
        raise HandOverUnreadError("cannot be read") from error


def _write(packed: PackedCase, key: str, out_file: BinaryIO, watch: Watch) -> HandedOver:
    found, size = hashlib.sha256(), 0
    total = sum(one.size_bytes for one in packed.files)
    with closing(sealed_chunks(_tar(packed), key)) as pieces:
        for piece in pieces:
            found.update(piece)
            size += len(piece)
            out_file.write(piece)
            watch(min(size, total), total)
    return HandedOver(sha256=found.hexdigest(), size_bytes=size, files=len(packed.files))


def _tar(packed: PackedCase) -> Iterator[bytes]:
    yield _entry(MANIFEST_NAME, len(packed.manifest))
    yield packed.manifest
    yield b"\0" * (-len(packed.manifest) % tarfile.BLOCKSIZE)
    for file in packed.files:
        yield _entry(file.name, file.size_bytes)
        digest = hashlib.sha256()
        with file.open() as stream:
            while piece := stream.read(_PIECE_BYTES):
                digest.update(piece)
                yield piece
        if digest.hexdigest() != file.sha256:
            raise HandOverUnreadError("a file changed while it was read")
        yield b"\0" * (-file.size_bytes % tarfile.BLOCKSIZE)
    yield b"\0" * (2 * tarfile.BLOCKSIZE)


def _entry(name: str, size_bytes: int) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size_bytes, 0o600
    return entry.tobuf(format=tarfile.PAX_FORMAT)
