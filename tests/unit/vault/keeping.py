"""Vaults, cases and values for the vault's tests; the cost protects nothing and takes no time."""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from benban.model.case import Capacity, Case
from benban.model.custody import EventDraft, EventKind, Field
from benban.model.exhibit import Arrival, Exhibit, ExhibitKind, Original
from benban.model.ids import (
    CaptureId,
    ExhibitId,
    SightingId,
    new_case_id,
    new_exhibit_id,
    new_original_id,
    new_sighting_id,
)
from benban.model.report import CheckResult, Report
from benban.model.sighting import AgeAnswers, Answer, Sighting, SightingKind
from benban.outside.platforms import ThisPlatform
from benban.seal.digests import sha256_of, sha512_of
from benban.testing.clock import FakeClock
from benban.vault import CaseStore, KdfCost, RecoveryCode, SpooledPart, Step, Vault
from benban.wording import Language

PASSPHRASE = "bốn từ không liên quan"
NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
CHEAP = KdfCost.cheap_for_tests()
YES = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)
UNSURE = replace(YES, adult_in_picture=Answer.UNSURE)


def no_listener(_step: Step) -> None:
    """Hear nothing."""


def ticking() -> FakeClock:
    """Return a clock that moves a second with each look."""
    return FakeClock(NOW, tick_s=1.0)


def new_vault(
    folder: Path, *, ballast_bytes: int = 0, on_step: Callable[[Step], None] = no_listener
) -> tuple[Vault, RecoveryCode]:
    """Make a vault."""
    return Vault.create(
        folder,
        passphrase=PASSPHRASE,
        cost=CHEAP,
        clock=ticking(),
        platform=ThisPlatform(),
        ballast_bytes=ballast_bytes,
        on_step=on_step,
    )


@contextmanager
def quick_folder() -> Iterator[Path]:
    """Lend a folder in memory where there is one: what these tests ask is order, not a disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as place:
        yield Path(place)


@cache
def _template() -> tuple[Path, str]:
    place = Path(tempfile.mkdtemp(prefix="vault-template-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    vault, code = new_vault(place / "vault")
    vault.close()
    return place / "vault", code.text


def laid(folder: Path) -> str:
    """Put a fresh closed vault at *folder* (all of one run are copies) and return its code."""
    template, code = _template()
    shutil.copytree(template, folder, dirs_exist_ok=True)
    return code


def opened(
    folder: Path,
    passphrase: str = PASSPHRASE,
    *,
    on_step: Callable[[Step], None] = no_listener,
) -> Vault:
    """Open a vault that is there."""
    return Vault.open(
        folder,
        passphrase=passphrase,
        clock=ticking(),
        platform=ThisPlatform(),
        sleep=lambda _seconds: None,
        on_step=on_step,
    )


def copy_of(folder: Path, target: Path) -> Path:
    """Copy a closed vault, so that a test may spoil it."""
    shutil.copytree(folder, target)
    return target


def a_case(title: str = "Hồ sơ thử") -> Case:
    """Return a case that is not in any vault yet."""
    return Case(
        id=new_case_id(),
        title=title,
        language=Language.VI,
        capacity=Capacity.SELF,
        opened_at=NOW,
    )


def a_sighting(answers: AgeAnswers = YES, kind: SightingKind = SightingKind.PUBLISHED) -> Sighting:
    """Return a sighting that is not recorded yet."""
    return Sighting(
        id=new_sighting_id(),
        kind=kind,
        address=None,
        text="thấy trong một nhóm",
        answers=answers,
        reported_at=NOW,
    )


def reported(store: CaseStore, answers: AgeAnswers = YES) -> Sighting:
    """Record a sighting."""
    sighting = a_sighting(answers)
    store.record(EventDraft(kind=EventKind.REPORTED, subject=sighting.id), save=[sighting])
    return sighting


def spooled(store: CaseStore, data: bytes) -> SpooledPart:
    """Write *data* into a part of the store's spool."""
    part = store.spool("test").open_part()
    part.write(data)
    return part.finish()


def an_exhibit(
    sighting_id: SightingId,
    *,
    kind: ExhibitKind = ExhibitKind.MEDIA,
    data: bytes = b"",
    capture_id: CaptureId | None = None,
    derived_from: tuple[ExhibitId, ...] = (),
    contains_media: bool = False,
) -> Exhibit:
    """Return an exhibit that is not adopted yet."""
    return Exhibit(
        id=new_exhibit_id(),
        kind=kind,
        sighting_id=sighting_id,
        media_type="image/png",
        claimed_media_type="",
        size_bytes=len(data),
        sha256=sha256_of(data),
        sha512=sha512_of(data),
        taken_in_at=NOW,
        original_name="cat.png",
        source_address="https://example.org/cat",
        capture_id=capture_id,
        derived_from=derived_from,
        contains_media=contains_media,
    )


def adopted(
    store: CaseStore, sighting: Sighting, data: bytes, exhibit: Exhibit | None = None
) -> Exhibit:
    """Adopt *data* as an exhibit of *sighting*."""
    return store.adopt(
        spooled(store, data),
        exhibit or an_exhibit(sighting.id),
        store.case.storage_permit(sighting),
    )


def an_original(data: bytes = b"") -> Original:
    """Return a declared original that is not adopted yet."""
    return Original(
        id=new_original_id(),
        sha256=sha256_of(data),
        size_bytes=len(data),
        media_type="image/jpeg",
        original_name="statue.jpg",
        arrival=Arrival.PLAIN_COPY,
        width_px=640,
        height_px=480,
        declared_at=NOW,
    )


def an_event(kind: EventKind = EventKind.PLANNED, subject: str = "", **sealed: str) -> EventDraft:
    """Return an event with sensitive fields."""
    return EventDraft(
        kind=kind,
        subject=subject,
        fields=tuple(
            Field(name=name, value=value, is_sensitive=True) for name, value in sealed.items()
        ),
    )


def kept_text(store: CaseStore, exhibit: Exhibit) -> bytes:
    """Return the content of an exhibit."""
    with store.open_exhibit(exhibit.id) as stream:
        return stream.read()


def failures(report: Report) -> dict[str, str]:
    """Return the details of what failed, by the part."""
    found: dict[str, str] = {}
    for check in report.checks:
        if check.result is CheckResult.FAIL:
            found[check.subject] = "; ".join(filter(None, (found.get(check.subject), check.detail)))
    return found
