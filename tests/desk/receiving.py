"""Somebody who gets a case: a vault of their own on another computer."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benban.casework.take_over import own_identity, take_over
from benban.desk.jobs import Progress
from benban.model.case import Capacity
from benban.vault import CaseStore, Vault
from tests.desk.rig import Running, make_cheap_vault

WHO = {"name": "Luật sư A", "purpose": "đại diện cho tôi", "legal_basis": "giấy ủy quyền"}


@contextmanager
def a_lawyer(folder: Path) -> Iterator[Vault]:
    """Give the vault of somebody who gets a case."""
    vault, _ = make_cheap_vault(folder / "kho-luat-su", passphrase="kho của luật sư")
    with vault:
        yield vault


@contextmanager
def opened_by(vault: Vault, path: Path) -> Iterator[CaseStore]:
    """Give the case of a sealed file, taken over by its recipient."""
    with (
        path.open("rb") as sealed,
        take_over(vault, sealed, own_identity(vault), Capacity.LAWYER) as store,
    ):
        yield store


def named(page: str) -> str:
    """Return the number under which the desk remembers the key that was pasted."""
    return page.split('name="named" value="')[1].partition('"')[0]


def of_case(path: str) -> str:
    """Return the id of a case from the path of its page."""
    return path.removeprefix("/c/")


@contextmanager
def stopped_in_the_middle(
    desk: Running, monkeypatch: pytest.MonkeyPatch, step: str
) -> Iterator[None]:
    """Let whatever says *step* with a part of its work done be told to stop just then."""
    say = Progress.say

    def stopping(self: Progress, said: str, done: int = 0, total: int = 0, **more: str) -> None:
        if said == step and done > 0:
            desk.desk.jobs.stop(self.job_id)
        say(self, said, done, total, **more)

    with monkeypatch.context() as patched:
        patched.setattr(Progress, "say", stopping)
        yield


def ended(desk: Running, answer_path: str) -> str:
    """Wait for a job and return where its page leads."""
    desk.wait_for_jobs()
    return desk.desk.jobs.get(answer_path.removeprefix("/jobs/")).after
