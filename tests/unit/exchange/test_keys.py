"""Keys of members' programs (B5 101)."""

from datetime import timedelta

import pytest

from benban.errors.exchange import KeyRefusedError
from benban.exchange.keys import OVERLAP, ApiKey, Scope, key_id_in, new_key, require_key, rotated
from tests.unit.exchange.shared import ATTESTER, NOW

YEAR = timedelta(days=365)


def _made(**other: tuple[str, ...]) -> tuple[ApiKey, str]:
    return new_key(ATTESTER, frozenset({Scope.LOOKUP}), now=NOW, life=YEAR, **other)


def _refusal(kept: ApiKey | None, key: str, *, scope: Scope = Scope.LOOKUP, hours: int = 0) -> str:
    with pytest.raises(KeyRefusedError) as refused:
        require_key(kept, key, scope, now=NOW + timedelta(hours=hours), address="192.0.2.9")
    return str(refused.value.params["why"])


def test_a_key_opens_what_it_was_made_for() -> None:
    kept, key = _made()

    assert key_id_in(key) == kept.id
    assert require_key(kept, key, Scope.LOOKUP, now=NOW, address="") == kept


def test_what_is_kept_does_not_hold_the_key() -> None:
    kept, key = _made()

    assert key.rsplit("_", 1)[1] not in repr(kept)


def test_a_scope_includes_no_other() -> None:
    kept, key = _made()

    assert {_refusal(kept, key, scope=one) for one in Scope if one is not Scope.LOOKUP} == {"scope"}


def test_unknown_wrong_ended_and_early_cannot_be_told_apart() -> None:
    kept, key = _made()
    _, other = _made()
    swapped = f"bbx_{kept.id}_{other.rsplit('_', 1)[1]}"

    reasons = [
        _refusal(None, key),
        _refusal(kept, swapped),
        _refusal(kept, "bbx_nothing"),
        _refusal(kept, key, hours=24 * 366),
        _refusal(kept, key, hours=-1),
    ]

    assert set(reasons) == {"key"}


def test_a_key_bound_to_a_network_is_of_no_use_elsewhere() -> None:
    kept, key = _made(networks=("198.51.100.0/24",))

    assert _refusal(kept, key) == "key"
    assert require_key(kept, key, Scope.LOOKUP, now=NOW, address="198.51.100.7") == kept


def test_a_rotated_key_works_beside_its_successor_for_seven_days() -> None:
    kept, key = _made()

    ending, successor, shown = rotated(kept, now=NOW, life=YEAR)

    assert ending.expires_at == NOW + OVERLAP
    assert require_key(successor, shown, Scope.LOOKUP, now=NOW, address="") == successor
    assert _refusal(ending, key, hours=24 * 7) == "key"


@pytest.mark.parametrize("untrusted", ["", "bbx__", "bbx_" + "0" * 16, "Bearer x", "bbx_é"])
def test_what_has_not_the_form_of_a_key_names_none(untrusted: str) -> None:
    with pytest.raises(KeyRefusedError):
        key_id_in(untrusted)


@pytest.mark.parametrize("life", [timedelta(0), timedelta(days=367)])
def test_no_key_is_made_without_an_end(life: timedelta) -> None:
    with pytest.raises(ValueError, match="366 days"):
        new_key(ATTESTER, frozenset({Scope.LOOKUP}), now=NOW, life=life)
