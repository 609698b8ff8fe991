"""What may be said after a look, and what never may (B5 97)."""

import pytest

from benban.model.watch import Judgement, SeenState, Sign
from benban.watch.judge import ItemSeen, PictureSeen, Seen, served_at
from benban.watch.signs import watch_of
from tests.unit.watch.scenes import ASKED, THEN, seen, story

GONE_404 = seen(404)
SHOWN = seen(item=ItemSeen.SHOWN)


def states(told: list[Judgement]) -> list[SeenState]:
    return [one.state for one in told]


def test_two_looks_a_day_apart_that_agree_are_gone() -> None:
    told = story((0, SHOWN), (1, GONE_404), (2, GONE_404))

    assert states(told) == [SeenState.THERE, SeenState.UNKNOWN, SeenState.GONE]
    assert [one.reason for one in told] == [
        "item-shown",
        "status-not-found-once",
        "status-not-found",
    ]


def test_a_404_counts_where_only_the_writing_of_the_address_changed() -> None:
    moved = seen(404, final="https://www.dien-dan.vi-du.example/bai/5-ten-bai/")

    assert states(story((0, SHOWN), (1, moved), (2, moved)))[-1] is SeenState.GONE


def test_two_looks_within_a_day_are_one() -> None:
    told = story((0, SHOWN), (1, GONE_404), (1.99, GONE_404))

    assert states(told)[-1] is SeenState.UNKNOWN


def test_one_look_never_says_gone() -> None:
    assert states(story((0, SHOWN), (400, GONE_404)))[-1] is SeenState.UNKNOWN


def test_what_no_stranger_ever_saw_is_not_gone_because_a_stranger_is_told_404() -> None:
    told = story((0, GONE_404), (3, GONE_404), (9, GONE_404), was_seen=False)

    assert set(states(told)) == {SeenState.UNKNOWN}
    assert told[-1].reason == "status-not-found-never-seen"


@pytest.mark.parametrize("between", [seen(None, failure="BB-665"), seen(500), seen(429)])
def test_a_look_that_saw_nothing_is_no_third_opinion(between: Seen) -> None:
    told = story((0, SHOWN), (1, GONE_404), (2, between), (3, GONE_404))

    assert states(told)[-1] is SeenState.GONE


@pytest.mark.parametrize("between", [SHOWN, seen(451), seen(401)])
def test_a_look_that_saw_something_else_begins_the_count_anew(between: Seen) -> None:
    told = story((0, SHOWN), (1, GONE_404), (2, between), (3, GONE_404))

    assert states(told)[-1] is SeenState.UNKNOWN


def test_what_comes_back_after_it_was_gone_is_back_and_then_there() -> None:
    told = story((0, SHOWN), (1, GONE_404), (2, GONE_404), (9, SHOWN), (10, SHOWN))

    assert states(told)[-2:] == [SeenState.BACK, SeenState.THERE]


def test_a_wall_between_gone_and_back_does_not_hide_the_coming_back() -> None:
    told = story((0, SHOWN), (1, GONE_404), (2, GONE_404), (3, seen(401)), (9, SHOWN))

    assert states(told)[-1] is SeenState.BACK


def test_a_server_that_dates_both_looks_to_one_hour_is_believed_over_a_clock_set_forward() -> None:
    def dated(hour: int) -> Seen:
        return seen(404, fields=(("date", f"Sun, 22 Nov 2026 {hour:02d}:00:00 GMT"),))

    told = story((0, SHOWN), (1, dated(8)), (3, dated(9)))

    assert states(told)[-1] is SeenState.UNKNOWN


@pytest.mark.parametrize("date", ["", "gestern", "Sun, 99 Nov 2026 08:00:00 GMT"])
def test_a_date_that_is_none_says_nothing(date: str) -> None:
    assert served_at(seen(404, fields=(("date", date),))) is None


# --- what is never a removal ----------------------------------------------------------------

