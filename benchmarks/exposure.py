"""
One's own photos: how fast and how large an audit is, what is removed, which picture came first.

The audit is the program's own, whole: listed, looked at by two fences, kept in a case or in memory,
grouped and ordered. It runs in a process of its own, on two cores, and memory is that of all its
processes together. The peer does the bare work of a look, unconfined, in the same run.
"""

import io
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pdqhash
import PIL
from PIL import Image

from benban.exposure.order import order_photos
from benban.model.own_photo import (
    Audience,
    AuditedPhoto,
    GroupingFingerprint,
    GroupingHash,
    OwnPhotoId,
    PhotoFacts,
    PhotoPlace,
    PhotoService,
)
from benchmarks import _exposure_order, _exposure_safer
from benchmarks._document import Claim, Comparison, Document, Peer
from benchmarks._exposure_photos import draw_photos, link_photos, write_export
from benchmarks._exposure_watched import Watched, watch

_ASKED_PHOTOS = 10_000
_ASKED_S, _ASKED_MB = 600.0, 400.0
_EXPORT_BYTES = 5_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sizes:
    """
    How much is done.

    Attributes:
        encodings: distinct drawn files.
        photos: names of them in the folder that is audited in a case.
        in_memory: names of them in the folder that is audited in memory.
        resumed: photos of the audit that is killed in its middle.
        export_bytes: of the archive.
        peers: photos that the peer looks at.
        said: what a quick run says of itself.
    """

    encodings: int
    photos: int
    in_memory: int
    resumed: int
    export_bytes: int
    peers: int
    said: str


_FULL = _Sizes(
    encodings=240,
    photos=_ASKED_PHOTOS,
    in_memory=2_000,
    resumed=600,
    export_bytes=_EXPORT_BYTES,
    peers=12,
    said="full run",
)
_QUICK = _Sizes(
    encodings=8,
    photos=96,
    in_memory=32,
    resumed=144,
    export_bytes=60_000_000,
    peers=2,
    said="quick run",
)


def run(*, quick: bool) -> Document:
    """Return the audit's time and memory, and what else the room of one's own photos claims."""
    sizes = _QUICK if quick else _FULL
    with tempfile.TemporaryDirectory() as name:
        audits = tuple(_audits(Path(name), sizes))
    return Document(
        name="exposure",
        claims=(
            *audits,
            _list_of_different(200 if quick else _ASKED_PHOTOS, sizes.said),
            *_exposure_safer.claims(is_quick=quick),
            *_exposure_order.claims(is_quick=quick),
        ),
        packages=("numpy", "opencv-python-headless", "pillow", "simplejpeg", "pdqhash"),
    )


def _audits(folder: Path, sizes: _Sizes) -> Iterator[Claim]:
    drawn = draw_photos(folder / "drawn", sizes.encodings)
    mean_mb = sum(one.stat().st_size for one in drawn) / len(drawn) / 1e6
    data = (
        f"{sizes.said}; drawn 12 Mpx JPEGs of {mean_mb:.1f} MB, {len(drawn)} different ones, "
        "hard-linked under varied names, so read from memory"
    )
    peer = _peer(drawn[: sizes.peers])
    for where, count in (("in a case", sizes.photos), ("in memory", sizes.in_memory)):
        place = folder / where
        link_photos(drawn, place, count)
        vault = folder / "kho" if where == "in a case" else None
        yield from _time_and_memory(where, watch(place, vault, folder / "tmp"), data, peer)
    yield from _resumed(folder, drawn, sizes)
    yield from _export(folder, drawn, sizes)


def _time_and_memory(where: str, seen: Watched, data: str, peer: Peer) -> Iterator[Claim]:
    told = seen.told
    count = int(told["looked_at"])
    seconds = told["ran_s"] + told["listed_s"]
    hashed = "each hashed and kept" if where == "in a case" else "nothing hashed, nothing kept"
    scaled = ""
    if count != _ASKED_PHOTOS:
        scaled = f"; {seconds:.1f} s for {count}, extrapolated"
        # The decoders start once, however many photos there are.
        each_s = (seconds - told["first_s"]) / max(1, count - 1)
        seconds = told["first_s"] + each_s * (_ASKED_PHOTOS - 1)
    yield Claim(
        name=f"audit of {_ASKED_PHOTOS} photos {where}, two fences, two cores",
        value=round(seconds / 60, 2),
        unit="min",
        n=count,
        note=(
            f"{data}; {hashed}{scaled}; {told['listed_s']:.1f} s of it for grouping and ordering; "
            f"{told['unlooked']:.0f} not looked into; load of the machine {_load()}"
        ),
        target=_ASKED_S / 60,
        comparison=Comparison.AT_MOST,
        peer=peer,
    )
    yield Claim(
        name=f"processor time for each photo of an audit {where}",
        value=round(told["processor_s"] / count * 1000, 1),
        unit="ms",
        n=count,
        note=(
            f"{data}; all processes, their start, decoders and vault included; two cores with "
            f"nothing else to do need {told['processor_s'] / count * _ASKED_PHOTOS / 120:.1f} min "
            f"for {_ASKED_PHOTOS}"
        ),
    )
    yield Claim(
        name=f"peak memory of an audit {where}, all processes together",
        value=round(seen.peak_mb, 1),
        unit="MB",
        n=count,
        note=f"{data}; proportional set size every 0.1 s, after the vault was opened",
        target=_ASKED_MB,
        comparison=Comparison.AT_MOST,
    )


