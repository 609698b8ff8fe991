"""Eight places, each from the sighting to the plan, the letter, its time and what follows."""

from pathlib import Path

import pytest

from benban.errors import BenbanError, NoNoticeForStepError
from benban.model.remedy import NoticeState
from benban.model.routes import HostFacts, LinkTo, RegistryContact
from benban.model.sighting import AgeAnswers, Answer, SightingKind
from benban.wording import Language
from tests.path.worked import NOW, Walked, compare_with_kept, walked

Capsys = pytest.CaptureFixture[str]

TELEGRAM = "https://t.me/kenh_vi_du/55?comment=7"
X = "https://x.com/i/status/1234567890123456789"
FACEBOOK = "https://www.facebook.com/reel/1234567890"
INSTAGRAM = "https://www.instagram.com/p/CxYz12AbCdE/"
TIKTOK = "https://www.tiktok.com/@ten.vi.du/video/7123456789012345678"
YOUTUBE = "https://www.youtube.com/watch?v=AAAAAAAAAAA"
GOOGLE = "https://www.google.com/search?q=vi-du"
ZALO = "https://zalo.me/g/abcdef123"
FORUM = "https://dien-dan.vi-du.vn/chu-de/77/?trang=3#bai-9"

HOST = RegistryContact(
    name="Công ty Máy chủ Ví dụ", mails=("abuse@may-chu.example",), registry="rdap.apnic.net"
)
CARRIER = RegistryContact(
    name="Mạng trục Ví dụ", mails=("abuse@mang-truc.example",), registry="rdap.apnic.net"
)
FORUM_FACTS = HostFacts(
    host="dien-dan.vi-du.vn",
    looked_up_at=NOW,
    addresses=("113.160.1.9",),
    network="VI-DU-NET",
    network_abuse=HOST,
    upstream_abuse=CARRIER,
    missing=("name-registry",),
    asked=("rdap.apnic.net",),
)
EVERY_PLACE = {
    "telegram": TELEGRAM,
    "x": X,
    "facebook": FACEBOOK,
    "instagram": INSTAGRAM,
    "tiktok": TIKTOK,
    "youtube": YOUTUBE,
    "google-search": GOOGLE,
    "zalo": ZALO,
    "forum": FORUM,
}


@pytest.mark.parametrize("name", EVERY_PLACE)
def test_the_first_plan_reads_as_it_is_kept(name: str, tmp_path: Path, capsys: Capsys) -> None:
    with walked(tmp_path, EVERY_PLACE[name]) as walk:
        both = compare_with_kept(name, walk, capsys)

    for printed, kept in both.values():
        assert printed == kept


@pytest.mark.parametrize("kind", [one for one in SightingKind if one is not SightingKind.PUBLISHED])
def test_the_plan_for_each_other_kind_reads_as_it_is_kept(
    kind: SightingKind, tmp_path: Path, capsys: Capsys
) -> None:
    with walked(tmp_path, TELEGRAM, kind) as walk:
        both = compare_with_kept(f"telegram-{kind.value}", walk, capsys)

    for printed, kept in both.values():
        assert printed == kept


@pytest.mark.parametrize("name", ["telegram", "forum"])
def test_the_plan_for_somebody_under_18_reads_as_it_is_kept(
    name: str, tmp_path: Path, capsys: Capsys
) -> None:
    young = AgeAnswers(adult_now=Answer.NO, adult_in_picture=Answer.NO, nobody_doubts=Answer.YES)
    with walked(tmp_path, EVERY_PLACE[name], answers=young) as walk:
        walk.host(FORUM_FACTS)
        both = compare_with_kept(f"{name}-under-18", walk, capsys)

    for printed, kept in both.values():
        assert printed == kept


def _later(name: str, walk: Walked, capsys: Capsys) -> None:
    for printed, kept in compare_with_kept(f"{name}-later", walk, capsys).values():
        assert printed == kept


