"""Papers from a case: for whom, with which facts, and what never stands in one."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from benban.casework.add_files import add_files
from benban.casework.allegations import allegations_of, keep_allegation
from benban.casework.consent import give_consent, withdraw_consent
from benban.casework.damage import DamageEntry, record_damage
from benban.casework.events import event
from benban.casework.originals import GivenFile
from benban.casework.paper_ledgers import days_of, limits_of
from benban.casework.papers import PaperRequest, make_paper, paper_document, paper_pdf
from benban.casework.take_in import SightingReport, take_in
from benban.dossier.view import Audience
from benban.errors import (
    ConsentMissingError,
    ExhibitMissingError,
    NothingToConcludeError,
    PaperAudienceError,
    PaperNotEditableError,
)
from benban.model.case import Capacity, Case
from benban.model.consent import ConsentPurpose
from benban.model.custody import EventKind
from benban.model.damage import DamageKind
from benban.model.exhibit import Capture, Counter, Exhibit
from benban.model.ids import ExhibitId, SightingId, new_capture_id, new_case_id
from benban.model.paper import Paper, PaperKind, PaperTable
from benban.model.post import FactState, Post, PostFact, PostFactName
from benban.model.sighting import Sighting, SightingKind
from benban.notices.paper_facts import Person
from benban.remedies import packaged_catalogue, parse_address
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore, Vault
from benban.wording import Language
from tests.unit.dossier.reading import squeezed, text
from tests.unit.notices.test_papers import lines

from .conftest import ADULT, MAYBE_MINOR

CATALOGUE = packaged_catalogue()
PLACE = "https://t.me/kenh_vi_du/5?single"
SEEN_AT = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
OFFICE = "Công an phường Ví Dụ"
PERSON = Person(name="Nguyễn Ví Dụ", id_number="001198000000", residence="Số 1, đường Ví Dụ")
ACCOUNT = "@tai_khoan_dang"
AUTHORITY_PAPERS = [kind for kind in PaperKind if not kind.is_own]


def reported(store: CaseStore, clock: FakeClock, *, answers: object = ADULT) -> Sighting:
    report = SightingReport(
        address=parse_address(PLACE, CATALOGUE),
        kind=SightingKind.PUBLISHED,
        answers=answers,  # type: ignore[arg-type]
        text="Lời riêng của người báo 0912345678",
        seen_at=SEEN_AT,
    )
    return take_in(store, report, clock).sighting


def elsewhere(store: CaseStore, clock: FakeClock, kind: SightingKind, **said: object) -> Sighting:
    report = SightingReport(
        address=parse_address("https://noi-khac.example/9", CATALOGUE),
        kind=kind,
        answers=ADULT,
        text="",
    )
    return take_in(store, replace(report, **said), clock).sighting  # type: ignore[arg-type]


def kept(store: CaseStore, sighting: Sighting, clock: FakeClock, number: int = 1) -> Exhibit:
    file = GivenFile(stream=io.BytesIO(draw_feed_picture(number)), name=f"{number}.jpg")
    (exhibit,) = add_files(store, sighting, [file], clock)
    return exhibit


def visited(
    store: CaseStore,
    sighting: SightingId,
    clock: FakeClock,
    *,
    account: str = ACCOUNT,
    posted_at: str = "2026-11-19T23:30:00+00:00",
) -> Capture:
    """Record a visit that showed an account, a time and a counter."""
    facts = {
        PostFactName.ACCOUNT: account,
        PostFactName.ACCOUNT_ID: "99887766",
        PostFactName.CHANNEL: "Kênh Ví Dụ",
        PostFactName.POSTED_AT: posted_at,
    }
    capture = Capture(
        id=new_capture_id(),
        sighting_id=sighting,
        requested_address=PLACE,
        final_address=PLACE,
        redirects=(),
        status=200,
        title="",
        started_at=SEEN_AT,
        ended_at=SEEN_AT,
        started_monotonic_ns=0,
        ended_monotonic_ns=1,
        local_utc_offset_s=0,
        browser=None,
        connections=(),
        steps=(),
        missing=(),
        withheld=(),
        counters=(
            Counter(name="members", text="2 104 thành viên", value=2104, observed_at=SEEN_AT),
        ),
        exhibits=(),
        post=Post(
            layout="telegram/1",
            observed_at=SEEN_AT,
            facts=tuple(
                PostFact(name=name, state=FactState.READ, shown=value, value=value)
                for name, value in facts.items()
            ),
        ),
    )
    store.record(event(EventKind.CAPTURED, capture.id), save=[capture])
    return capture


def request(kind: PaperKind, **changes: object) -> PaperRequest:
    asked = PaperRequest(kind=kind, audience=Audience.AUTHORITY, addressee=OFFICE, person=PERSON)
    return replace(asked, **changes)  # type: ignore[arg-type]


def made(store: CaseStore, clock: FakeClock, kind: PaperKind, **changes: object) -> Paper:
    return make_paper(store, request(kind, **changes), CATALOGUE, clock)


@pytest.mark.parametrize("kind", PaperKind)
@pytest.mark.parametrize("answers", [ADULT, MAYBE_MINOR], ids=["adult", "maybe-minor"])
def test_every_paper_is_set_with_all_its_words(
    store: CaseStore, clock: FakeClock, kind: PaperKind, answers: object
) -> None:
    sighting = reported(store, clock, answers=answers)
    visited(store, sighting.id, clock)
    paper = made(store, clock, kind)

    said = text(paper_pdf(paper, clock))

    missing = [
        one for one in lines(paper) for part in one.split("___") if squeezed(part) not in said
    ]
    assert missing == []


@pytest.mark.parametrize("kind", AUTHORITY_PAPERS)
@pytest.mark.parametrize("audience", [Audience.MYSELF, Audience.SUPPORT])
def test_a_paper_is_for_a_lawyer_or_an_authority(
    store: CaseStore, clock: FakeClock, kind: PaperKind, audience: Audience
) -> None:
    reported(store, clock)

    with pytest.raises(PaperAudienceError):
        made(store, clock, kind, audience=audience)


@pytest.mark.parametrize("kind", [kind for kind in PaperKind if kind.is_own])
def test_a_record_of_ones_own_names_no_account(
    store: CaseStore, clock: FakeClock, kind: PaperKind
) -> None:
    visited(store, reported(store, clock).id, clock)

    paper = made(store, clock, kind, audience=Audience.MYSELF)

    assert [one for one in lines(paper) if "t.me" in one or ACCOUNT in one] == []
    assert paper.is_official is False


def test_addresses_accounts_and_counters_stand_in_the_report(
    store: CaseStore, clock: FakeClock
) -> None:
    visited(store, reported(store, clock).id, clock)

    said = lines(made(store, clock, PaperKind.CRIME_REPORT))

    assert {PLACE, ACCOUNT, "99887766", "Kênh Ví Dụ", "2 104 thành viên"} <= set(said)
    assert "21/11/2026 01:30:00 (UTC+7)" in said


@pytest.mark.parametrize("kind", PaperKind)
def test_whoever_only_talks_about_it_is_no_account_that_posted(
    store: CaseStore, clock: FakeClock, kind: PaperKind
) -> None:
    visited(store, reported(store, clock).id, clock)
    talk = elsewhere(store, clock, SightingKind.TALK_ABOUT_IT)
    visited(store, talk.id, clock, account="@nguoi_ke_lai")

    said = lines(made(store, clock, kind))

    assert [one for one in said if "@nguoi_ke_lai" in one] == []
    # What was captured and what is listed has its place; a demand or a report has not.
    names_the_place = any("noi-khac" in one for one in said)
    assert names_the_place is (kind in {PaperKind.INVENTORY, PaperKind.CAPTURE_STATEMENT})


@pytest.mark.parametrize(
    ("kind", "is_there"),
    [
        (PaperKind.CRIME_REPORT, True),
        (PaperKind.REMOVAL_DEMAND, False),
        (PaperKind.PROSECUTION_REQUEST, False),
        (PaperKind.REACH, False),
    ],
)
def test_only_where_content_stood_or_was_threatened_is_called_so(
    store: CaseStore, clock: FakeClock, kind: PaperKind, *, is_there: bool
) -> None:
    reported(store, clock)
    elsewhere(store, clock, SightingKind.IMPERSONATION)

    said = lines(made(store, clock, kind))

    assert any("noi-khac" in one for one in said) is is_there


def test_a_statement_about_nothing_kept_speaks_of_no_data(
    store: CaseStore, clock: FakeClock
) -> None:
    sighting = reported(store, clock)
    before = "\n".join(lines(made(store, clock, PaperKind.CAPTURE_STATEMENT)))
    kept(store, sighting, clock)
    after = "\n".join(lines(made(store, clock, PaperKind.CAPTURE_STATEMENT)))

    assert ["tự cung cấp" in one for one in (before, after)] == [False, True]


@pytest.mark.parametrize("kind", [PaperKind.CONFIDENTIALITY, PaperKind.CAPTURE_STATEMENT])
def test_what_happened_is_no_wish_and_no_remark(
    store: CaseStore, clock: FakeClock, kind: PaperKind
) -> None:
    reported(store, clock)
    typed = {"story": "Việc đã xảy ra.", "remark": "Xin gặp một mình."}
    said = "\n".join(lines(made(store, clock, kind, typed=typed)))

    assert [one in said for one in typed.values()] == [False, True]


def test_a_demand_to_remove_names_no_place_without_an_address(
    store: CaseStore, clock: FakeClock
) -> None:
    reported(store, clock)
    threat = elsewhere(store, clock, SightingKind.THREATENED, address=None, text="dọa đăng")

    demand = made(store, clock, PaperKind.REMOVAL_DEMAND)
    report = made(store, clock, PaperKind.CRIME_REPORT)

    assert threat.address is None
    unknown = [any("chưa ghi được địa chỉ" in one for one in lines(it)) for it in (demand, report)]
    assert unknown == [False, True]


def test_a_report_of_which_nothing_is_kept_claims_nothing(
    store: CaseStore, clock: FakeClock
) -> None:
    sighting = reported(store, clock)
    before = "\n".join(lines(made(store, clock, PaperKind.CRIME_REPORT)))
    kept(store, sighting, clock)
    after = "\n".join(lines(made(store, clock, PaperKind.CRIME_REPORT)))

    claims = [
        ("niêm phong bằng mã hóa" in one, "chưa có mục dữ liệu" in one) for one in (before, after)
    ]
    assert claims == [(False, True), (True, False)]


def test_what_the_person_wrote_about_a_place_stays_in_the_vault(
    store: CaseStore, clock: FakeClock
) -> None:
    reported(store, clock)

    papers = [made(store, clock, kind) for kind in PaperKind]

    assert [one.kind for one in papers if "0912345678" in "".join(lines(one))] == []


def test_the_inventory_has_digest_size_and_entry_of_what_was_chosen_and_of_nothing_else(
    store: CaseStore, clock: FakeClock
) -> None:
    sighting = reported(store, clock)
    chosen, other = kept(store, sighting, clock, 1), kept(store, sighting, clock, 2)

    said = lines(made(store, clock, PaperKind.INVENTORY, exhibits=(chosen.id,)))

    assert (chosen.sha256.hex in said, other.sha256.hex in said) == (True, False)
    (position,) = [
        one.position
        for one in store.events()
        if one.kind is EventKind.ADOPTED and one.subject == chosen.id
    ]
    assert str(position + 1) in said


def test_where_somebody_may_be_under_18_no_digest_of_a_picture_is_listed(
    store: CaseStore, clock: FakeClock
) -> None:
    adult = reported(store, clock)
    exhibit = kept(store, adult, clock)
    report = SightingReport(
        address=parse_address("https://t.me/kenh_vi_du/6", CATALOGUE),
        kind=SightingKind.PUBLISHED,
        answers=MAYBE_MINOR,
        text="",
    )
    take_in(store, report, clock)

    papers = {kind: "\n".join(lines(made(store, clock, kind))) for kind in PaperKind}

    assert [kind for kind, said in papers.items() if exhibit.sha256.hex in said] == []
    assert "không có mã băm của hình ảnh" in papers[PaperKind.INVENTORY]
    assert "Không có hình ảnh và không có mã băm" in papers[PaperKind.CRIME_REPORT]


def test_an_exhibit_of_another_case_is_refused(store: CaseStore, clock: FakeClock) -> None:
    reported(store, clock)

    with pytest.raises(ExhibitMissingError):
        made(store, clock, PaperKind.INVENTORY, exhibits=(ExhibitId("exh-0000"),))


def test_a_case_without_a_published_or_threatened_place_gives_no_paper(
    store: CaseStore, clock: FakeClock
) -> None:
    report = SightingReport(
        address=None, kind=SightingKind.TALK_ABOUT_IT, answers=ADULT, text="Tôi nghe nói."
    )
    take_in(store, report, clock)

    with pytest.raises(NothingToConcludeError):
        made(store, clock, PaperKind.CRIME_REPORT)


def test_personal_details_are_in_the_paper_and_nowhere_in_the_vault(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    reported(store, clock)

    paper = made(store, clock, PaperKind.CRIME_REPORT)

    assert "Số căn cước: 001198000000" in lines(paper)
    values = [field.value for one in store.events() for field in one.fields]
    assert [one for one in values if "001198000000" in one or "Số 1, đường" in one] == []
    assert list(tmp_path.rglob("*001198*")) == []


def test_the_log_says_which_paper_was_made_for_whom(store: CaseStore, clock: FakeClock) -> None:
    exhibit = kept(store, reported(store, clock), clock)

    made(store, clock, PaperKind.INVENTORY)

    entry = store.events()[-1]
    fields = {one.name: (one.value, one.is_sensitive) for one in entry.fields}
    assert entry.kind is EventKind.PAPER_WRITTEN
    assert fields == {
        "paper": ("inventory", False),
        "audience": ("authority", False),
        "recipient": (OFFICE, True),
        "included": (exhibit.id, True),
    }


def test_the_log_names_no_picture_that_a_paper_left_out(store: CaseStore, clock: FakeClock) -> None:
    kept(store, reported(store, clock), clock)
    elsewhere(store, clock, SightingKind.PUBLISHED, answers=MAYBE_MINOR)

    made(store, clock, PaperKind.INVENTORY)

    fields = {one.name: one.value for one in store.events()[-1].fields}
    assert fields["included"] == ""


def test_hidden_letters_of_a_name_are_seen(store: CaseStore, clock: FakeClock) -> None:
    reported(store, clock)

    said = lines(made(store, clock, PaperKind.CRIME_REPORT, person=Person(name="an\u202eab\u200b")))

    assert "Tôi tên là: an[U+202E]ab[U+200B]" in said


@pytest.mark.parametrize("kind", PaperKind)
def test_only_the_two_requests_are_text_documents(
    store: CaseStore, clock: FakeClock, kind: PaperKind
) -> None:
    reported(store, clock)
    paper = made(store, clock, kind)

    if kind in {PaperKind.CRIME_REPORT, PaperKind.PROSECUTION_REQUEST}:
        with zipfile.ZipFile(io.BytesIO(paper_document(paper, clock))) as opened:
            assert opened.testzip() is None
    else:
        with pytest.raises(PaperNotEditableError):
            paper_document(paper, clock)


def test_the_request_to_prosecute_warns_that_it_cannot_be_made_twice(
    store: CaseStore, clock: FakeClock
) -> None:
    reported(store, clock)

    paper = made(store, clock, PaperKind.PROSECUTION_REQUEST)

    assert any("không được yêu cầu lại" in one and "Điều 155" in one for one in paper.note)


def test_the_ledger_of_damage_has_its_sum_and_its_receipts(
    store: CaseStore, clock: FakeClock
) -> None:
    exhibit = kept(store, reported(store, clock), clock)
    for amount, receipt in ((1_500_000, exhibit.id), (200_000, None)):
        entry = DamageEntry(
            on=date(2026, 11, 21),
            kind=DamageKind.COST,
            what="Phí lập vi bằng",
            amount_vnd=amount,
            receipt=receipt,
        )
        record_damage(store, entry, clock)

    said = lines(made(store, clock, PaperKind.DAMAGE))

    assert "Tổng cộng: 1.700.000 đồng." in said
    assert {"1.500.000", "200.000", "E1", "–"} <= set(said)


def test_allegations_stand_in_their_annex_alone(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    reported(store, clock)
    keep_allegation(vault, store, "Tôi nghi người cũ.", clock)
    opened = allegations_of(vault, store)

    papers = [
        make_paper(store, request(kind), CATALOGUE, clock, allegations=opened) for kind in PaperKind
    ]

    holding = [one.kind for one in papers if "Tôi nghi người cũ." in lines(one)]
    assert holding == [PaperKind.ALLEGATIONS]


@pytest.mark.parametrize("kind", AUTHORITY_PAPERS)
def test_whoever_acts_for_somebody_needs_their_yes_for_this_office(
    vault: Vault, clock: FakeClock, kind: PaperKind
) -> None:
    case = Case(
        id=new_case_id(),
        title="",
        language=Language.VI,
        capacity=Capacity.ORGANISATION,
        opened_at=clock.now(),
    )
    with vault.create_case(case) as store:
        reported(store, clock)
        with pytest.raises(ConsentMissingError):
            made(store, clock, kind)
        given = give_consent(
            store,
            ConsentPurpose.PAPERS,
            f"  {OFFICE.upper()} ",
            language=Language.VI,
            is_agreed=True,
            clock=clock,
        )
        assert made(store, clock, kind).kind is kind
        with pytest.raises(ConsentMissingError):
            made(store, clock, kind, addressee="Công an phường Khác")
        withdraw_consent(store, given.id, clock)
        with pytest.raises(ConsentMissingError):
            made(store, clock, kind)


def test_the_day_a_page_shows_is_the_day_of_the_act_in_viet_nams_time(
    store: CaseStore, clock: FakeClock
) -> None:
    sighting = reported(store, clock)
    seen_only = days_of(store.all(Sighting), ())
    visited(store, sighting.id, clock)

    shown = days_of(store.all(Sighting), store.all(Capture))

    assert (seen_only.act_on, seen_only.shown_on) == (date(2026, 11, 21), frozenset())
    # 23:30 UTC is the next day in Viet Nam.
    assert (shown.act_on, shown.shown_on) == (date(2026, 11, 20), frozenset({date(2026, 11, 20)}))
    assert shown.known_on == (SEEN_AT + timedelta(hours=7)).date()


def test_the_day_of_another_page_starts_no_time_and_picks_no_rule(
    store: CaseStore, clock: FakeClock
) -> None:
    visited(store, reported(store, clock).id, clock)
    service = elsewhere(store, clock, SightingKind.THE_SERVICE_ITSELF)
    visited(store, service.id, clock, posted_at="2021-03-01T00:00:00+00:00")

    days = days_of(store.all(Sighting), store.all(Capture))

    assert (days.acts_on, days.shown_on) == ((date(2026, 11, 20),), frozenset({date(2026, 11, 20)}))
    said = lines(made(store, clock, PaperKind.CRIME_REPORT))
    assert any("Nghị định 330/2026" in one for one in said)


def test_each_place_has_its_own_day_and_what_was_reported_was_known(
    store: CaseStore, clock: FakeClock
) -> None:
    first = elsewhere(store, clock, SightingKind.PUBLISHED)
    clock.advance(40 * 86400)
    later = date(2026, 12, 24)
    elsewhere(
        store,
        clock,
        SightingKind.PUBLISHED,
        address=parse_address(PLACE, CATALOGUE),
        act_on=later,
    )

    days = days_of(store.all(Sighting), ())

    assert (days.acts_on, days.shown_on) == ((later,), frozenset())
    assert days.known_on == (first.reported_at + timedelta(hours=7)).date()


@pytest.mark.parametrize("shown", ["0001-01-01T00:00:00+09:00", "9999-12-31T23:59:59Z", "hôm qua"])
def test_a_page_that_shows_no_day_that_can_be_gives_none(
    store: CaseStore, clock: FakeClock, shown: str
) -> None:
    visited(store, reported(store, clock).id, clock, posted_at=shown)

    days = days_of(store.all(Sighting), store.all(Capture))

    assert (days.act_on, days.shown_on) == (date(2026, 11, 21), frozenset())
    assert made(store, clock, PaperKind.CRIME_REPORT).kind is PaperKind.CRIME_REPORT


def test_a_paper_bears_the_day_in_viet_nam(store: CaseStore, clock: FakeClock) -> None:
    reported(store, clock)
    late = FakeClock(datetime(2026, 12, 31, 18, tzinfo=UTC))

    assert made(store, late, PaperKind.CRIME_REPORT).made_on == date(2027, 1, 1)


def test_a_later_act_has_the_limits_whose_rules_did_not_judge_the_first(
    store: CaseStore, clock: FakeClock
) -> None:
    elsewhere(store, clock, SightingKind.PUBLISHED, act_on=date(2026, 3, 1))
    visited(store, reported(store, clock).id, clock)

    limits = {one.id: one for one in limits_of(store, CATALOGUE)}

    # Fines and logs stand in decrees of August 2026; the crime runs from the first act.
    assert (limits["fine"].starts_on, limits["fine"].is_start_sure) == (date(2026, 11, 20), True)
    assert (limits["crime"].starts_on, limits["crime"].is_start_sure) == (date(2026, 3, 1), False)


def test_the_time_limits_name_start_and_end(store: CaseStore, clock: FakeClock) -> None:
    visited(store, reported(store, clock).id, clock)

    paper = made(store, clock, PaperKind.TIME_LIMITS)

    (table,) = [part for part in paper.parts if isinstance(part, PaperTable)]
    rows = [["".join(piece.text for piece in cell) for cell in row] for row in table.rows]
    ends = {row[0].partition(" (")[0].partition(",")[0]: row[4] for row in rows}
    assert ends == {
        "Xử phạt vi phạm hành chính": "20/11/2027",
        "Nhật ký hệ thống của doanh nghiệp": "20/11/2027",
        "Nhật ký của mạng xã hội trong nước": "20/11/2028",
        "Khởi kiện đòi bồi thường thiệt hại": "21/11/2029",
        "Truy cứu trách nhiệm hình sự": "20/11/2031",
    }
    assert "đối chiếu lần cuối" in paper.review
