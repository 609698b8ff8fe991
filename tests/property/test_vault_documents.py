"""Every value of every stored type comes back exactly as it was saved."""

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, NewType, Union, cast, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benban.errors import VaultDamagedError
from benban.model.finding import CommonOrigin, CopyMatch, Tier
from benban.model.fingerprint import Pdq
from benban.model.ids import Digest, DigestAlgorithm, ExhibitId, new_comparison_id
from benban.model.own_photo import GroupingHash
from benban.vault.documents import STORED_TYPES, Storable, decoded, encoded, stored_id

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
# What JSON numbers carry exactly in every reader we know.
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1)
TIMES = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)).map(  # noqa: DTZ001 - the zone follows
    lambda moment: moment.replace(tzinfo=UTC)
)
DIGESTS = st.sampled_from(DigestAlgorithm).flatmap(
    lambda algorithm: st.binary(min_size=algorithm.size_bytes, max_size=algorithm.size_bytes).map(
        lambda value: Digest(algorithm=algorithm, hex=value.hex())
    )
)
PDQS = st.builds(
    lambda value, quality: Pdq(hex=value.hex(), quality=quality),
    st.binary(min_size=32, max_size=32),
    st.integers(0, 100),
)
PLAIN: dict[object, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: NUMBERS,
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    bytes: st.binary(max_size=60),
    datetime: TIMES,
    date: st.dates(),
    Digest: DIGESTS,
    Pdq: PDQS,
    GroupingHash: PDQS.map(lambda one: GroupingHash(hex=one.hex, quality=one.quality)),
    NoneType: st.none(),
}


def values_of(kind: object) -> st.SearchStrategy[Any]:
    """Return values of a type of the model, made from its annotations only."""
    if kind in PLAIN:
        return PLAIN[kind]
    if isinstance(kind, NewType):
        return values_of(kind.__supertype__)
    if get_origin(kind) in {Union, UnionType}:
        return st.one_of([values_of(part) for part in get_args(kind)])
    if get_origin(kind) is tuple:
        return tuples_of(get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    assert is_dataclass(kind), kind
    hints = get_type_hints(kind)
    return st.builds(
        cast("type[Any]", kind), **{one.name: values_of(hints[one.name]) for one in fields(kind)}
    )


def tuples_of(parts: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if parts[-1] is Ellipsis:
        return st.lists(values_of(parts[0]), max_size=3).map(tuple)
    return st.tuples(*(values_of(part) for part in parts))


@pytest.mark.parametrize("kind", STORED_TYPES, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_a_stored_value_comes_back_exactly(kind: type[Storable], data: st.DataObject) -> None:
    value = data.draw(values_of(kind))

    assert decoded(kind, encoded(value)) == value
    assert isinstance(stored_id(value), str)


@pytest.mark.parametrize("kind", STORED_TYPES, ids=lambda kind: kind.__name__)
@given(untrusted=st.one_of(st.binary(max_size=60), st.just(b"{}"), st.just(b"null")))
def test_other_bytes_are_damage_and_nothing_else(kind: type[Storable], untrusted: bytes) -> None:
    with pytest.raises(VaultDamagedError):
        decoded(kind, untrusted)


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_a_number_that_json_cannot_hold_is_refused_not_turned_into_nothing(number: float) -> None:
    finding = CommonOrigin(
        id=new_comparison_id(),
        exhibit_id=ExhibitId("exh-1"),
        original_id=None,
        tier=Tier.A,
        originals_compared=1,
        at=datetime(2026, 11, 23, tzinfo=UTC),
        log10_nfa=number,
    )
    with pytest.raises(ValueError, match="stored"):
        encoded(finding)


def test_a_lone_surrogate_is_refused() -> None:
    match = CopyMatch(
        exhibit_id=ExhibitId("\ud800"), other_id=ExhibitId("b"), distance_bits=1, dihedral=0
    )
    with pytest.raises(ValueError, match="surrogate"):
        encoded(match)


def test_a_name_unknown_to_this_version_is_passed_over() -> None:
    match = CopyMatch(
        exhibit_id=ExhibitId("exh-1"), other_id=ExhibitId("exh-2"), distance_bits=1, dihedral=0
    )

    assert decoded(CopyMatch, encoded(match)[:-1] + b',"later":1}') == match
