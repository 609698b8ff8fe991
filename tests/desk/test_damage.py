"""What it cost: written down, nothing chosen beforehand, taken out by one click."""

import io

import pytest
from playwright.sync_api import Page

from benban.casework.add_files import add_files
from benban.casework.damage import ledger
from benban.casework.originals import GivenFile
from benban.model.custody import EventKind
from benban.model.damage import Damage, DamageKind
from benban.model.sighting import Sighting
from benban.testing.pictures import draw_feed_picture
from tests.desk.rig import Running

ENTRY = {"on": "2026-11-20", "what": "Phí lập vi bằng", "amount": "1.500.000", "kind": "cost"}


def _ledger(desk: Running, case: str) -> tuple[Damage, ...]:
    with desk.desk.case(case.removeprefix("/c/")) as store:
        return ledger(store)


def test_a_person_writes_down_what_it_cost_and_takes_out_a_mistake(
    phone: Page, closed_desk: Running
) -> None:
    closed_desk.enter()
    case = closed_desk.begin()
    phone.goto(f"{closed_desk.place.origin}{case}")
    phone.click("text=What it cost you")
    assert phone.locator("main input:checked").count() == 0
    for name in ("on", "what", "amount"):
        phone.fill(f"input[name={name}]", ENTRY[name])
    phone.check("input[name=kind][value=cost]")
    phone.click("text=Write it down >> nth=-1")
    (kept,) = _ledger(closed_desk, case)
    said = phone.inner_text("main")
    phone.click("text=Take out")

    assert (kept.amount_vnd, kept.what, kept.kind) == (
        1_500_000,
        "Phí lập vi bằng",
        DamageKind.COST,
    )
    assert ("20/11/2026, 1.500.000 đ" in said, "Sum: 1.500.000 đ" in said) == (True, True)
    assert _ledger(closed_desk, case) == ()
    with closed_desk.desk.case(case.removeprefix("/c/")) as store:
        assert store.events()[-1].kind is EventKind.DAMAGE_REMOVED


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"on": ""}, "BB-014"),
        ({"what": ""}, "BB-014"),
        ({"amount": ""}, "BB-014"),
        ({"kind": ""}, "BB-014"),
        ({"kind": "worst"}, "BB-014"),
        ({"on": "20/11/2026"}, "BB-654"),
        ({"on": "2999-01-01"}, "BB-654"),
        ({"amount": "1,5"}, "BB-654"),
        ({"amount": "0"}, "BB-654"),
        ({"receipt": "exh-00"}, "BB-104"),
    ],
    ids=lambda one: "-".join(one.values()) if isinstance(one, dict) else one,
)
def test_what_is_no_entry_comes_back_with_what_was_typed(
    desk: Running, wrong: dict[str, str], code: str
) -> None:
    case = desk.begin()

    answer = desk.post(f"{case}/damage", **(ENTRY | wrong))

    assert (answer.status_code, code in answer.text) == (400, True)
    kept = "1.500.000" if "what" in wrong else "Phí lập vi bằng"
    assert f'value="{kept}"' in answer.text
    assert _ledger(desk, case) == ()


def test_a_receipt_that_is_kept_is_named_beside_what_it_shows(desk: Running) -> None:
    case = desk.begin()
    with desk.desk.case(case.removeprefix("/c/")) as store:
        (place,) = store.all(Sighting)
        file = GivenFile(stream=io.BytesIO(draw_feed_picture(1)), name="hoa-don.jpg")
        (exhibit,) = add_files(store, place, [file], desk.desk.clock)

    desk.post(f"{case}/damage", **(ENTRY | {"receipt": str(exhibit.id)}))

    assert [one.receipt for one in _ledger(desk, case)] == [exhibit.id]
    assert "A receipt is kept:" in desk.text(f"{case}/damage")


def test_what_is_half_written_is_there_after_a_lock_and_gone_once_kept(desk: Running) -> None:
    case = desk.begin()
    name = f"case.{case.removeprefix('/c/')}.damage"
    desk.desk.drafts.keep(name, {"what": "Nghỉ làm hai ngày"})
    before = desk.text(f"{case}/damage"), desk.get(f"{case}/damage").text
    desk.post(f"{case}/damage", **ENTRY)

    assert 'value="Nghỉ làm hai ngày"' in before[1]
    assert desk.desk.drafts.get(name) == {}


def test_an_entry_is_escaped_and_stays_out_of_the_page_of_the_case(desk: Running) -> None:
    case = desk.begin()
    desk.post(f"{case}/damage", **(ENTRY | {"what": "<b>khám</b>"}))

    assert "&lt;b&gt;khám&lt;/b&gt;" in desk.get(f"{case}/damage").text
    assert "khám" not in desk.get(case).text