def _resumed(folder: Path, drawn: Sequence[Path], sizes: _Sizes) -> Iterator[Claim]:
    place, vault = folder / "killed", folder / "kho-killed"
    link_photos(drawn, place, sizes.resumed)
    first = watch(place, vault, folder / "tmp", kill_at=sizes.resumed // 2)
    second = watch(place, vault, folder / "tmp").told
    note = (
        f"{sizes.said}; SIGKILL after {first.looks} of {sizes.resumed} looks; "
        f"{second['before']:.0f} were kept by then, {second['looks']:.0f} looks in the second run"
    )
    yield Claim(
        name="photos in the list after a kill in the middle and a second run",
        value=second["photos"] / sizes.resumed,
        unit="share",
        n=sizes.resumed,
        note=note,
        target=1.0,
        comparison=Comparison.EQUAL,
    )
    yield Claim(
        name="kept photos that the second run looked at again",
        value=second["looks"] + second["before"] - second["photos"],
        unit="photos",
        n=sizes.resumed,
        note=note,
        target=0.0,
        comparison=Comparison.EQUAL,
    )
    yield Claim(
        name="looks that a kill in the middle cost",
        value=max(0.0, first.looks - second["before"]),
        unit="photos",
        n=sizes.resumed,
        note=f"{note}; at most 64 wait to be kept",
    )


def _export(folder: Path, drawn: Sequence[Path], sizes: _Sizes) -> Iterator[Claim]:
    path = folder / "takeout.zip"
    count = write_export(drawn, path, sizes.export_bytes)
    size = path.stat().st_size
    seen = watch(path, None, folder / "tmp-zip")
    path.unlink()
    said = "" if size >= _EXPORT_BYTES else "; asked for 5 GB"
    note = (
        f"{sizes.said}; {size / 1e9:.2f} GB stored, {count} photos and as many small files, "
        f"{seen.told['looked_at']:.0f} looked at in {seen.told['ran_s']:.0f} s{said}"
    )
    yield Claim(
        name="peak memory of an audit of a 5 GB export, all processes together",
        value=round(seen.peak_mb, 1),
        unit="MB",
        n=count,
        note=note,
        target=_ASKED_MB,
        comparison=Comparison.AT_MOST,
    )
    yield Claim(
        name="bytes of a 5 GB export that were written to a disk while it was read",
        value=seen.told["written_bytes"] + seen.temporary_bytes,
        unit="bytes",
        n=count,
        note=f"{note}; the kernel's count and the temporary folder",
        target=0.0,
        comparison=Comparison.EQUAL,
    )


def _peer(photos: Sequence[Path]) -> Peer:
    started_s = time.perf_counter()
    for path in photos:
        with Image.open(io.BytesIO(path.read_bytes())) as picture:
            picture.getexif().get_ifd(0x8825)
            pdqhash.compute_dihedral(np.asarray(picture.convert("RGB")))
    each_s = (time.perf_counter() - started_s) / len(photos)
    return Peer(
        name="Pillow and pdqhash without a fence, one core of two, halved",
        version=PIL.__version__,
        value=round(each_s * _ASKED_PHOTOS / 2 / 60, 2),
    )


def _list_of_different(count: int, said: str) -> Claim:
    """Return how long the list takes when no photo is like another: the most work to group."""
    hashes = np.random.default_rng(7).integers(0, 256, (count, 8, 32), np.uint8)
    photos = [_different(number, one.tobytes()) for number, one in enumerate(hashes)]
    order_photos(photos[:100])  # what the first of its kind loads is not the list's
    started_s = time.perf_counter()
    lines = order_photos(photos)
    return Claim(
        name="grouping and ordering 10,000 photos of which none is like another",
        value=round(time.perf_counter() - started_s, 2),
        unit="s",
        n=len(lines),
        note=f"{said}; random hashes, {count} photos; part of the ten minutes",
    )


def _different(number: int, data: bytes) -> AuditedPhoto:
    fingerprint = GroupingFingerprint(
        dihedral=tuple(
            GroupingHash(hex=data[32 * k : 32 * k + 32].hex(), quality=100) for k in range(8)
        )
    )
    return AuditedPhoto(
        id=OwnPhotoId(f"{number:032x}"),
        source="anh",
        name=f"{number}.jpg",
        size_bytes=1,
        service=PhotoService.FOLDER,
        place=PhotoPlace.UNKNOWN,
        audience=Audience.UNKNOWN,
        audience_shown="",
        album="",
        at=None,
        is_others=False,
        facts=PhotoFacts(
            media_type="image/jpeg", width_px=4032, height_px=3024, fingerprint=fingerprint
        ),
    )


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
