"""What each may do in a shared vault, and what a changed disk does not achieve."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from benban.errors import (
    BenbanError,
    CaseMissingError,
    ColleagueKeyChangedError,
    LastAdministratorError,
    LastHolderError,
    NameTakenError,
    NotCaseworkerError,
    OnlyHolderError,
    RoleRefusedError,
    TriedTooSoonError,
    VaultNotSharedError,
    VaultSharedError,
    WrongPassphraseError,
)
from benban.model.custody import EventKind
from benban.model.people import Role
from benban.outside.platforms import ThisPlatform
from benban.vault import SharedVault, Vault, back_up, check_vault, require_passphrase, restore
from benban.vault.keys import fresh_key, user_public_key
from benban.vault.plain_files import summed
from tests.unit.vault.keeping import (
    CHEAP,
    PASSPHRASE,
    a_case,
    an_event,
    failures,
    laid,
    opened,
)
from tests.unit.vault.several import (
    ADMINISTRATOR,
    compared,
    held,
    joined,
    made,
    me,
    phrase_of,
    shared_with,
)


@pytest.fixture
def both(folder: Path) -> Iterator[tuple[SharedVault, Vault]]:
    shared, admin = made(folder)
    with shared:
        yield shared, admin


def test_roles_are_kept_by_the_vault_itself(both: tuple[SharedVault, Vault]) -> None:
    shared, admin = both
    an = joined(shared, admin, "An")
    auditor = joined(shared, admin, "Kiểm", Role.AUDITOR)
    assert admin.audit is not None
    assert auditor.audit is not None
    audit = admin.audit
    refused = 0
    for act in (
        lambda: admin.create_case(a_case()),
        lambda: auditor.create_case(a_case()),
        lambda: an.invite("Ba", Role.CASEWORKER, CHEAP),
        lambda: an.end_access(me(auditor).user_id),
        lambda: an.set_setting("stamp-authorities", b"x"),
        lambda: admin.invite("Ba", Role.PERSON, CHEAP),
        audit.entries,
    ):
        with pytest.raises(RoleRefusedError):
            act()
        refused += 1
    admin.set_setting("stamp-authorities", b"x")

    assert (refused, an.setting("stamp-authorities")) == (7, b"x")
    assert {one.what for one in auditor.audit.entries()} >= {"people/invited", "people/entered/0"}


def test_a_key_that_was_exchanged_is_refused_until_it_was_compared(
    both: tuple[SharedVault, Vault],
) -> None:
    shared, admin = both
    an, binh = joined(shared, admin, "An"), joined(shared, admin, "Bình")
    first, second = (an.create_case(a_case()).case.id for _ in range(2))
    shared_with(an, first, binh)
    forged = user_public_key(fresh_key())
    read_out = binh.key_numbers(me(binh).user_id)
    seen = an.key_numbers(me(binh).user_id)
    admin.entered.index.database.execute(
        "UPDATE users SET public_key = ? WHERE user_id = ?", (forged, me(binh).user_id)
    )
    with pytest.raises(ColleagueKeyChangedError):
        an.share_case(second, me(binh).user_id)

    assert seen == read_out != an.key_numbers(me(binh).user_id)
    assert binh.key_numbers(me(binh).user_id) == read_out
    with pytest.raises(ColleagueKeyChangedError):
        # What was shown and compared is not what is read now.
        an.confirm_key(me(binh).user_id, seen)
    assert not an.is_key_confirmed(me(binh).user_id)
    an.confirm_key(me(binh).user_id, an.key_numbers(me(binh).user_id))
    an.share_case(second, me(binh).user_id)


def test_a_key_that_nobody_compared_or_whose_pin_was_taken_away_is_refused(
    both: tuple[SharedVault, Vault],
) -> None:
    shared, admin = both
    an, binh = joined(shared, admin, "An"), joined(shared, admin, "Bình")
    case_id = an.create_case(a_case()).case.id
    with pytest.raises(ColleagueKeyChangedError):
        an.share_case(case_id, me(binh).user_id)
    compared(an, binh)
    assert an.is_key_confirmed(me(binh).user_id)
    # Whoever has the disk and the vault's key takes the pins away.
    admin.entered.index.drop_settings_below(f"person/{me(an).user_id}/")
    with pytest.raises(ColleagueKeyChangedError):
        an.share_case(case_id, me(binh).user_id)

    assert binh.case_ids() == ()


def test_somebody_invited_again_under_the_same_name_is_compared_again(
    both: tuple[SharedVault, Vault],
) -> None:
    shared, admin = both
    an, binh = joined(shared, admin, "An"), joined(shared, admin, "Bình")
    case_id = an.create_case(a_case()).case.id
    shared_with(an, case_id, binh)
    admin.end_access(me(binh).user_id)
    other = joined(shared, admin, "Bình")
    with pytest.raises(ColleagueKeyChangedError):
        an.share_case(case_id, me(other).user_id)

    assert other.case_ids() == ()


def test_the_last_holder_stays(both: tuple[SharedVault, Vault]) -> None:
    shared, admin = both
    an, binh = joined(shared, admin, "An"), joined(shared, admin, "Bình")
    case_id = an.create_case(a_case()).case.id
    with pytest.raises(LastHolderError):
        an.leave_case(case_id, me(an).user_id)
    with pytest.raises(OnlyHolderError):
        admin.end_access(me(an).user_id)
    shared_with(an, case_id, binh)
    # A key file that is gone holds no case: whoever has it is no holder to rely on.
    key = an.entered.folder.key(case_id, me(binh).user_id)
    kept = key.read_bytes()
    key.unlink()
    with pytest.raises(LastHolderError):
        an.leave_case(case_id, me(an).user_id)
    key.write_bytes(kept)
    an.leave_case(case_id, me(an).user_id)

    assert (an.case_ids(), binh.case_ids()) == ((), (case_id,))
    with pytest.raises(CaseMissingError):
        an.holders(case_id)


def test_whoever_leaves_a_case_has_it_open_no_more(both: tuple[SharedVault, Vault]) -> None:
    shared, admin = both
    an, binh = joined(shared, admin, "An"), joined(shared, admin, "Bình")
    store = an.create_case(a_case())
    shared_with(an, store.case.id, binh)
    his = binh.open_case(store.case.id)
    an.leave_case(store.case.id, me(binh).user_id)
    with pytest.raises(CaseMissingError):
        his.record(an_event(EventKind.PLANNED))
    store.record(an_event(EventKind.PLANNED))
    store.close()
    his.close()

    assert not list(an.entered.folder.keys.glob(f"*{me(binh).user_id}.json"))[1:]


def test_a_case_that_a_colleague_destroyed_is_missing_for_who_has_it_open_and_that_is_noted(
    both: tuple[SharedVault, Vault],
) -> None:
    shared, admin = both
    an, binh = joined(shared, admin, "An"), joined(shared, admin, "Bình")
    auditor = joined(shared, admin, "Kiểm", Role.AUDITOR)
    case_id = an.create_case(a_case()).case.id
    shared_with(an, case_id, binh)
    his = binh.open_case(case_id)

    an.shred_case(case_id)

    acts: tuple[Callable[[], object], ...] = (
        his.events,
        lambda: his.record(an_event(EventKind.PLANNED)),
        lambda: his.case,
        lambda: binh.open_case(case_id),
    )
    for act in acts:
        with pytest.raises(CaseMissingError):
            act()
    his.close()
    assert auditor.audit is not None
    noted = [
        (one.by, one.case_id) for one in auditor.audit.entries() if one.what == "case/destroyed"
    ]
    assert noted == [(me(an).user_id, case_id)]


def test_access_that_ended_closes_what_is_open_and_takes_every_key(
    both: tuple[SharedVault, Vault],
) -> None:
    shared, admin = both
    an, binh = joined(shared, admin, "An"), joined(shared, admin, "Bình")
    case_id = an.create_case(a_case()).case.id
    shared_with(an, case_id, binh)
    binh.set_setting("desk.draft.x", b"mine")
    his = binh.open_case(case_id)
    admin.end_access(me(binh).user_id)
    with pytest.raises(Exception, match="closed database"):
        his.events()
    names = [path.name for path in (*admin.entered.folder.slots.iterdir(),)]
    rows = admin.entered.index.database.rows("SELECT name FROM settings")

    assert not list(admin.entered.folder.keys.glob(f"*.{me(binh).user_id}.json"))
    assert (len(names), [r for r in rows if me(binh).user_id in str(r[0])]) == (4, [])
    with pytest.raises(NotCaseworkerError):
        an.share_case(case_id, me(admin).user_id)


def test_the_last_administrator_and_a_name_in_use_are_refused(
    both: tuple[SharedVault, Vault],
) -> None:
    _, admin = both
    with pytest.raises(LastAdministratorError):
        admin.end_access(me(admin).user_id)
    with pytest.raises(NameTakenError):
        admin.invite(ADMINISTRATOR.upper(), Role.AUDITOR, CHEAP)


def test_tries_under_another_name_keep_nobody_out(folder: Path) -> None:
    shared, admin = made(folder)
    joined(shared, admin, "An")
    shared.close()
    with held(folder, elapsed=lambda: 5.0) as shared:
        answers = {
            name: [_answer(shared, name) for _ in range(4)] for name in ("nobody", ADMINISTRATOR)
        }
        shared.enter("An", passphrase=phrase_of("An")).close()
    wrong, soon = "BB-403", "BB-471 1"

    assert answers["nobody"] == answers[ADMINISTRATOR] == [wrong, wrong, soon, soon]
    for path in folder.rglob("*"):
        assert "nobody" not in path.name


def _answer(shared: SharedVault, name: str) -> str:
    try:
        shared.enter(name, passphrase="wrong")
    except TriedTooSoonError as error:
        return f"{error.code} {error.params['seconds']}"
    except WrongPassphraseError as error:
        return error.code
    return "in"


def test_the_wait_after_failures_ends(folder: Path) -> None:
    made(folder)[0].close()
    now = [0.0]
    with held(folder, elapsed=lambda: now[0]) as shared:
        said = [_answer(shared, ADMINISTRATOR) for _ in range(3)]
        now[0] = 1.0
        shared.enter(ADMINISTRATOR, passphrase=PASSPHRASE).close()
    assert said[-1] == "BB-471 1"


def test_a_shared_vault_and_ones_own_are_not_taken_for_each_other(
    folder: Path, tmp_path: Path
) -> None:
    made(folder)[0].close()
    laid(tmp_path / "own")
    with pytest.raises(VaultSharedError):
        opened(folder)
    with pytest.raises(VaultNotSharedError):
        held(tmp_path / "own")

    assert SharedVault.lies_in(folder)
    assert not SharedVault.lies_in(tmp_path / "own")


def test_a_passphrase_of_before_opens_nothing_although_its_slot_is_put_back(folder: Path) -> None:
    shared, admin = made(folder)
    slots = {path: path.read_bytes() for path in admin.entered.folder.slots.iterdir()}
    admin.change_passphrase("a new one", CHEAP)
    with pytest.raises(WrongPassphraseError):
        require_passphrase(admin, PASSPHRASE, lambda _seconds: None)
    shared.close()
    for path, content in slots.items():
        path.write_bytes(content)
    with held(folder) as again, pytest.raises(WrongPassphraseError):
        again.enter(ADMINISTRATOR, passphrase=PASSPHRASE)


def test_only_ones_own_passphrase_is_asked_for_an_act(both: tuple[SharedVault, Vault]) -> None:
    shared, admin = both
    an = joined(shared, admin, "An")
    with pytest.raises(WrongPassphraseError):
        require_passphrase(an, PASSPHRASE, lambda _seconds: None)
    require_passphrase(an, phrase_of("An"), lambda _seconds: None)


def test_a_backup_of_the_administrator_opens_for_each(
    both: tuple[SharedVault, Vault], tmp_path: Path
) -> None:
    shared, admin = both
    an = joined(shared, admin, "An")
    store = an.create_case(a_case())
    store.record(an_event(EventKind.PLANNED))
    report = check_vault(admin)
    back_up(admin, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "restored", platform=ThisPlatform())
    with held(tmp_path / "restored") as again:
        again.enter(ADMINISTRATOR, passphrase=PASSPHRASE)
        vault = again.enter("An", passphrase=phrase_of("An"))
        with vault.open_case(store.case.id) as found:
            count = found.entry_count
        whole = failures(check_vault(vault, read=True))

    assert (failures(report), count, whole) == ({}, 2, {})
    assert [one.subject for one in report.checks if one.name == "cases"] == ["1"]


def test_a_key_file_put_in_the_place_of_a_colleagues_is_named_and_opens_nothing(
    both: tuple[SharedVault, Vault],
) -> None:
    shared, admin = both
    an, binh = joined(shared, admin, "An"), joined(shared, admin, "Bình")
    ours, his = an.create_case(a_case()), binh.create_case(a_case())
    shared_with(an, ours.case.id, binh)
    folder = an.entered.folder
    for source in (
        folder.key(ours.case.id, me(an).user_id),
        folder.key(his.case.id, me(binh).user_id),
    ):
        folder.key(ours.case.id, me(binh).user_id).write_bytes(source.read_bytes())
        with pytest.raises(BenbanError):
            binh.open_case(ours.case.id)
        # Whoever is in the case learns which file it is; everybody else, how many.
        named = failures(check_vault(an))
        assert list(named) == [f"keys/{ours.case.id}.{me(binh).user_id}.json"]
        assert list(failures(check_vault(admin))) == ["keys"]


def test_a_case_that_is_destroyed_leaves_no_key_of_anybody(
    both: tuple[SharedVault, Vault],
) -> None:
    shared, admin = both
    an, binh = joined(shared, admin, "An"), joined(shared, admin, "Bình")
    case_id = an.create_case(a_case()).case.id
    shared_with(an, case_id, binh)
    binh.set_setting(f"notes.private.{case_id}", b"his words")
    binh.open_case(case_id)
    an.shred_case(case_id)
    rows = admin.entered.index.database.rows("SELECT name FROM settings")

    assert not list(an.entered.folder.keys.glob(f"{case_id}.*"))
    assert [row for row in rows if case_id in str(row[0])] == []
    assert (binh.case_ids(), failures(check_vault(binh))) == ((), {})


def test_twenty_people_write_at_once(both: tuple[SharedVault, Vault]) -> None:
    shared, admin = both
    first = joined(shared, admin, "p0")
    everybody = [first, *(joined(shared, admin, f"p{number}") for number in range(1, 20))]
    case_id = first.create_case(a_case()).case.id
    for one in everybody[1:]:
        shared_with(first, case_id, one)
    errors: list[BaseException] = []

    def work(vault: Vault) -> None:
        try:
            for number in range(5):
                with vault.open_case(case_id) as store:
                    store.record(an_event(EventKind.PLANNED))
                vault.set_setting(f"desk.draft.{number}", b"words")
                assert vault.audit is not None
                vault.audit.note("/case/{case_id}", case_id)
        except BaseException as error:  # noqa: BLE001 - told by the thread that waits
            errors.append(error)

    threads = [Thread(target=work, args=(one,)) for one in everybody]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with first.open_case(case_id) as store:
        events = store.events()
    said = {field.value for one in events for field in one.fields if field.name == "operator"}

    assert (errors, len(events), len(said)) == ([], 101, 20)
    assert failures(check_vault(first)) == {}


@pytest.mark.parametrize("content", [None, b"", b"{}"])
def test_a_lost_list_of_names_keeps_nobody_out(folder: Path, content: bytes | None) -> None:
    shared, admin = made(folder)
    joined(shared, admin, "An")
    shared.close()
    names = folder / "people.json"
    kept = names.read_bytes()
    names.unlink()
    if content is not None:
        names.write_bytes(content)
    with held(folder) as again:
        with pytest.raises(WrongPassphraseError):
            again.enter("An", passphrase=PASSPHRASE)
        again.enter("An", passphrase=phrase_of("An"))

    assert names.read_bytes() == kept


def test_names_that_were_exchanged_let_nobody_in_as_another(folder: Path) -> None:
    shared, admin = made(folder)
    an, binh = joined(shared, admin, "An"), joined(shared, admin, "Bình")
    two = (me(an).user_id, me(binh).user_id)
    shared.close()
    names = folder / "people.json"
    text = names.read_text(encoding="utf-8")
    content = json.loads(text.replace(two[0], "x").replace(two[1], two[0]).replace("x", two[1]))
    names.write_bytes(summed({key: one for key, one in content.items() if key != "sum"}))
    with held(folder) as again:
        for name, other in (("An", "Bình"), ("Bình", "An")):
            with pytest.raises(WrongPassphraseError):
                again.enter(name, passphrase=phrase_of(other))
    # Whoever shows a key has the list put right by the index.
    with held(folder) as again:
        assert me(again.enter("An", passphrase=phrase_of("An"))).user_id == two[0]


def test_a_list_that_names_a_path_reaches_no_file_outside(folder: Path) -> None:
    shared, admin = made(folder)
    an = joined(shared, admin, "An")
    own = me(an).user_id
    shared.close()
    outside = folder.parent / "outside.txt"
    outside.write_text("7", encoding="utf-8")
    names = folder / "people.json"
    content = json.loads(names.read_text(encoding="utf-8").replace(own, "../../outside.txt"))
    names.write_bytes(summed({key: one for key, one in content.items() if key != "sum"}))

    with held(folder) as again:
        with pytest.raises(WrongPassphraseError):
            again.enter("An", passphrase=PASSPHRASE)
        assert me(again.enter("An", passphrase=phrase_of("An"))).user_id == own

    assert outside.read_text(encoding="utf-8") == "7"


def test_one_of_two_administrators_may_end_their_own_access(
    both: tuple[SharedVault, Vault], folder: Path
) -> None:
    shared, admin = both
    second = joined(shared, admin, "Hai", Role.ADMINISTRATOR)

    second.end_access(me(second).user_id)

    assert second.is_closed
    assert "hai" not in (folder / "people.json").read_text(encoding="utf-8")
    with pytest.raises(WrongPassphraseError):
        shared.enter("Hai", passphrase=phrase_of("Hai"))
    with pytest.raises(LastAdministratorError):
        admin.end_access(me(admin).user_id)


def test_a_code_is_not_spent_on_a_vault_that_was_let_go(folder: Path) -> None:
    shared, admin = made(folder)
    code = admin.invite("An", Role.CASEWORKER, CHEAP).text
    shared.close()

    with pytest.raises(WrongPassphraseError):
        shared.accept("An", code, phrase_of("An"), CHEAP)

    with held(folder) as again:
        assert me(again.accept("An", code, phrase_of("An"), CHEAP)[0]).name == "An"


def test_two_browsers_that_change_a_passphrase_leave_one_that_opens(
    both: tuple[SharedVault, Vault],
) -> None:
    shared, admin = both
    joined(shared, admin, "An")
    browsers = [shared.enter("An", passphrase=phrase_of("An")) for _ in range(2)]
    chosen = [f"cụm của trình duyệt {number}" for number in range(2)]
    changing = [
        Thread(target=browser.change_passphrase, args=(new, CHEAP))
        for browser, new in zip(browsers, chosen, strict=True)
    ]
    for one in changing:
        one.start()
    for one in changing:
        one.join()

    opening = 0
    for new in chosen:
        try:
            shared.enter("An", passphrase=new).close()
        except WrongPassphraseError:
            continue
        opening += 1
    assert opening == 1
