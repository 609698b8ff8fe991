"""Add photos and videos that the user declares as showing the person of the case (HARM 11)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from benban.capture.files import take_file
from benban.casework.events import event, open_field, sealed_field
from benban.casework.photo_ages import photo_ages
from benban.casework.withdraw_hash import recall_unfounded
from benban.compare.clip_photos import ShownPhoto, find_photos
from benban.compare.copies import MIN_QUALITY, nearest_orientation
from benban.errors import (
    DeclarationMissingError,
    OriginalLimitError,
    OriginalOfOtherCaseError,
    OriginalUnknownError,
    PermitRefusedError,
    SightingNeededError,
    VideoDamagedError,
)
from benban.fingerprint.ports import Decoder
from benban.model.case import Capacity
from benban.model.clip import VideoFingerprint
from benban.model.clock import Clock
from benban.model.custody import EventKind
from benban.model.exhibit import Arrival, Original
from benban.model.fingerprint import OriginalFingerprint, PictureFingerprint
from benban.model.ids import Digest, new_original_id
from benban.model.photo_ages import opens_photos
from benban.model.sighting import Sighting
from benban.seal.exchange import without_surrogates
from benban.vault import CaseStore, SpooledPart, Vault

# HARM 11: person mode holds at most 30 plain copies.
PLAIN_COPIES_PER_CASE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFile:
    """A file as received: an open stream and its own name, which is never used as a path."""

    stream: BinaryIO
    name: str

    @property
    def kept_name(self) -> str:
        """Its name as it is kept: what in it is no text, as old archives have it, is marked."""
        return without_surrogates(self.name)


def declare_originals(store: CaseStore, declaration: str, expected: str) -> None:
    """
    Sign the typed declaration into the log, before the first comparison.

    Args:
        store: of the case.
        declaration: what the user typed.
        expected: the sentence they were asked to type.

    Raises:
        DeclarationMissingError: BB-107, the sentence was not typed.
    """
    if " ".join(declaration.split()).casefold() != " ".join(expected.split()).casefold():
        raise DeclarationMissingError
    store.record(
        event(EventKind.ORIGINALS_DECLARED, "", sealed_field("declaration", declaration.strip()))
    )


def has_declared_originals(store: CaseStore) -> bool:
    """Return whether the declaration stands in the log."""
    return any(entry.kind is EventKind.ORIGINALS_DECLARED for entry in store.events())


def declared_photos(store: CaseStore) -> tuple[Original, ...]:
    """Return the declared originals that are photos and kept, oldest first."""
    return tuple(one for one in store.all(Original) if one.is_kept and not one.is_video)


def declared_videos(store: CaseStore) -> tuple[Original, ...]:
    """Return the declared originals that are videos and kept, oldest first."""
    return tuple(one for one in store.all(Original) if one.is_kept and one.is_video)


def is_measured(store: CaseStore, original: Original) -> bool:
    """Return whether the fingerprint of a photo is kept; not when it was stopped in between."""
    return store.maybe(OriginalFingerprint, original.id) is not None


def digest_only_originals(store: CaseStore) -> tuple[Original, ...]:
    """Return the declared originals of which only digests are kept; they cannot be compared."""
    return tuple(one for one in store.all(Original) if not one.is_kept)


def add_originals(
    store: CaseStore,
    files: Sequence[GivenFile],
    decoder: Decoder,
    clock: Clock,
    *,
    is_in_other_case: Callable[[Digest], bool],
) -> tuple[Original, ...]:
    """
    Keep declared photos and videos byte-exact; what is there already is not doubled.

    A photo is kept with its fingerprint, a video with its size.

    Args:
        store: of the case.
        files: as received.
        decoder: the fence.
        clock: for the time of the declaration.
        is_in_other_case: tells by SHA-256 whether another case of this vault holds the photo.

    Raises:
        SightingNeededError: BB-112, no age answer was recorded yet; nothing was read.
        PermitRefusedError: BB-101, no answers allow pictures; nothing was read.
        DeclarationMissingError: BB-107.
        OriginalLimitError: BB-108; OriginalOfOtherCaseError: BB-111. Those before it are kept.
    """
    require_answers(store)
    if not has_declared_originals(store):
        raise DeclarationMissingError
    return tuple(
        keep_original(
            store,
            spool_original(store, given),
            decoder,
            clock,
            is_in_other_case=is_in_other_case,
        )
        for given in files
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SpooledOriginal:
    """
    A photo or a video that was received, encrypted, and not adopted yet.

    It goes when the vault closes.

    Attributes:
        media_type: by its first bytes; the fence reads it and decides.
    """

    part: SpooledPart
    name: str
    media_type: str


def spool_original(store: CaseStore, given: GivenFile) -> SpooledOriginal:
    """
    Receive a photo or a video as far as that goes without looking at it.

    Raises:
        SightingNeededError: BB-112; PermitRefusedError: BB-101; nothing was read.
        DeclarationMissingError: BB-107; nothing was read.
        FileUnreadableError: BB-002; EmptyFileError: BB-211.
    """
    require_answers(store)
    if not has_declared_originals(store):
        raise DeclarationMissingError
    return receive_original(store, given)


def receive_original(store: CaseStore, given: GivenFile) -> SpooledOriginal:
    """
    As :func:`spool_original`, for whoever has looked for the declaration once before many files.

    To look for it is to read the whole log; it is never taken back.

    Raises:
        SightingNeededError: BB-112; PermitRefusedError: BB-101; nothing was read.
        FileUnreadableError: BB-002; EmptyFileError: BB-211.
    """
    require_answers(store)
    taken = take_file(given.stream, given.name, store.spool("original"))
    return SpooledOriginal(part=taken.part, name=given.kept_name, media_type=taken.media_type)


def keep_original(
    store: CaseStore,
    spooled: SpooledOriginal,
    decoder: Decoder,
    clock: Clock,
    *,
    is_in_other_case: Callable[[Digest], bool],
    digests_only: bool = False,
) -> Original:
    """
    Keep and measure what was received; one that is there already is not doubled.

    One of which only digests are kept is kept whole from now on, unless *digests_only*.

    Args:
        store: of the case.
        spooled: as received.
        decoder: the fence.
        clock: for the time of the declaration.
        is_in_other_case: as for :func:`add_originals`.
        digests_only: keep digests and fingerprint, and nothing of the picture.

    Raises:
        PermitRefusedError: BB-101, an answer about age changed meanwhile.
        PictureError: it cannot be read as a picture, or as the video it begins like.
        OriginalLimitError: BB-108; OriginalOfOtherCaseError: BB-111.
    """
    require_answers(store)
    part = spooled.part
    known = next((one for one in store.all(Original) if one.sha256 == part.sha256), None)
    if known is None and is_in_other_case(part.sha256):
        raise OriginalOfOtherCaseError
    if known is None:
        is_video = spooled.media_type.startswith("video/")
        add = _add_video if is_video else _add_one
        return add(store, spooled, decoder, clock, is_kept=not digests_only)
    if not known.is_kept and not digests_only:
        return _present(store, part, known, decoder)
    return _completed(store, part, known, decoder)


def present_original(store: CaseStore, spooled: SpooledOriginal, decoder: Decoder) -> Original:
    """
    Return the original whose exact file was shown again; it is kept whole from now on.

    Raises:
        PermitRefusedError: BB-101, an answer about age changed meanwhile.
        OriginalUnknownError: BB-930, no digest of this case is that of this file.
        PictureError: it cannot be read.
    """
    require_answers(store)
    part = spooled.part
    known = next((one for one in store.all(Original) if one.sha256 == part.sha256), None)
    if known is None:
        raise OriginalUnknownError
    if known.is_kept:
        return _completed(store, part, known, decoder)
    return _present(store, part, known, decoder)


def require_answers(store: CaseStore) -> None:
    """
    Return if the recorded answers allow the person's photos; asked before anything is read.

    Raises:
        SightingNeededError: BB-112, nothing was answered yet, of a sighting or of the photos.
        PermitRefusedError: BB-101.
    """
    sightings, ages = store.all(Sighting), photo_ages(store)
    if opens_photos(sightings, ages):
        return
    if not sightings and ages is None:
        raise SightingNeededError
    raise PermitRefusedError


def in_other_cases(vault: Vault, store: CaseStore) -> Callable[[Digest], bool]:
    """Return the question whether a photo is an original of another case (HARM 11)."""
    return lambda digest: bool(set(vault.cases_with_original(digest)) - {store.case.id})


def bits_to_originals(store: CaseStore, seen: PictureFingerprint) -> int | None:
    """
    Return how near *seen* lies to the nearest declared original; None when none is declared.

    Only to drop what shows the person and no alteration (HARM 12): it finds nothing by itself.
    Photos of which only digests are kept count: what lies nearer to one of them than to a fake
    is the person's own picture until somebody shows the file, and is dropped like any other.
    """
    originals = store.all(OriginalFingerprint)
    return min((nearest_orientation(seen, one.picture)[0] for one in originals), default=None)


def find_photos_in(store: CaseStore, video: VideoFingerprint) -> tuple[int, tuple[ShownPhoto, ...]]:
    """
    Return with how many declared photos a questioned video was compared, and which it shows.

    A photo with too little in it to be told by a fingerprint is not compared.
    """
    photos = [one for one in _of_kept_photos(store) if one.picture.pdq.quality >= MIN_QUALITY]
    return len(photos), find_photos(video, photos)


def _of_kept_photos(store: CaseStore) -> list[OriginalFingerprint]:
    """Return the fingerprints of what can be compared: nothing is said or dropped for others."""
    kept = {one.id for one in declared_photos(store)}
    return [one for one in store.all(OriginalFingerprint) if one.original_id in kept]


def _add_one(
    store: CaseStore,
    spooled: SpooledOriginal,
    decoder: Decoder,
    clock: Clock,
    *,
    is_kept: bool,
) -> Original:
    with spooled.part.open() as picture:
        fingerprint = decoder.measure(picture)
    with spooled.part.open() as picture:
        arrival = decoder.arrival(picture)
    _check_limit(store, arrival)
    original = Original(
        id=new_original_id(),
        sha256=spooled.part.sha256,
        size_bytes=spooled.part.size_bytes,
        media_type=fingerprint.media_type,
        original_name=spooled.name,
        arrival=arrival,
        width_px=fingerprint.width_px,
        height_px=fingerprint.height_px,
        declared_at=clock.now(),
    )
    adopted = _kept(store, spooled.part, original, is_kept=is_kept)
    _measured(store, adopted, fingerprint)
    return adopted


def _add_video(
    store: CaseStore,
    spooled: SpooledOriginal,
    decoder: Decoder,
    clock: Clock,
    *,
    is_kept: bool,
) -> Original:
    with spooled.part.open() as video:
        facts = decoder.probe_video(video)
    if not facts.is_shown:
        raise VideoDamagedError("no picture")
    # What a video's file says of its making is not read: it counts among the plain copies.
    _check_limit(store, Arrival.PLAIN_COPY)
    original = Original(
        id=new_original_id(),
        sha256=spooled.part.sha256,
        size_bytes=spooled.part.size_bytes,
        media_type=spooled.media_type,
        original_name=spooled.name,
        arrival=Arrival.PLAIN_COPY,
        width_px=facts.width_px,
        height_px=facts.height_px,
        declared_at=clock.now(),
    )
    return _kept(store, spooled.part, original, is_kept=is_kept)


def _kept(store: CaseStore, part: SpooledPart, original: Original, *, is_kept: bool) -> Original:
    keep = store.adopt_original if is_kept else store.note_original
    return keep(part, original)


def _completed(store: CaseStore, part: SpooledPart, known: Original, decoder: Decoder) -> Original:
    """Return *known*, measured now if the program was stopped between keeping and measuring."""
    if not known.is_video and not is_measured(store, known):
        with part.open() as picture:
            _measured(store, known, decoder.measure(picture))
    return known


def _present(store: CaseStore, part: SpooledPart, known: Original, decoder: Decoder) -> Original:
    fields = [open_field("arrival", known.arrival.value), open_field("content", "kept")]
    if known.is_video:
        return store.present_original(
            part, known.id, event(EventKind.FINGERPRINTED, known.id, *fields)
        )
    # Measured before it is kept: what cannot be read is not taken in.
    with part.open() as picture:
        fingerprint = decoder.measure(picture)
    fields.append(sealed_field("pdq", fingerprint.pdq.hex))
    shown = event(EventKind.FINGERPRINTED, known.id, *fields)
    kept = store.present_original(part, known.id, shown)
    if not is_measured(store, kept):
        _measured(store, kept, fingerprint)
    return kept


def _measured(store: CaseStore, original: Original, fingerprint: PictureFingerprint) -> None:
    store.record(
        event(
            EventKind.FINGERPRINTED,
            original.id,
            open_field("arrival", original.arrival.value),
            sealed_field("pdq", fingerprint.pdq.hex),
        ),
        save=[OriginalFingerprint(original_id=original.id, picture=fingerprint)],
    )
    # A hash that was shared before may be near to this one: it would find the person's own photo.
    recall_unfounded(store)


def _check_limit(store: CaseStore, arrival: Arrival) -> None:
    if store.case.capacity is not Capacity.SELF or arrival is not Arrival.PLAIN_COPY:
        return
    copies = sum(known.arrival is Arrival.PLAIN_COPY for known in store.all(Original))
    if copies >= PLAIN_COPIES_PER_CASE:
        raise OriginalLimitError(limit=PLAIN_COPIES_PER_CASE)
