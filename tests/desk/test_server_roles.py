"""What is not for a role does not exist for it: every route, asked by everybody."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from benban.desk.server.roles import stations_of
from benban.desk.server.stations import server_routes
from benban.model.people import Role
from benban.outside.clock import SystemClock
from tests.desk.office import Office, Seat, opened_office

ADMINISTRATOR, AUDITOR, CASEWORKER = Role.ADMINISTRATOR, Role.AUDITOR, Role.CASEWORKER
EVERYBODY = {ADMINISTRATOR, AUDITOR, CASEWORKER}
# Written down by hand: whoever moves a page to another role meets this list.
WANTED = {
    ("GET", "/people"): {ADMINISTRATOR},
    ("GET", "/people/invite"): {ADMINISTRATOR},
    ("POST", "/people/invite"): {ADMINISTRATOR},
    ("GET", "/people/invited/{number}"): {ADMINISTRATOR},
    ("POST", "/people/invited/{number}"): {ADMINISTRATOR},
    ("GET", "/people/{person}"): {ADMINISTRATOR},
    ("POST", "/people/{person}/end"): {ADMINISTRATOR},
    ("POST", "/people/{person}/second"): {ADMINISTRATOR},
    ("GET", "/organisation"): {ADMINISTRATOR},
    ("GET", "/organisation/name"): {ADMINISTRATOR},
    ("POST", "/organisation/name"): {ADMINISTRATOR},
    ("GET", "/organisation/duty"): {ADMINISTRATOR},
    ("POST", "/organisation/duty"): {ADMINISTRATOR},
    ("GET", "/organisation/retention"): {ADMINISTRATOR},
    ("POST", "/organisation/retention"): {ADMINISTRATOR},
    ("GET", "/organisation/keys"): {ADMINISTRATOR},
    ("GET", "/organisation/keys/new"): {ADMINISTRATOR},
    ("POST", "/organisation/keys/new"): {ADMINISTRATOR},
    ("POST", "/organisation/keys/remove"): {ADMINISTRATOR},
    ("POST", "/organisation/keys/compare"): {ADMINISTRATOR},
    ("GET", "/organisation/keys/signers"): {ADMINISTRATOR},
    ("POST", "/organisation/keys/signers"): {ADMINISTRATOR},
    ("POST", "/organisation/keys/signers/stop"): {ADMINISTRATOR},
    ("POST", "/organisation/keys/offer"): {ADMINISTRATOR},
    ("POST", "/organisation/keys/anew"): {ADMINISTRATOR},
    ("GET", "/settings/stamps"): {ADMINISTRATOR},
    ("POST", "/settings/stamps"): {ADMINISTRATOR},
    ("GET", "/views"): {AUDITOR},
    ("POST", "/views"): {AUDITOR},
    ("GET", "/views/list"): {AUDITOR},
    ("GET", "/keys"): {CASEWORKER},
    ("POST", "/keys"): {CASEWORKER},
    ("GET", "/"): EVERYBODY,
    ("GET", "/duty"): EVERYBODY,
    ("GET", "/help-now"): EVERYBODY,
    ("GET", "/here"): EVERYBODY,
    ("GET", "/rest"): EVERYBODY,
    ("POST", "/language"): EVERYBODY,
    ("POST", "/exit"): EVERYBODY,
    ("POST", "/lock"): EVERYBODY,
    ("GET", "/settings"): EVERYBODY,
    ("POST", "/settings/rest"): EVERYBODY,
    ("GET", "/settings/passphrase"): EVERYBODY,
    ("POST", "/settings/passphrase"): EVERYBODY,
    ("GET", "/passphrase-changed"): EVERYBODY,
    ("GET", "/settings/sheet"): EVERYBODY,
    ("POST", "/settings/sheet"): EVERYBODY,
    ("GET", "/settings/sheet/{fresh}"): EVERYBODY,
    ("POST", "/settings/sheet/{fresh}"): EVERYBODY,
    ("GET", "/sheet-changed"): EVERYBODY,
    ("POST", "/draft/{name}"): {ADMINISTRATOR, CASEWORKER},
    ("GET", "/settings/organisation"): {ADMINISTRATOR, AUDITOR},
    ("GET", "/settings/organisation/{paper}"): {ADMINISTRATOR, AUDITOR},
    ("POST", "/settings/organisation/{paper}"): {ADMINISTRATOR, AUDITOR},
}
_ENDING = frozenset({("POST", "/exit"), ("POST", "/lock")})


def _routes(role: Role) -> set[tuple[str, str]]:
    return {
        (method, path)
        for station in stations_of(role, server_routes())
        for method, known in (
            ("GET", station.pages),
            ("POST", station.forms),
            ("POST", station.acts),
            ("POST", station.uploads),
        )
        for path, _ in known
    }


EVERY = sorted(set().union(*(_routes(role) for role in EVERYBODY)))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder: Path = tmp_path_factory.mktemp("office") / "kho"
    with opened_office(folder, SystemClock()) as opened:
        opened.begin()
        yield opened


def _seats(office: Office) -> tuple[Seat, Seat, Seat]:
    return office.admin, office.auditor, office.worker


def _asked(seat: Seat, method: str, path: str) -> tuple[int, str]:
    answer = seat.get(path) if method == "GET" else seat.post(path)
    return answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)


def test_each_role_has_the_pages_that_are_written_down_here() -> None:
    for (method, path), wanted in WANTED.items():
        assert {role for role in EVERYBODY if (method, path) in _routes(role)} == wanted, path
    # All else is work on cases, and a caseworker's alone.
    for route in set(EVERY) - set(WANTED):
        assert {role for role in EVERYBODY if route in _routes(role)} == {CASEWORKER}, route


@pytest.mark.parametrize(("method", "path"), EVERY)
def test_who_has_not_the_role_gets_what_everybody_gets_for_nothing(
    office: Office, method: str, path: str
) -> None:
    case_id = office.house.worker.case_ids()[0]
    person = office.other.person.user_id
    real = path.replace("{case}", case_id).replace("{person}", person)
    real = re.sub(r"\{[a-z_]+\}", "0", real)
    for seat in _seats(office):
        if (method, path) in _routes(seat.person.role):
            continue
        found = _asked(seat, method, real)
        assert found == _asked(seat, method, "/there-is-nothing-here")
        assert found[0] == 404


def test_who_has_the_role_gets_an_answer(office: Office) -> None:
    for (method, path), wanted in WANTED.items():
        if "{" in path or method == "POST":
            continue
        for seat in _seats(office):
            if seat.person.role in wanted:
                assert seat.get(path).status_code in {200, 303}, path


def test_a_caseworker_without_the_key_gets_no_page_of_a_case(office: Office) -> None:
    case_id = office.house.worker.case_ids()[0]
    for method, path in EVERY:
        if not path.startswith("/c/{case}"):
            continue
        real = re.sub(r"\{[a-z_]+\}", "0", path.replace("{case}", case_id))
        none = re.sub(r"\{[a-z_]+\}", "0", path.replace("{case}", "case-0000000000000000"))
        found = _asked(office.other, method, real)
        # Work that is begun ends with the same words.
        assert found[0] in {303, 400, 404}, (method, path)
        said = found[1].replace(case_id, "")
        assert said == _asked(office.other, method, none)[1].replace("case-0000000000000000", "")


def test_only_an_auditor_is_asked_whose_keys_the_annex_lists(office: Office) -> None:
    path = "/settings/organisation/breach-form"

    shown = {
        seat.person.role: 'name="holder"' in seat.get(path).text
        for seat in _seats(office)
        if seat.person.role is not CASEWORKER
    }

    assert shown == {ADMINISTRATOR: False, AUDITOR: True}
