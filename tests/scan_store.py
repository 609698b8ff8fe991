"""A small store of drawn pictures, a bank that knows some of them, a looker without a fence."""

import gzip
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

import simplejpeg
from PIL import Image

from benban.fingerprint.frames import fingerprint_video
from benban.fingerprint.measure import measure_picture, scan_picture
from benban.model.clip import VideoFingerprint
from benban.model.fingerprint import PictureFingerprint, ScannedPicture
from benban.outside.scan_bank import open_banked
from benban.outside.scan_places import open_place
from benban.outside.scan_unit import do_unit
from benban.scan.ports import Done, Work
from benban.scan.unit import Unit
from benban.testing.drawings import draw

BANKED = {3: 70, 5: 50}  # drawing -> number in the bank
BORDER = 31


class OpenLooker:
    """Decodes what the tests drew themselves, in this process."""

    def scan(self, picture: bytes) -> ScannedPicture:
        return scan_picture(picture)

    def measure(self, picture: bytes) -> PictureFingerprint:
        return measure_picture(picture)

    def film(self, film: BinaryIO) -> VideoFingerprint:
        return fingerprint_video(film)


class PlainEngine:
    """One unit after the other, in this process."""

    def run(self, work: Work, units: Iterable[Unit]) -> Iterator[Done]:
        place = open_place(work.source)
        for unit in units:
            yield do_unit(unit, work, place, OpenLooker())


@cache
def jpeg(seed: int) -> bytes:
    rgb = draw("landscape", seed=seed, width_px=240, height_px=180)
    data: bytes = simplejpeg.encode_jpeg(rgb, 90, "RGB", "420")
    return data


@cache
def turned_png(seed: int) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(jpeg(seed))) as picture:
        picture.transpose(Image.Transpose.ROTATE_90).save(out, "PNG")
    return out.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    source: Path
    bank: Path
    out: Path

    def work(self, source: str = "", column: str = "") -> Work:
        return Work(
            source=source or str(self.source),
            column=column,
            border_bits=BORDER,
            banked=open_banked(self.bank),
        )


def make_store(folder: Path, pictures: int = 8) -> Store:
    source = folder / "store"
    (source / "deep").mkdir(parents=True)
    for seed in range(pictures):
        (source / "deep" / f"{seed}.jpg").write_bytes(jpeg(seed))
    (source / "turned.png").write_bytes(turned_png(3))
    (source / "broken.jpg").write_bytes(jpeg(0)[:40])
    (source / "note.txt").write_bytes(b"no picture")
    (source / "empty.jpg").write_bytes(b"")
    (source / "link.jpg").symlink_to("turned.png")
    bank = folder / "bank.csv"
    lines = [f"{number},{measure_picture(jpeg(seed)).pdq.hex}" for seed, number in BANKED.items()]
    bank.write_text("\n".join([*lines, "9," + "0f" * 32, ""]), encoding="ascii")
    return Store(source=source, bank=bank, out=folder / "out")


def rows(out: Path) -> list[dict[str, object]]:
    """Return all rows of a scan in the order of their parts."""
    import pyarrow.parquet as pq

    parts = sorted((out / "parts").glob("*.parquet"))
    return [row for part in parts for row in pq.read_table(part).to_pylist()]


def numbers(out: Path) -> dict[str, object]:
    """Return path and number of what matched."""
    return {str(row["path"]): row["number"] for row in rows(out) if row["is_matched"]}


def problems(out: Path) -> dict[str, object]:
    """Return path and problem of what could not be looked at."""
    return {str(row["path"]): row["problem"] for row in rows(out) if row["problem"]}


def write_table(path: Path, values: list[bytes | None], *, per_group: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    name = [f"n{place}" for place in range(len(values))]
    table = pa.table({"name": name, "image": pa.array(values, pa.binary())})
    pq.write_table(table, path, row_group_size=per_group)


def gzipped(*records: bytes) -> bytes:
    return b"".join(gzip.compress(record, mtime=0) for record in records)


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777
