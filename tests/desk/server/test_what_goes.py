"""What was taken away, or somebody's place in it, is gone in every browser (HARM 2, 18)."""

import re
import time

import pytest

from benban.casework.forget import forget, plan_forgetting
from benban.desk.asked import Asked
from benban.desk.jobs import JobState, Progress
from benban.desk.routes.exhibit import pixels
from benban.errors import DeskLockedError, PageMissingError
from benban.model.ids import ExhibitId
from benban.seal.age import fresh_identity, recipient_of
from tests.desk.server.rig import PASSPHRASE, Browser, RunningServer
from tests.desk.server.world import World, make_world

NEW = "năm từ khác hẳn những từ kia"


def _shared(server: RunningServer) -> tuple[Browser, Browser, World, str]:
    """Let a colleague into a case; return both browsers, the case, and the colleague's id."""
    lan, hoa = server.invited("Lan"), server.invited("Hoa")
    world = make_world(lan)
    person = hoa.desk.vault.person
    assert person is not None
    into = f"/c/{world.values['case']}/people/{person.user_id}"
    numbers = lan.desk.vault.key_numbers(person.user_id)
    assert lan.post(into, compared="yes", numbers=numbers).status_code == 303
    return lan, hoa, world, into


def test_whoever_is_let_in_again_goes_on_where_they_were(server: RunningServer) -> None:
    lan, hoa, world, into = _shared(server)
    case = f"/c/{world.values['case']}"
    person = hoa.desk.vault.person
    assert person is not None
    seen = [hoa.get(case).status_code]
    lan.post(f"{into}/out")
    seen.append(hoa.get(case).status_code)
    numbers = lan.desk.vault.key_numbers(person.user_id)
    lan.post(into, compared="yes", numbers=numbers)
    seen += [hoa.get(path).status_code for path in (case, "/queue")]

    assert seen == [200, 404, 200, 200]


def _waiting(progress: Progress) -> str:
    progress.ask(("chọn",))
    return "/cases"


@pytest.mark.parametrize("kind", ["veiled", "unveiled"])
@pytest.mark.parametrize("act", ["minor", "forget"])
def test_a_picture_that_a_colleague_asked_for_is_gone_with_what_it_shows(
    server: RunningServer, kind: str, act: str
) -> None:
    lan, hoa, world, _ = _shared(server)
    exhibit = f"/c/{world.values['case']}/e/{world.values['exhibit']}"
    look = hoa.post(f"{exhibit}/{kind}", reason="so sánh").headers["location"].rpartition("/")[2]
    job = hoa.desk.jobs.start("desk.case.heading", _waiting, case_id=world.values["case"])

    assert lan.post(f"{exhibit}/{act}", reason="xong").status_code == 303

    assert hoa.get(f"/look/{look.partition('?')[0]}").status_code == 404
    if act == "minor":
        while not hoa.desk.jobs.get(job.id).state.is_over:
            time.sleep(0.01)
        assert hoa.desk.jobs.get(job.id).state is JobState.STOPPED


@pytest.mark.parametrize("kind", ["veiled", "unveiled"])
def test_whoever_was_taken_out_of_a_case_sees_nothing_of_it(
    server: RunningServer, kind: str
) -> None:
    lan, hoa, world, into = _shared(server)
    exhibit = f"/c/{world.values['case']}/e/{world.values['exhibit']}"
    look = hoa.post(f"{exhibit}/{kind}", reason="so sánh").headers["location"].rpartition("/")[2]
    job = hoa.desk.jobs.start("desk.case.heading", _waiting, case_id=world.values["case"])
    assert hoa.get(f"/jobs/{job.id}").status_code == 200

    assert lan.post(f"{into}/out").status_code == 303

    shown, none = hoa.get(f"/look/{look.partition('?')[0]}"), hoa.get("/look/of-nothing")
    assert (shown.status_code, shown.content) == (404, none.content)
    assert hoa.get(f"/jobs/{job.id}").status_code == 404


def test_a_new_passphrase_lets_every_other_browser_of_the_person_out(server: RunningServer) -> None:
    lan = server.invited("Lan")
    thief = server.browser()
    thief.enter("Lan")
    assert thief.is_in

    changed = lan.post("/settings/passphrase", known=PASSPHRASE, passphrase=NEW, again=NEW)

    assert (changed.headers["location"], lan.is_in, thief.is_in) == (
        "/passphrase-changed",
        True,
        False,
    )


def test_unveiled_pictures_are_sealed_for_nobody_who_is_not_on_the_list(
    server: RunningServer,
) -> None:
    lan, _, world, _ = _shared(server)
    key = recipient_of(fresh_identity())

    answer = lan.post(
        f"/c/{world.values['case']}/dossier/preview",
        **{"for": "authority", "which": "all", "stamp": "no", "languages": "vi"},
        recipient="A",
        purpose="B",
        legal_basis="C",
        recipient_key=key,
    )

    assert (answer.status_code, "BB-035" in answer.text) == (400, True)


