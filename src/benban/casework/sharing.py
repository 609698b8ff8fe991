"""Who works on a case: let a colleague in, take one out, and say who leads it."""

from contextlib import suppress

from benban.casework.events import event, sealed_field
from benban.errors import BenbanError
from benban.model.custody import EventDraft, EventKind
from benban.model.ids import CaseId
from benban.model.people import Person, PersonState, Role
from benban.vault import CaseStore, Vault

# A name with the id of a case: under the key of that case.
_LEAD = "lead."


def begin_sharing(vault: Vault, store: CaseStore) -> None:
    """Write down who holds the key of a case that was just made; alone, and leading it."""
    if vault.person is None:
        return
    store.record(
        event(EventKind.COLLEAGUE_LET_IN, "", sealed_field("colleague", vault.person.name))
    )
    _keep_lead(vault, store.case.id, vault.person)


def could_be_let_in(vault: Vault, case_id: CaseId) -> tuple[Person, ...]:
    """Return the caseworkers who are in and have no key of this case."""
    holding = {one.user_id for one in vault.holders(case_id)}
    return tuple(
        one
        for one in vault.people()
        if one.role is Role.CASEWORKER
        and one.state is PersonState.ACTIVE
        and one.user_id not in holding
    )


def let_in(vault: Vault, store: CaseStore, colleague: Person) -> None:
    """
    Give a colleague the key of a case; the log says so.

    Raises:
        BenbanError: as ``Vault.share_case``: never entered, or another key than was compared.
    """
    case_id = store.case.id
    vault.share_case(case_id, colleague.user_id)
    try:
        store.record(_told(vault, EventKind.COLLEAGUE_LET_IN, colleague))
    except BaseException:
        # Nobody has a key without the person of the case being able to read of it.
        with suppress(BenbanError):
            vault.leave_case(case_id, colleague.user_id)
        raise


def take_out(vault: Vault, store: CaseStore, colleague: Person) -> None:
    """
    Take the key of a case from a colleague or oneself; what they copied they keep.

    The log is written first: whoever goes could not write it afterwards.

    Raises:
        BenbanError: as ``Vault.leave_case``: the last one cannot go.
    """
    case_id = store.case.id
    holders = vault.holders(case_id)
    if len(holders) > 1 and colleague.user_id in {one.user_id for one in holders}:
        store.record(_told(vault, EventKind.COLLEAGUE_TAKEN_OUT, colleague))
        if lead_of(vault, case_id) == colleague.user_id:
            vault.drop_setting(_LEAD + case_id)
    vault.leave_case(case_id, colleague.user_id)


def lead_of(vault: Vault, case_id: CaseId) -> str:
    """Return the user id of the colleague who leads a case; empty when nobody does."""
    return vault.setting(_LEAD + case_id).decode()


def give_lead(vault: Vault, store: CaseStore, colleague: Person) -> None:
    """
    Let a colleague who has the key lead a case; the log says so.

    Raises:
        ValueError: they have no key of it; a mistake of the calling code.
    """
    if colleague.user_id not in {one.user_id for one in vault.holders(store.case.id)}:
        raise ValueError("whoever leads a case has its key")
    if lead_of(vault, store.case.id) == colleague.user_id:
        return
    store.record(_told(vault, EventKind.LEAD_GIVEN, colleague))
    _keep_lead(vault, store.case.id, colleague)


def is_only_holder(vault: Vault, case_id: CaseId) -> bool:
    """Return whether nobody but this person can open the case; never so in a vault of one's own."""
    return vault.person is not None and len(vault.holders(case_id)) == 1


def _keep_lead(vault: Vault, case_id: CaseId, colleague: Person) -> None:
    vault.set_setting(_LEAD + case_id, colleague.user_id.encode())


def _told(vault: Vault, kind: EventKind, colleague: Person) -> EventDraft:
    by = vault.person.name if vault.person is not None else ""
    return event(kind, "", sealed_field("colleague", colleague.name), sealed_field("done_by", by))