def _followed_up(walk: Walked, step_id: str, ticket: str) -> None:
    """Assert that the second letter quotes the first, and that a third comes only after a week."""
    second = walk.sent(step_id, Language.VI)
    assert (second.form, ticket in second.subject, ticket in second.body) == (
        "follow-up",
        True,
        True,
    )
    assert (second.deadline, walk.reason(step_id)) == (None, "already-asked")
    with pytest.raises(NoNoticeForStepError):
        walk.sent(step_id)
    walk.wait(7 * 24 + 1)
    walk.sent(step_id)
    walk.wait(7 * 24 + 1)
    assert walk.reason(step_id) == "asked-enough"


def test_telegram_names_no_time_so_it_is_reminded_after_three_days(
    tmp_path: Path, capsys: Capsys
) -> None:
    with walked(tmp_path, TELEGRAM) as walk:
        first = walk.sent("telegram-2")
        assert (first.recipient, first.deadline) == ("abuse@telegram.org", None)
        walk.wait(71)
        early = walk.reason("telegram-2")
        walk.wait(2)
        assert (early, walk.reason("telegram-2")) == ("already-asked", "no-answer")
        walk.answered(first, NoticeState.ACKNOWLEDGED, "TG-77")
        walk.wait(7 * 24)
        assert {"vn-abei", "vn-court", "cyber-police"} <= set(walk.ids())
        _later("telegram", walk, capsys)
        _followed_up(walk, "telegram-2", "TG-77")


def test_x_lets_48_hours_pass_and_the_office_of_the_decree_is_next(
    tmp_path: Path, capsys: Capsys
) -> None:
    with walked(tmp_path, X) as walk:
        first = walk.sent("vn-complaint", Language.VI)
        assert first.deadline is not None
        assert (first.deadline.hours, first.deadline.started_by) == (48, "person-complaint")
        walk.answered(first, NoticeState.ACKNOWLEDGED, "X-1")
        walk.wait(47)
        assert "vn-abei" not in walk.ids()
        walk.wait(2)
        assert walk.reason("vn-complaint") == "overdue"
        _later("x", walk, capsys)
        told = walk.sent("vn-abei", Language.VI)
        assert ("X-1" in told.body, told.deadline, told.follows) == (True, None, first.id)
        assert "24 giờ" not in told.body


def test_x_in_the_united_states_goes_to_the_commission_after_48_hours(tmp_path: Path) -> None:
    with walked(tmp_path, X) as walk:
        with pytest.raises(NoNoticeForStepError):
            walk.sent("x-3")
        walk.tie(LinkTo.UNITED_STATES)
        first = walk.sent("x-3")
        assert "United States" not in first.body
        walk.answered(first, NoticeState.ACKNOWLEDGED, "X-2")
        walk.wait(49)
        complaint = walk.sent("us-ftc")
        assert (complaint.recipient, "X-2" in complaint.body, complaint.deadline) == (
            "https://takeitdown.ftc.gov",
            True,
            None,
        )
        assert "I sent X (Twitter) a written request" in complaint.body
        _followed_up(walk, "x-3", "X-2")


@pytest.mark.parametrize(
    ("name", "address", "step_id"),
    [("facebook", FACEBOOK, "facebook-2"), ("instagram", INSTAGRAM, "instagram-2")],
)
def test_meta_refuses_and_the_same_text_is_not_sent_again_for_a_week(
    name: str, address: str, step_id: str, tmp_path: Path, capsys: Capsys
) -> None:
    with walked(tmp_path, address) as walk:
        first = walk.sent(step_id)
        walk.wait(20)
        walk.answered(first, NoticeState.REFUSED, "M-5")
        assert (walk.reason(step_id), "vn-abei" in walk.ids()) == ("already-asked", True)
        _later(name, walk, capsys)
        walk.wait(7 * 24 + 1)
        assert walk.reason(step_id) == "platform-form"