def test_a_page_of_several_cases_is_noted_under_each(server: RunningServer) -> None:
    lan = server.invited("Lan")
    world = make_world(lan)
    before = server.views().count(("/queue/chosen", world.values["case"]))

    assert lan.post("/queue/chosen", case=world.values["case"], act="look").status_code == 200

    after = server.views().count(("/queue/chosen", world.values["case"]))
    assert (before, after) == (0, 1)


def test_pages_that_were_drawn_go_with_the_place_in_the_case_and_are_noted(
    server: RunningServer,
) -> None:
    lan, hoa, world, into = _shared(server)
    case = world.values["case"]
    wish = {"for": "myself", "which": "all", "stamp": "no", "languages": "vi"}
    drawn = hoa.post(f"/c/{case}/dossier/pages", **wish).headers["location"]
    (look,) = set(re.findall(r'src="(/look/[^"]+)"', hoa.get(drawn).text))
    assert hoa.get(look).headers["content-type"] == "image/png"
    assert ("/look/{look}", case) in server.views()

    assert lan.post(f"{into}/out").status_code == 303

    assert hoa.get(look).status_code == 404


@pytest.mark.parametrize("act", ["minor", "forget"])
def test_what_waits_of_another_case_stays_when_something_is_destroyed(
    server: RunningServer, act: str
) -> None:
    lan, hoa = server.invited("Lan"), server.invited("Hoa")
    world, theirs = make_world(lan), make_world(hoa)
    desk, case = hoa.desk, theirs.values["case"]
    begun = desk.outgoing.begin()
    with desk.outgoing.new(is_sealed=True) as file, desk.outgoing.new(is_sealed=True) as later:
        number = desk.outgoing.keep(file, case_id=case, ending=".age", begun=begun)
        frame = desk.frames.offer(case, "<p>khung</p>")

        destroyed = lan.post(f"{world.path('/c/{case}/e/{exhibit}')}/{act}", reason="xong")

        assert destroyed.status_code == 303
        assert desk.outgoing.is_there(number, case)
        # What was being written of it meanwhile comes to its end as well.
        desk.outgoing.keep(later, case_id=case, ending=".age", begun=begun)
    assert hoa.get(theirs.path("/look/{look}")).status_code == 200
    assert desk.frames.take(frame) == b"<p>khung</p>"


def test_what_waits_of_a_case_goes_when_something_of_it_is_destroyed(
    server: RunningServer,
) -> None:
    lan, hoa, world, _ = _shared(server)
    desk, case = hoa.desk, world.values["case"]
    begun = desk.outgoing.begin()
    with desk.outgoing.new(is_sealed=True) as file, desk.outgoing.new(is_sealed=True) as later:
        number = desk.outgoing.keep(file, case_id=case, ending=".age", begun=begun)
        frame = desk.frames.offer(case, "<p>khung</p>")

        lan.post(f"{world.path('/c/{case}/e/{exhibit}')}/forget", reason="xong")

        with pytest.raises(DeskLockedError):
            desk.outgoing.keep(later, case_id=case, ending=".age", begun=begun)
    assert not desk.outgoing.is_there(number, case)
    assert desk.frames.take(frame) is None


@pytest.mark.parametrize("kind", ["veiled", "unveiled"])
def test_a_picture_is_not_given_once_what_it_shows_is_not_there(
    server: RunningServer, kind: str
) -> None:
    lan = server.invited("Lan")
    world = make_world(lan)
    exhibit = world.path("/c/{case}/e/{exhibit}")
    page = lan.post(f"{exhibit}/{kind}", reason="so sánh").headers["location"]
    look = page.rpartition("/")[2].partition("?")[0]
    # By whichever way it was destroyed: no page that would have told the desk so.
    with lan.desk.case(world.values["case"]) as store:
        forget(store, plan_forgetting(store, ExhibitId(world.values["exhibit"])), "xong")

    answer, none = lan.get(f"/look/{look}"), lan.get("/look/of-nothing")

    assert lan.desk.looks.shows(look) is not None
    assert (answer.status_code, answer.content) == (404, none.content)


@pytest.mark.parametrize("kind", ["veiled", "unveiled"])
def test_a_picture_is_asked_for_again_by_whoever_serves_it(
    server: RunningServer, kind: str
) -> None:
    lan, hoa, world, into = _shared(server)
    exhibit = world.path("/c/{case}/e/{exhibit}")
    page = hoa.post(f"{exhibit}/{kind}", reason="so sánh").headers["location"]
    look = page.rpartition("/")[2].partition("?")[0]
    assert lan.post(f"{into}/out").status_code == 303

    # Taken out after the door let the request through.
    with pytest.raises(PageMissingError):
        pixels(hoa.desk, Asked(path=f"/look/{look}", parts={"look": look}))
