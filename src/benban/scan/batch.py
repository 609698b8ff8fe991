"""The one function in which files meet a bank; every engine calls it, none does more."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import replace
from typing import BinaryIO

from benban.errors import (
    BenbanError,
    FenceUnavailableError,
    FileUnreadableError,
    PictureTooLargeError,
)
from benban.errors.scan import FilmNotWholeError
from benban.fingerprint.scan import radius_to_ask
from benban.model.fingerprint import MATCH_DISTANCE_BITS, MIN_QUALITY, Pdq
from benban.scan.banked import BankedHashes
from benban.scan.film import film_type, nearest_frame
from benban.scan.ports import Looker
from benban.scan.record import Item, ScanMatchFound, ScanRecord

# What the fence takes: more than any phone writes into one picture.
MOST_BYTES = 96 * 1024 * 1024
# What tells a film from a picture.
_START_BYTES = 1024
_PIECE_BYTES = 1 << 20
# Enough to ask the bank once for many; what is held of each are its eight hashes.
BATCH_ITEMS = 16


def scan_batch(
    items: Sequence[Item],
    banked: BankedHashes,
    looker: Looker,
    *,
    border_bits: int = MATCH_DISTANCE_BITS,
) -> tuple[ScanRecord, ...]:
    """
    Return one record for each item, in their order.

    One file is in memory at a time, of a long film pieces. What may match is read once more and
    hashed exactly: what is said to match is what :func:`benban.fingerprint.scan.decide_matches`
    says of it. The frames of a film are hashed exactly at once.

    Args:
        items: whose fault is their own is said in their record.
        banked: hashes that members shared; their quality was 50 or more when they came.
        looker: the fence.
        border_bits: the largest distance that is a match, 0 .. 37.

    Raises:
        FenceUnavailableError: BB-306, no picture can be looked at.
    """
    looked = [_scan(item, banked, (looker, border_bits)) for item in items]
    near = banked.may_be_near([hashes for _, hashes in looked], radius_to_ask(border_bits))
    return tuple(
        _decide(item, record, banked, (looker, border_bits)) if may_match else record
        for item, (record, _), may_match in zip(items, looked, near, strict=True)
    )


def _scan(
    item: Item, banked: BankedHashes, how: tuple[Looker, int]
) -> tuple[ScanRecord, Sequence[Pdq]]:
    """Return a record without a match, or a film's; and the hashes to ask for, none of a film."""
    record = ScanRecord(path=item.path, within=item.within, address=item.address)
    if item.problem:
        return replace(record, problem=item.problem), ()
    try:
        data = _read(item)
        if kind := film_type(data[:_START_BYTES]):
            return _compare_film(item, data, replace(record, media_type=kind), banked, how), ()
        _refuse_long(data)
        scanned = how[0].scan(data)
    except FenceUnavailableError:
        raise
    except BenbanError as error:
        return replace(record, problem=error.code), ()
    record = replace(record, media_type=scanned.media_type)
    return record, scanned.dihedral if scanned.dihedral[0].quality >= MIN_QUALITY else ()


def _compare_film(
    item: Item, data: bytes, record: ScanRecord, banked: BankedHashes, how: tuple[Looker, int]
) -> ScanRecord:
    """Return the record of a film; where nothing is near, with whether it was read to its end."""
    looker, border_bits = how
    try:
        with item.open() if len(data) > MOST_BYTES else io.BytesIO(data) as stream:
            seen = looker.film(stream)
            found = nearest_frame(seen, banked, border_bits)
            stream.seek(0)
            sha256 = _digest(stream) if found else ""
    except FenceUnavailableError:
        raise
    except OSError:
        return replace(record, problem=FileUnreadableError.code)
    except BenbanError as error:
        return replace(record, problem=error.code)
    if found is None:
        return record if seen.is_whole else replace(record, problem=FilmNotWholeError.code)
    match = ScanMatchFound(
        number=found.nearest.number,
        distance_bits=found.nearest.distance_bits,
        count=found.nearest.count,
        sha256=sha256,
        at_ms=found.at_ms,
    )
    return replace(record, match=match)


def _decide(
    item: Item, record: ScanRecord, banked: BankedHashes, how: tuple[Looker, int]
) -> ScanRecord:
    looker, border_bits = how
    try:
        data = _read(item)
        _refuse_long(data)
        exact = looker.measure(data)
    except FenceUnavailableError:
        raise
    except BenbanError as error:
        return replace(record, media_type="", problem=error.code)
    (found,) = banked.nearest([exact.dihedral], border_bits)
    if found is None or exact.pdq.quality < MIN_QUALITY:
        return record
    match = ScanMatchFound(
        number=found.number,
        distance_bits=found.distance_bits,
        count=found.count,
        sha256=hashlib.sha256(data).hexdigest(),
    )
    return replace(record, match=match)


def _digest(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := stream.read(_PIECE_BYTES):
        digest.update(piece)
    return digest.hexdigest()


def _read(item: Item) -> bytes:
    """Return the bytes of a file; of one that is too long for a picture, its beginning."""
    try:
        with item.open() as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise FileUnreadableError from error


def _refuse_long(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        raise PictureTooLargeError(limit=f"{MOST_BYTES // 2**20} MB")
