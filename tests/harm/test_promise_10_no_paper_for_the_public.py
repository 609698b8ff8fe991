"""DESIGN promise 10: accounts and names of others stand on no paper that goes to anybody else."""

import io
from pathlib import Path

import pikepdf
import pytest

from benban.casework.import_page import opened_page
from benban.casework.notify import draft_for_step
from benban.casework.view import ViewRequest, build_view
from benban.dossier.view import Audience, Edition, OwnAccount
from benban.model.exhibit import Exhibit
from benban.model.remedy import Notice
from benban.model.sighting import Answer
from benban.notices.draft import NoticeAnswers
from benban.remedies.plan import plan_removal
from benban.testing.clock import FakeClock
from benban.vault import CaseStore
from benban.wording import Language
from tests.harm.scenes import CATALOGUE, NOW, reported
from tests.harm.walk import Walk
from tests.unit.casework.saved import picture, save
from tests.unit.dossier.reading import text

# An account, a name and a number of somebody else, as they stand in what the person wrote.
OTHERS = "@ke_dang_bai_99 Lê Văn Ngỗng 0912345678"


def drafts(store: CaseStore, clock: FakeClock) -> list[Notice]:
    sighting = reported(store, clock, text=OTHERS)
    steps = plan_removal(sighting, store.case, CATALOGUE, NOW).steps
    return [
        draft_for_step(
            store,
            sighting,
            step.id,
            answers=NoticeAnswers(is_intimate=Answer.YES, is_speech=Answer.NO),
            language=language,
            catalogue=CATALOGUE,
            clock=clock,
        )
        for step in steps
        if step.notice_form
        for language in Language
    ]


def test_no_notice_and_no_paper_for_the_police_names_anybody_else(
    store: CaseStore, clock: FakeClock
) -> None:
    made = drafts(store, clock)

    assert (len(made) >= 4, {one.form for one in made} >= {"crime-report"}) == (True, True)
    assert [one.form for one in made if any(part in one.body for part in OTHERS.split())] == []


def test_letter_and_receipt_name_no_channel(walk: Walk) -> None:
    letter = text(Path(walk.leaving / "thu.pdf").read_bytes())
    receipt = Path(walk.leaving / "bien-nhan.txt").read_text(encoding="utf-8")

    assert ["kenh_vi_du" in one or "t.me" in one for one in (letter, receipt)] == [False, False]


def test_a_letter_holds_nothing_that_is_not_on_its_page(walk: Walk) -> None:
    with pikepdf.open(io.BytesIO(Path(walk.leaving / "thu.pdf").read_bytes())) as opened:
        attached = dict(opened.attachments)

    assert attached == {}


@pytest.mark.parametrize(("audience", "is_there"), [(one, one.may_name_others) for one in Audience])
def test_words_of_a_page_that_was_saved_are_for_a_lawyer_or_an_authority(
    store: CaseStore, clock: FakeClock, tmp_path: Path, audience: Audience, *, is_there: bool
) -> None:
    # What somebody saved may be a list of everybody's posts; no visit of one post it is.
    path = save(tmp_path, "mhtml", [picture(1)])
    with opened_page(store, reported(store, clock), path, clock) as page:
        page.keep([page.media[0].position])

    view = build_view(store, asked(audience), clock)

    words = [entry.text for entry in view.exhibits]
    assert any("Chữ trên trang" in one for one in words) is is_there


def test_what_was_saved_by_the_reporter_is_not_counted_as_a_visit(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = save(tmp_path, "mhtml", [picture(1)])
    with opened_page(store, reported(store, clock), path, clock) as page:
        page.keep([page.media[0].position])

    kept = store.all(Exhibit)

    assert [one.is_supplied for one in kept] == [True, True, True]


def asked(audience: Audience) -> ViewRequest:
    return ViewRequest(
        dossier_id="d",
        edition=Edition.READING,
        audience=audience,
        languages=(Language.VI,),
        exhibits=(),
        disclosure=None,
        with_comparison=False,
        own_account=OwnAccount(),
    )
