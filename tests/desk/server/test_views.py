"""Who saw which page of which case is noted first; what cannot be noted is not shown."""

import pytest

from benban.errors import DiskFullError
from tests.desk.server.rig import RunningServer
from tests.desk.server.world import make_world


def _noted(server: RunningServer, case_id: str) -> list[str]:
    return [what for what, noted in server.views() if noted == case_id]


def test_every_page_of_a_case_is_noted_by_its_pattern(server: RunningServer) -> None:
    world = make_world(server.invited("Lan"))
    before = len(_noted(server, world.values["case"]))

    for path in ("/c/{case}", "/c/{case}/e/{exhibit}", "/look/{look}", "/c/{case}/calendar"):
        world.browser.get(world.path(path))

    assert _noted(server, world.values["case"])[before:] == [
        "/c/{case}",
        "/c/{case}/e/{exhibit}",
        "/look/{look}",
        "/c/{case}/calendar",
    ]


def test_a_quiet_question_is_noted_like_any_other(server: RunningServer) -> None:
    world = make_world(server.invited("Lan"))
    before = len(_noted(server, world.values["case"]))

    world.browser.get(world.path("/c/{case}/notes?quiet=1"))

    assert _noted(server, world.values["case"])[before:] == ["/c/{case}/notes"]


def test_a_case_that_somebody_has_no_key_of_is_not_noted_as_seen(server: RunningServer) -> None:
    world = make_world(server.invited("Lan"))
    hoa = server.invited("Hoa")
    before = len(_noted(server, world.values["case"]))

    hoa.get(world.path("/c/{case}"))

    assert len(_noted(server, world.values["case"])) == before


@pytest.mark.parametrize("path", ["/c/{case}", "/look/{look}", "/jobs/{job}", "/cases"])
def test_what_cannot_be_noted_is_not_shown(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    world = make_world(server.invited("Lan"))

    def full(*_given: object, **_named: object) -> None:
        raise DiskFullError

    monkeypatch.setattr(type(world.browser.desk.vault.audit), "note", full)
    answer = world.browser.get(world.path(path))

    assert answer.status_code == 400
    assert "BB-410" in answer.text
    assert "1234567890123456789" not in answer.text


def test_a_form_that_cannot_be_noted_does_nothing(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(server.invited("Lan"))
    with world.browser.desk.case(world.values["case"]) as store:
        entries = len(store.events())

    def full(*_given: object, **_named: object) -> None:
        raise DiskFullError

    monkeypatch.setattr(type(world.browser.desk.vault.audit), "note", full)
    world.browser.post(world.path("/c/{case}/add/link"), address="https://x.com/i/2")

    with world.browser.desk.case(world.values["case"]) as store:
        assert len(store.events()) == entries


def test_the_statement_of_access_names_who_saw_the_case(server: RunningServer) -> None:
    world = make_world(server.invited("Lan"))
    world.browser.get(world.path("/c/{case}"))
    world.browser.get(world.path("/look/{look}"))

    page = world.browser.text(world.path("/c/{case}/custody/access"))
    file = world.browser.post(world.path("/c/{case}/custody/access")).text

    assert "Lan: a picture (1)" in page
    assert "Lan: the page of the case (1)" in page
    assert "Lan: a picture (1)" in file