SORRY = "Trang này không còn nữa. Page not found."
NEVER_GONE = {
    "a page that says sorry with status 200": (
        seen(text=SORRY),
        SeenState.UNKNOWN,
        "perhaps-not-found",
    ),
    "a captcha by its field": (
        seen(403, fields=(("cf-mitigated", "challenge"),)),
        SeenState.UNKNOWN,
        "captcha",
    ),
    "a captcha with status 404": (
        seen(404, fields=(("cf-mitigated", "challenge"),)),
        SeenState.UNKNOWN,
        "captcha",
    ),
    "a captcha by its words": (
        seen(503, title="Verify you are human"),
        SeenState.UNKNOWN,
        "captcha",
    ),
    "a country's block by law": (seen(451), SeenState.BLOCKED, "status-451"),
    "a country's block in words": (
        seen(403, text="Nội dung không khả dụng ở quốc gia của bạn"),
        SeenState.UNKNOWN,
        "perhaps-blocked",
    ),
    "a country's block in words with status 404": (
        seen(404, text="Page not found. This page is not available in your country."),
        SeenState.UNKNOWN,
        "perhaps-blocked",
    ),
    "a login asked for in words with status 404": (
        seen(404, text="Đăng nhập để tiếp tục"),
        SeenState.UNKNOWN,
        "perhaps-login",
    ),
    "another page of this host with status 404": (
        seen(404, final="https://dien-dan.vi-du.example/xac-minh-tuoi"),
        SeenState.UNKNOWN,
        "led-elsewhere",
    ),
    "a login wall by status": (seen(401), SeenState.LOGIN_WALL, "status-401"),
    "a login wall it leads to": (
        seen(final="https://dien-dan.vi-du.example/login?next=/bai/5"),
        SeenState.LOGIN_WALL,
        "led-to-login",
    ),
    "a login wall on another host": (
        seen(302, refused_lead="https://id.vi-du.example/login"),
        SeenState.LOGIN_WALL,
        "led-to-login",
    ),
    "a login wall with status 404": (
        seen(404, final="https://dien-dan.vi-du.example/login"),
        SeenState.LOGIN_WALL,
        "led-to-login",
    ),
    "the front page": (
        seen(final="https://dien-dan.vi-du.example/"),
        SeenState.UNKNOWN,
        "led-elsewhere",
    ),
    "the front page with status 404": (
        seen(404, final="https://dien-dan.vi-du.example/"),
        SeenState.UNKNOWN,
        "led-elsewhere",
    ),
    "another host's 404": (
        seen(404, final="https://khac.vi-du.example/bai/5"),
        SeenState.UNKNOWN,
        "led-elsewhere",
    ),
    "an old copy on the way": (
        seen(404, fields=(("age", "90000"),)),
        SeenState.UNKNOWN,
        "kept-copy",
    ),
    "a stale copy on the way": (
        seen(404, fields=(("warning", '110 - "Response is Stale"'),)),
        SeenState.UNKNOWN,
        "kept-copy",
    ),
    "a members-only place": (
        seen(is_members_only=True),
        SeenState.PRIVATE,
        "members-only",
    ),
    "a private account in words": (
        seen(text="This account is private"),
        SeenState.UNKNOWN,
        "perhaps-private",
    ),
    "our own line": (seen(None, failure="BB-663"), SeenState.UNKNOWN, "no-answer"),
    "no verified line": (seen(None, failure="BB-664"), SeenState.UNKNOWN, "no-answer"),
    "asked too often": (seen(429), SeenState.UNKNOWN, "asked-too-often"),
    "an empty page": (seen(), SeenState.UNKNOWN, "page-without-item"),
    "half a page": (seen(206), SeenState.UNKNOWN, "status"),
    **{str(n): (seen(n), SeenState.UNKNOWN, "status") for n in (204, 304, 400, 405, 418)},
    "403": (seen(403), SeenState.UNKNOWN, "refused"),
    **{str(n): (seen(n), SeenState.UNKNOWN, "server-fault") for n in (500, 502, 503, 504, 520)},
}


@pytest.mark.parametrize("name", NEVER_GONE)
def test_it_is_told_apart_and_never_gone_however_often_it_is_seen(name: str) -> None:
    given, state, reason = NEVER_GONE[name]

    told = story((0, SHOWN), *[(days, given) for days in (1, 3, 9, 40, 200)])

    assert {(one.state, one.reason) for one in told[1:]} == {(state, reason)}


@pytest.mark.parametrize("service", ["unknown", "x", "facebook", "instagram", "tiktok", "telegram"])
def test_no_words_of_a_page_alone_make_it_gone(service: str) -> None:
    signs = watch_of(service).signs
    words = " ".join(one.text for one in signs)

    told = story((0, SHOWN), (1, seen(text=words)), (9, seen(text=words)), signs=signs)

    assert {one.state for one in told[1:]} == {SeenState.UNKNOWN}


# --- what is there --------------------------------------------------------------------------


def test_a_post_that_quotes_sorry_is_still_there() -> None:
    (told,) = story((0, seen(item=ItemSeen.SHOWN, text=SORRY)))

    assert (told.state, told.reason) == (SeenState.THERE, "item-shown")


def test_the_questioned_picture_on_a_page_of_no_layout_is_there() -> None:
    (told,) = story((0, seen(picture=PictureSeen.SAME, distance_bits=6, text=SORRY)))

    assert (told.state, told.reason) == (SeenState.THERE, "picture-shown")
    assert ("distance-bits", "6") in [(one.name, one.value) for one in told.evidence]


def test_a_post_with_another_picture_is_altered() -> None:
    told = story((0, SHOWN), (1, seen(item=ItemSeen.SHOWN, picture=PictureSeen.OTHER)))

    assert (told[1].state, told[1].sign) == (SeenState.ALTERED, Sign.OTHER_PICTURE)


def test_a_page_of_no_layout_without_the_picture_says_nothing() -> None:
    (told,) = story((0, seen(picture=PictureSeen.OTHER)))

    assert told.state is SeenState.UNKNOWN


def test_the_service_s_own_box_counts_as_not_found() -> None:
    box = seen(item=ItemSeen.SAYS_NOT_FOUND)

    assert states(story((0, SHOWN), (1, box), (2.5, box)))[-1] is SeenState.GONE


def test_the_same_host_with_and_without_www_is_one() -> None:
    www = seen(404, final=ASKED.replace("https://", "https://www."))

    assert states(story((0, SHOWN), (1, www), (2.5, www)))[-1] is SeenState.GONE


def test_the_evidence_names_no_address_and_no_words() -> None:
    told = story(
        (0, seen(302, refused_lead="https://id.vi-du.example/login?ten=Hai")),
        (1, seen(200, text="Trần Thị Hải Âu")),
    )

    said = repr(told)
    assert ("vi-du" in said, "Hải" in said, THEN.isoformat() in said) == (False, False, False)
