"""Answers that come while the photos of an audit are being looked at."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from benban.casework.audit import AuditRun
from benban.casework.audit_keepers import AuditKeeper
from benban.desk import audit_looking
from benban.desk.audits import Audit
from benban.desk.routes import audit as routes
from tests.desk.audited import draw_photos, kept
from tests.desk.rig import Running


class Held:
    """The real look, held up once it comes to its third photo."""

    def __init__(self) -> None:
        self.is_there, self.may_go_on = threading.Event(), threading.Event()

    def look(
        self, audit: Audit, keeper: AuditKeeper, say: audit_looking.Say
    ) -> tuple[AuditRun, ...]:
        def held(done: int, total: int) -> None:
            if done == total - 2:
                self.is_there.set()
                self.may_go_on.wait()
            say(done, total)

        return audit_looking.look_at_all(audit, keeper, held)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return draw_photos(tmp_path / "anh")


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    one = Held()
    monkeypatch.setattr(routes, "look_at_all", one.look)
    yield one
    one.may_go_on.set()


def looking(desk: Running, photos: Path, held: Held) -> str:
    """Begin to look at photos that an adult keeps, and return where when it is under way."""
    path = f"{desk.begin()}/audit"
    desk.post(f"{path}/age", adult_now="yes", keep="yes")
    desk.post(f"{path}/where", where=str(photos))
    assert held.is_there.wait(60)
    return path


@pytest.mark.parametrize("adult", ["no", "unsure"])
def test_who_says_meanwhile_that_they_are_under_18_has_nothing_kept(
    desk: Running, photos: Path, held: Held, adult: str
) -> None:
    path = looking(desk, photos, held)
    desk.post(f"{path}/age", adult_now=adult)
    held.may_go_on.set()
    desk.wait_for_jobs()

    assert kept(desk, path) == []


def test_what_is_forgotten_meanwhile_stays_forgotten(
    desk: Running, photos: Path, held: Held
) -> None:
    path = looking(desk, photos, held)
    desk.post(f"{path}/forget")
    held.may_go_on.set()
    desk.wait_for_jobs()

    assert kept(desk, path) == []