def test_tiktok_in_the_european_union_has_a_second_look_then_the_coordinator(
    tmp_path: Path, capsys: Capsys
) -> None:
    with walked(tmp_path, TIKTOK) as walk:
        walk.tie(LinkTo.EUROPEAN_UNION)
        first = walk.sent("eu-dsa")
        assert first.deadline is None
        walk.wait(30)
        walk.answered(first, NoticeState.REFUSED, "T-9")
        assert {"eu-dsa-complaint", "eu-dsa-body", "eu-dsc"} <= set(walk.ids())
        _later("tiktok", walk, capsys)
        again = walk.sent("eu-dsa-complaint")
        assert ("T-9" in again.subject, again.follows) == (True, first.id)


def test_youtube_in_india_is_complained_to_its_grievance_officer(
    tmp_path: Path, capsys: Capsys
) -> None:
    with walked(tmp_path, YOUTUBE) as walk:
        walk.tie(LinkTo.INDIA)
        first = walk.sent("in-grievance")
        assert first.deadline is not None
        assert (first.deadline.hours, first.deadline.started_by) == (2, "person-complaint")
        walk.wait(3)
        _later("youtube", walk, capsys)
        assert walk.sent("in-gac").recipient == "https://gac.gov.in"


def test_google_search_is_asked_beside_the_page_and_reminded(
    tmp_path: Path, capsys: Capsys
) -> None:
    with walked(tmp_path, GOOGLE) as walk:
        first = walk.sent("google_search-2")
        walk.answered(first, NoticeState.ACKNOWLEDGED, "7-0001")
        walk.wait(7 * 24 + 1)
        _later("google-search", walk, capsys)
        _followed_up(walk, "google_search-2", "7-0001")


def test_zalo_is_at_home_in_viet_nam_so_no_foreign_platforms_clock_is_claimed(
    tmp_path: Path, capsys: Capsys
) -> None:
    with walked(tmp_path, ZALO) as walk:
        first = walk.sent("zalo-2", Language.VI)
        assert first.deadline is None
        walk.wait(7 * 24 + 1)
        ids = set(walk.ids())
        assert ("vn-abei" in ids, "vn-complaint" in ids, "cyber-police" in ids) == (
            False,
            False,
            True,
        )
        _later("zalo", walk, capsys)


def test_an_unknown_forum_is_looked_up_then_its_host_then_the_network_above(
    tmp_path: Path, capsys: Capsys
) -> None:
    with walked(tmp_path, FORUM) as walk:
        assert walk.reason("host") == "host-lookup"
        walk.host(FORUM_FACTS)
        assert "host-upstream" not in walk.ids()
        first = walk.sent("host", Language.VI)
        assert (first.recipient, "#bai-9" in first.body) == ("abuse@may-chu.example", True)
        walk.wait(7 * 24 + 1)
        _later("forum", walk, capsys)
        assert walk.sent("host-upstream").recipient == "abuse@mang-truc.example"


def test_a_crime_report_without_a_result_goes_to_the_procuracy(tmp_path: Path) -> None:
    with walked(tmp_path, ZALO) as walk:
        first = walk.sent("vn_police-1", Language.VI)
        assert first.deadline is not None
        assert (first.deadline.hours, first.deadline.started_by) == (480, "report-received")
        walk.wait(480 + 1)
        complaint = walk.sent("procuracy", Language.VI)
        assert (complaint.recipient, complaint.follows) == ("Viện kiểm sát nhân dân", first.id)
        assert walk.ids()[-1] == "procuracy"


def test_what_was_removed_leads_nowhere_further(tmp_path: Path) -> None:
    with walked(tmp_path, X) as walk:
        first = walk.sent("vn-complaint")
        walk.answered(first, NoticeState.REMOVED)
        walk.wait(400)
        assert {"vn-abei", "vn-court", "cyber-police"}.isdisjoint(walk.ids())


def test_a_step_that_is_not_open_cannot_be_drafted(tmp_path: Path) -> None:
    with walked(tmp_path, X) as walk:
        for step_id in ("us-ftc", "eu-dsa", "in-grievance", "au-esafety", "us-dmca"):
            with pytest.raises(BenbanError):
                walk.sent(step_id)
