"""A dossier of a watched case tells the looks at its own places and verifies."""

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from benban.casework.add_files import add_files
from benban.casework.conclude import DossierRequest, conclude
from benban.casework.originals import GivenFile
from benban.casework.view import ViewRequest, build_view
from benban.casework.watch_summary import next_look_at
from benban.dossier.view import Edition, OwnAccount
from benban.model.exhibit import Exhibit
from benban.model.watch import Look, Place
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.testing.platform import PlatformSimulator
from benban.testing.tsa import FakeTsa
from benban.vault import CaseStore
from benban.wording import Language
from tests.unit.casework.watched import FORUM, Watched
from tests.verifier.kept import verified

from .test_time import Authority


def watched_case(store: CaseStore, clock: FakeClock) -> tuple[Exhibit, Exhibit]:
    """Return an exhibit of each of two sightings; both and a named place were looked at."""
    with PlatformSimulator(posts=3, now=clock.now) as site:
        watched = Watched(store=store, clock=clock, site=site)
        kept: list[Exhibit] = []
        for number in (1, 2):
            sighting = watched.report(f"/bai-viet/{number}", host=FORUM)
            picture = BytesIO(draw_feed_picture(number))
            kept += add_files(store, sighting, [GivenFile(stream=picture, name="a.jpg")], clock)
        watched.name("/nghi-ngo/7")
        watched.permit()
        assert len(watched.go().looks) == 3
    first, second = kept
    return first, second


def test_a_dossier_tells_the_looks_at_its_sightings_and_of_no_other_place(
    store: CaseStore, clock: FakeClock
) -> None:
    first, _ = watched_case(store, clock)

    def sightings_of(*exhibits: Exhibit) -> list[str]:
        request = ViewRequest(
            dossier_id="dossier-1",
            edition=Edition.READING,
            languages=(Language.VI,),
            exhibits=tuple(one.id for one in exhibits),
            disclosure=None,
            with_comparison=False,
            own_account=OwnAccount(),
        )
        looked = build_view(store, request, clock).looks
        assert all(len(one.looks) == 1 for one in looked)
        return [one.sighting_id for one in looked]

    assert len(sightings_of()) == 2
    assert sightings_of(first) == [first.sighting_id]


def test_a_dossier_of_a_watched_case_verifies(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    watched_case(store, clock)
    tsa = FakeTsa(clock=clock)
    request = DossierRequest(edition=Edition.READING, languages=tuple(Language))
    path = tmp_path / "tai-lieu.zip"

    with path.open("w+b") as out:
        conclude(store, request, [Authority(tsa)], out_file=out, clock=clock)

    report = verified(path, None, (tsa.root_pem,))
    assert [one.name for one in report.checks if one.result.value == "FAIL"] == []
    with zipfile.ZipFile(path) as bag:
        assert not any(b"nghi-ngo" in bag.read(name) for name in bag.namelist())


def test_to_tell_what_is_due_no_look_of_before_is_read(
    store: CaseStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched_case(store, clock)
    read = []
    every = CaseStore.all

    def noted(self: CaseStore, kind: type[Any]) -> tuple[Any, ...]:
        read.append(kind)
        return every(self, kind)

    monkeypatch.setattr(CaseStore, "all", noted)
    with PlatformSimulator(posts=1, now=clock.now) as site:
        watched = Watched(store=store, clock=clock, site=site)
        assert next_look_at(store, clock, run=watched.run) is not None
        assert watched.go(0.1).looks == ()

    assert Place in read
    assert Look not in read
