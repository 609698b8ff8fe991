"""Filters of the queue under a name: kept encrypted, used, removed."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benban.desk.filters import MOST_KEPT, keep_filter, kept_filters
from benban.desk.queue import rows_of
from benban.model.case import Capacity, Case
from benban.model.ids import new_case_id
from benban.wording import Language, say
from tests.desk.rig import PASSPHRASE, Running

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


def _case(desk: Running, title: str, capacity: Capacity) -> None:
    case = Case(
        id=new_case_id(),
        title=title,
        language=Language.VI,
        capacity=capacity,
        opened_at=desk.desk.clock.now(),
    )
    desk.desk.vault.create_case(case).close()


@pytest.fixture
def queue(desk: Running) -> Running:
    desk.post("/where", where="here")
    desk.post("/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
    _case(desk, "Đường Lê", Capacity.ORGANISATION)
    _case(desk, "Phan", Capacity.LAWYER)
    return desk


def test_the_capacity_filters_the_queue(queue: Running) -> None:
    queue.client.post("/queue", data={"capacity": "lawyer"})
    said = queue.text("/queue")

    assert ("Phan" in said, "Đường Lê" in said) == (True, False)


def test_a_kept_filter_is_used_again_after_locking(queue: Running) -> None:
    queue.client.post("/queue", data={"q": "duong", "capacity": "organisation"})
    queue.post("/queue/filters", name="của tôi")
    queue.desk.lock()
    queue.post("/unlock", passphrase=PASSPHRASE)
    assert "2 cases" in queue.text("/queue")

    answer = queue.post("/queue/filters/use", name="của tôi")

    assert answer.headers["location"] == "/queue"
    assert queue.desk.queue_search["q"] == "duong"
    said = queue.text("/queue")
    assert ("Đường Lê" in said, "Phan" in said) == (True, False)


def test_a_kept_filter_shows_what_it_filters(queue: Running) -> None:
    queue.client.post("/queue", data={"q": "duong", "state": "overdue", "due": "of-old"})
    queue.post("/queue/filters", name="của tôi")
    queue.post("/queue/filters/none")

    page = queue.get("/queue/filters").text

    held = [re.sub(r"\s+", " ", one) for one in re.findall(r"<li>([^<]+: [^<]+)</li>", page)]
    assert [one.rpartition(": ")[2] for one in held] == [
        "duong",
        say(Language.EN, "desk.work.state.overdue"),
        "of-old",
    ]


def test_the_words_of_a_kept_filter_are_nowhere_in_the_clear(queue: Running) -> None:
    queue.client.post("/queue", data={"q": "hoangmaiword"})
    queue.post("/queue/filters", name="tencuabolocword")
    folder = queue.desk.folder
    queue.desk.lock()

    files = [one.read_bytes() for one in Path(folder).rglob("*") if one.is_file()]
    assert not [one for one in files if b"hoangmaiword" in one or b"tencuabolocword" in one]


def test_a_filter_of_the_same_name_replaces_and_a_removed_one_is_gone(queue: Running) -> None:
    for word in ("le", "phan"):
        queue.client.post("/queue", data={"q": word})
        queue.post("/queue/filters", name="một")
    assert [one.wish for one in kept_filters(queue.desk.vault)] == [{"q": "phan"}]

    queue.post("/queue/filters/remove", name="một")

    assert kept_filters(queue.desk.vault) == ()
    assert "None is kept yet" in queue.text("/queue/filters")


def test_a_filter_without_a_name_is_asked_for_one(queue: Running) -> None:
    queue.client.post("/queue", data={"q": "le"})

    answer = queue.post("/queue/filters", name=" ")

    assert (answer.status_code, "BB-014" in answer.text) == (400, True)


def test_nothing_is_kept_while_nothing_is_filtered(queue: Running) -> None:
    queue.post("/queue/filters", name="leer")

    assert kept_filters(queue.desk.vault) == ()
    assert 'name="name"' not in queue.get("/queue/filters").text


def test_one_filter_too_many_is_said_and_not_kept(queue: Running) -> None:
    for number in range(MOST_KEPT):
        assert keep_filter(queue.desk.vault, str(number), {"q": "x"})
    queue.client.post("/queue", data={"q": "le"})

    answer = queue.post("/queue/filters", name="mới")

    assert "As many filters as can be kept" in answer.text
    assert len(kept_filters(queue.desk.vault)) == MOST_KEPT


def test_all_cases_are_shown_again(queue: Running) -> None:
    queue.client.post("/queue", data={"q": "le"})

    queue.post("/queue/filters/none")

    assert "2 cases" in queue.text("/queue")


@pytest.mark.parametrize(
    ("days", "wish", "expected"),
    [
        (None, "none", True),
        (None, "week", False),
        (-1, "week", True),
        (7, "week", True),
        (8, "week", False),
        (8, "month", True),
        (31, "month", False),
        (8, "none", False),
    ],
)
def test_the_next_day_filters_up_to_and_with_its_end(
    queue: Running, days: int | None, wish: str, *, expected: bool
) -> None:
    row = rows_of(queue.desk)[0]
    dues = () if days is None else (NOW + timedelta(days=days),)
    assert replace(row, dues_at=dues).is_due(wish, NOW) is expected
