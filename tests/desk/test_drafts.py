"""What is half written goes with its case, and leaves no name behind when it was sent."""

from benban.casework.consent import give_consent
from benban.model.case import Capacity, Case
from benban.model.consent import ConsentPurpose
from benban.model.ids import new_case_id
from benban.wording import Language
from tests.desk.rig import ADULT, PASSPHRASE, Running


def _settings(desk: Running) -> list[str]:
    rows = desk.desk.vault.entered.index.database.rows("SELECT name FROM settings")
    return [str(name) for (name,) in rows]


def test_a_destroyed_case_takes_its_drafts_with_it_and_no_other_case_s(desk: Running) -> None:
    first, second = desk.begin(), desk.begin()
    for case in (first, second):
        desk.client.post(f"/draft/case.{case.removeprefix('/c/')}.link", data={"seen_on": "nhóm"})

    desk.desk.let_go(first.removeprefix("/c/"))
    desk.desk.vault.shred_case(desk.desk.vault.case_ids()[0])

    ids = [case.removeprefix("/c/") for case in (first, second)]
    assert [any(one in name for name in _settings(desk)) for one in ids] == [False, True]


def test_a_draft_that_was_sent_leaves_not_even_its_name(desk: Running) -> None:
    case = desk.begin()
    desk.client.post(f"/draft/case.{case.removeprefix('/c/')}.link", data={"seen_on": "nhóm"})

    desk.post(f"{case}/add/link", kind="published", seen_on="nhóm A")

    assert [name for name in _settings(desk) if "draft" in name] == []


def test_consent_is_asked_before_a_dossier_is_looked_at(desk: Running, tmp_path: object) -> None:
    desk.post("/where", where="here")
    desk.post("/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
    made = Case(
        id=new_case_id(),
        title="",
        language=Language.EN,
        capacity=Capacity.LAWYER,
        opened_at=desk.desk.clock.now(),
    )
    desk.desk.vault.create_case(made).close()
    case = f"/c/{made.id}"
    age = desk.post(f"{case}/add/link", kind="published", seen_on="nhóm").headers["location"]
    desk.post(age, **ADULT)
    wish = {"for": "support", "which": "all", "languages": "en", "stamp": "no"}
    wish |= {"folder": str(tmp_path), "recipient": "Nhà bình yên"}

    refused = desk.post(f"{case}/dossier/preview", **wish)

    assert (refused.status_code, "BB-651" in refused.text) == (400, True)
    with desk.desk.case(made.id) as store:
        give_consent(
            store,
            ConsentPurpose.DOSSIER,
            "Nhà bình yên",
            language=Language.EN,
            is_agreed=True,
            clock=desk.desk.clock,
        )
    assert desk.post(f"{case}/dossier/preview", **wish).status_code == 200
