"""Stopped at any step on the disk: a case is taken over whole or not at all, shredded for good."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from benban.casework.hand_over import Recipient, hand_over
from benban.casework.take_over import take_over
from benban.model.case import Capacity
from benban.model.exhibit import Exhibit
from benban.model.report import CheckResult
from benban.outside.platforms import ThisPlatform
from benban.seal.age import fresh_identity, recipient_of
from benban.testing.clock import FakeClock
from benban.vault import KdfCost, Step, Vault, check_vault
from tests.unit.vault.keeping import NOW, a_case, adopted, reported

PASSPHRASE = "bốn từ dễ nhớ"


class StoppedHereError(BaseException):
    """The program ends; nothing of ours may catch it."""


class Countdown:
    """Counts steps; ends the program at the one it was told."""

    def __init__(self) -> None:
        self.seen = 0
        self.stop_at: int | None = None

    def __call__(self, step: Step) -> None:
        del step
        self.seen += 1
        if self.stop_at is not None and self.seen >= self.stop_at:
            raise StoppedHereError


def new_vault(folder: Path, on_step: Callable[[Step], None]) -> Vault:
    vault, _ = Vault.create(
        folder,
        passphrase=PASSPHRASE,
        cost=KdfCost.cheap_for_tests(),
        clock=FakeClock(NOW),
        platform=ThisPlatform(),
        ballast_bytes=0,
        on_step=on_step,
    )
    return vault


def opened(folder: Path) -> Vault:
    return Vault.open(folder, passphrase=PASSPHRASE, clock=FakeClock(NOW), platform=ThisPlatform())


def failures(vault: Vault) -> list[str]:
    checks = check_vault(vault, read=True).checks
    return [f"{one.name} {one.subject}" for one in checks if one.result is CheckResult.FAIL]


IDENTITY = fresh_identity()


@pytest.fixture
def sealed(tmp_path: Path) -> bytes:
    """A case with one exhibit, sealed for a key."""
    out = io.BytesIO()
    to = Recipient(name="A", purpose="B", legal_basis="C", key=recipient_of(IDENTITY))
    with (
        new_vault(tmp_path / "giao", lambda _step: None) as vault,
        vault.create_case(a_case()) as store,
    ):
        adopted(store, reported(store), b"a drawing" * 1000)
        hand_over(vault, store, to, out)
    return out.getvalue()


def is_taken_over(folder: Path, sealed: bytes, stop: int) -> bool:
    """Take a case over and stop at a step; return whether it ran to its end."""
    countdown = Countdown()
    vault = new_vault(folder, countdown)
    countdown.seen, countdown.stop_at = 0, stop
    try:
        take_over(vault, io.BytesIO(sealed), IDENTITY, Capacity.LAWYER).close()
    except StoppedHereError:
        return False
    else:
        return True
    finally:
        countdown.stop_at = None
        vault.close()


def test_a_take_over_that_is_stopped_at_any_step_leaves_the_case_whole_or_absent(
    tmp_path: Path, sealed: bytes
) -> None:
    found: list[int] = []
    for stop in range(1, 200):
        folder = tmp_path / f"nhan-{stop}"
        is_done = is_taken_over(folder, sealed, stop)
        with opened(folder) as vault:
            assert failures(vault) == [], stop
            for case_id in vault.case_ids():
                with vault.open_case(case_id) as store:
                    assert len(store.all(Exhibit)) == 1
            found.append(len(vault.case_ids()))
        if is_done:
            break

    assert (len(found) > 10, found[0], found[-1], sorted(found) == found) == (True, 0, 1, True)


def test_a_shredding_that_is_stopped_at_any_step_is_finished_at_the_next_opening(
    tmp_path: Path,
) -> None:
    for stop in range(1, 100):
        folder = tmp_path / f"huy-{stop}"
        countdown = Countdown()
        vault = new_vault(folder, countdown)
        with vault.create_case(a_case()) as store:
            adopted(store, reported(store), b"a drawing")
            case_id = store.case.id
        countdown.seen, countdown.stop_at = 0, stop
        try:
            vault.shred_case(case_id)
        except StoppedHereError:
            is_done = False
        else:
            is_done = True
        countdown.stop_at = None
        vault.close()
        with opened(folder) as again:
            assert failures(again) == [], stop
            left = list((folder / "cases").iterdir())
            # Before the first step lasted nothing has happened; after it nothing is left.
            assert (len(again.case_ids()), len(left)) in {(0, 0), (1, 1)}
            assert stop == 1 or again.case_ids() == ()
        if is_done:
            break
    assert stop > 3
