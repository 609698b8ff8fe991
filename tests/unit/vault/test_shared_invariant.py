"""Whatever three people do, whoever can open a case is whoever the vault says has it."""

from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlcipher3.dbapi2 import ProgrammingError

from benban.errors import BenbanError
from benban.model.ids import CaseId
from benban.vault import Vault, check_vault
from benban.vault.keys import commitment
from tests.unit.vault.keeping import a_case, failures, quick_folder
from tests.unit.vault.several import joined, made, me, shared_with

ACTS = ("create", "share", "leave", "shred", "end", "open")
STEP = st.tuples(st.sampled_from(ACTS), st.integers(0, 2), st.integers(0, 2), st.integers(0, 3))


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEP, max_size=14))
def test_who_can_open_a_case_is_who_has_it(steps: list[tuple[str, int, int, int]]) -> None:
    with quick_folder() as place:
        shared, admin = made(place / "vault")
        with shared:
            three = [joined(shared, admin, name) for name in ("An", "Bình", "Chi")]
            cases: list[CaseId] = []
            for act, who, whom, which in steps:
                case_id = cases[which % len(cases)] if cases else CaseId("case-" + "0" * 16)
                # Refused; or by somebody whose access ended and whose databases are closed.
                with suppress(BenbanError, ProgrammingError):
                    done(act, admin, (three[who], three[whom]), case_id, cases)
                agree(admin, three, cases)
            assert failures(check_vault(admin)) == {}


def done(
    act: str, admin: Vault, two: tuple[Vault, Vault], case_id: CaseId, cases: list[CaseId]
) -> None:
    one, other = two
    if act == "create":
        with one.create_case(a_case()) as store:
            cases.append(store.case.id)
    elif act == "share":
        shared_with(one, case_id, other)
    elif act == "leave":
        one.leave_case(case_id, me(other).user_id)
    elif act == "shred":
        one.shred_case(case_id)
    elif act == "end":
        admin.end_access(me(other).user_id)
    else:
        one.open_case(case_id)


def agree(admin: Vault, three: list[Vault], cases: list[CaseId]) -> None:
    """Fail if a key opens a case for anybody else than the index names, or for nobody."""
    people, index = admin.entered.people, admin.entered.index
    assert people is not None
    for case_id in cases:
        entry = index.case(case_id)
        listed = set(people.holder_ids(case_id))
        if entry is None:
            assert not listed
            assert not list(admin.entered.folder.keys.glob(f"{case_id}.*"))
            continue
        able = set()
        for vault in three:
            try:
                # By the key itself, past every rule of the program.
                key = vault.entered.case_key(entry)
            except BenbanError:
                continue
            assert commitment(key) == entry.key_commitment
            able.add(me(vault).user_id)
        assert able == listed
        assert listed
