"""A case with a drawn fake, the drawing it was made from, and every verb done on it."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Self

import numpy as np

from benban.casework.add_files import add_files
from benban.casework.compare_case import CaseComparison, compare_case
from benban.casework.fingerprints import find_case_copies, fingerprint_exhibits
from benban.casework.originals import GivenFile, add_originals, declare_originals
from benban.casework.take_in import SightingReport, take_in
from benban.model.case import Capacity, Case
from benban.model.catalogue import Catalogue
from benban.model.exhibit import Exhibit, Original
from benban.model.ids import new_case_id
from benban.model.sighting import AgeAnswers, Answer, Sighting, SightingKind
from benban.outside.fence import Fence
from benban.outside.platforms import ThisPlatform
from benban.remedies import packaged_catalogue, parse_address
from benban.testing.clock import FakeClock
from benban.testing.pictures import (
    Subject,
    draw_example,
    encode_jpeg,
    encode_png,
    make_fake,
)
from benban.vault import CaseStore, KdfCost, Vault
from benban.wording import Language

PASSPHRASE = "bốn từ dễ nhớ"
NOW = datetime(2026, 11, 22, 13, 15, tzinfo=UTC)
ADDRESS = "https://t.me/kenh_vi_du/5?single"
SENTENCE = "Những ảnh này chụp đúng người của hồ sơ này."
CATALOGUE: Catalogue = packaged_catalogue()
ADULT = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)
MINOR = AgeAnswers(adult_now=Answer.NO, adult_in_picture=Answer.NO, nobody_doubts=Answer.YES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Pictures of the statue in the example: files as somebody has them."""

    original: bytes
    fake: bytes
    compressed_again: bytes

    @classmethod
    def drawn(cls) -> Self:
        scene = draw_example(Subject.STATUE, seed=11, width_px=800, height_px=608)
        fake = make_fake(scene, seed=11)
        import cv2

        pixels = cv2.imdecode(np.frombuffer(fake.jpeg, np.uint8), cv2.IMREAD_COLOR)
        assert pixels is not None
        again = np.ascontiguousarray(pixels[..., ::-1]).astype(np.uint8)
        return cls(
            original=encode_jpeg(scene),
            fake=fake.jpeg,
            compressed_again=encode_jpeg(again, quality=55),
        )


def ticking() -> FakeClock:
    """Return a clock that moves a second with each look."""
    return FakeClock(NOW, tick_s=1.0)


def new_vault(folder: Path, clock: FakeClock) -> Vault:
    """Make a vault whose passphrase costs nothing to try."""
    made, _ = Vault.create(
        folder,
        passphrase=PASSPHRASE,
        cost=KdfCost.cheap_for_tests(),
        clock=clock,
        platform=ThisPlatform(),
        ballast_bytes=0,
    )
    return made


def a_case(capacity: Capacity = Capacity.SELF) -> Case:
    """Return a case that is not in any vault yet."""
    return Case(
        id=new_case_id(), title="Hồ sơ", language=Language.VI, capacity=capacity, opened_at=NOW
    )


def reported(
    store: CaseStore,
    clock: FakeClock,
    *,
    address: str | None = ADDRESS,
    kind: SightingKind = SightingKind.PUBLISHED,
    answers: AgeAnswers = ADULT,
    text: str = "Tôi thấy lúc tối.",
) -> Sighting:
    """Take in a sighting."""
    report = SightingReport(
        address=None if address is None else parse_address(address, CATALOGUE, allow_loopback=True),
        kind=kind,
        answers=answers,
        text=text,
        seen_at=NOW,
    )
    return take_in(store, report, clock).sighting


def given(data: bytes, name: str = "IMG_1.jpg") -> GivenFile:
    """Return *data* as a file that somebody hands over."""
    return GivenFile(stream=io.BytesIO(data), name=name)


def kept(
    store: CaseStore, sighting: Sighting, clock: FakeClock, *files: bytes
) -> tuple[Exhibit, ...]:
    """Keep files as exhibits of *sighting*."""
    names = [given(data, f"IMG_{number}.jpg") for number, data in enumerate(files, 1)]
    return add_files(store, sighting, names, clock)


def declared(
    store: CaseStore, fence: Fence, clock: FakeClock, *photos: bytes
) -> tuple[Original, ...]:
    """Declare and keep originals."""
    declare_originals(store, SENTENCE, SENTENCE)
    return add_originals(
        store,
        [given(photo, f"DSC_{number}.jpg") for number, photo in enumerate(photos, 1)],
        fence,
        clock,
        is_in_other_case=lambda _digest: False,
    )


def compared(store: CaseStore, fence: Fence, clock: FakeClock) -> CaseComparison:
    """Fingerprint, find copies and compare."""
    fingerprint_exhibits(store, fence)
    find_case_copies(store)
    return compare_case(store, fence, clock)


@cache
def seen_from(aside_px: int) -> bytes:
    """Return a PNG of things at eleven depths, seen from a place further aside: a sibling."""
    wall = draw_example(Subject.CAT, seed=21, width_px=1100, height_px=540)
    scene = np.zeros((540, 720, 3), np.uint8)
    for row in range(9):
        for column in range(12):
            depth = (row * 7 + column * 5) % 11
            y, x = 60 * row, 60 * column
            start = x + 100 + aside_px * depth
            scene[y : y + 60, x : x + 60] = wall[y : y + 60, start : start + 60]
    # Two exposures share no grain.
    grain = np.random.default_rng(aside_px).normal(0, 14, scene.shape)
    return encode_png(np.clip(np.rint(scene + grain), 0, 255).astype(np.uint8))
