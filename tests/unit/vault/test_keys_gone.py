"""Whoever left has no key in this program any more, as far as Python can."""

import gc
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, FunctionType, ModuleType

import pytest

from benban.outside.platforms import ThisPlatform
from benban.vault import Vault
from tests.unit.vault.keeping import CHEAP, PASSPHRASE, a_case, an_event, ticking
from tests.unit.vault.several import joined, made, shared_with


def test_a_closed_vault_of_ones_own_leads_to_no_private_key(folder: Path) -> None:
    vault, _ = Vault.create(
        folder,
        passphrase=PASSPHRASE,
        cost=CHEAP,
        clock=ticking(),
        platform=ThisPlatform(),
        ballast_bytes=0,
    )
    key = bytes(bytearray(vault.entered.unlocked.private_key))
    store = vault.create_case(a_case())
    vault.set_setting("desk.draft.x", b"mine")
    before = is_reachable(key, vault)

    vault.close()

    assert (before, is_reachable(key, vault, store)) == (True, False)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_colleague_who_goes_on_holds_no_key_of_who_left(folder: Path, *, is_first: bool) -> None:
    shared, admin = made(folder)
    with shared:
        an, binh = joined(shared, admin, "An"), joined(shared, admin, "Bình")
        store = an.create_case(a_case())
        case_id = store.case.id
        shared_with(an, case_id, binh)
        if not is_first:
            store.close()
        his = binh.open_case(case_id)
        if not is_first:
            store = an.open_case(case_id)
        key = bytes(bytearray(an.entered.unlocked.private_key))
        before = is_reachable(key, shared)

        an.close()

        assert (before, is_reachable(key, an, store, shared, binh, his)) == (True, False)
        his.record(an_event())


def is_reachable(key: bytes, *roots: object) -> bool:
    """Return whether any way through attributes, elements and closures leads to these bytes."""
    return any(
        isinstance(one, (bytes, bytearray)) and key in bytes(one) for one in reachable(roots)
    )


def reachable(roots: tuple[object, ...]) -> Iterator[object]:
    """Give every object that the roots lead to; not through modules, which lead everywhere."""
    seen: dict[int, object] = {}
    waiting: list[object] = list(roots)
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, (type, ModuleType, FrameType)):
            continue
        seen[id(one)] = one
        yield one
        if isinstance(one, FunctionType):
            waiting += [one.__closure__, one.__defaults__, one.__kwdefaults__]
        else:
            waiting += gc.get_referents(one)
