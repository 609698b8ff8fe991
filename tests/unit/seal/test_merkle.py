import hashlib

import pytest

from benban.errors import ConsistencyProofError, InclusionProofError
from benban.seal.merkle import (
    consistency_proof,
    inclusion_proof,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from tests.unit.seal.reading import Case, cases, hashes, named

TREES = cases("log/trees.json", "trees")
INCLUSION = cases("log/trees.json", "inclusion")
INCLUSION_REFUSED = cases("log/trees.json", "inclusion_refused")
CONSISTENCY = cases("log/trees.json", "consistency")
CONSISTENCY_REFUSED = cases("log/trees.json", "consistency_refused")
LEAVES = tuple(
    hashlib.sha256(b"\x00" + number.to_bytes(32, "big") + f"record {number}".encode()).digest()
    for number in range(1000)
)


def test_the_leaves_follow_the_rule_of_the_vectors() -> None:
    assert LEAVES[:10] == hashes("log/trees.json", "leaves")


@pytest.mark.parametrize("case", TREES, ids=lambda case: str(case.number("size")))
def test_a_tree_has_the_root_of_the_vector(case: Case) -> None:
    assert tree_root(LEAVES[: case.number("size")]) == case.raw("root")


@pytest.mark.parametrize("case", INCLUSION, ids=named(INCLUSION))
def test_a_leaf_has_the_inclusion_proof_of_the_vector(case: Case) -> None:
    actual = inclusion_proof(LEAVES[: case.number("size")], case.number("index"))

    assert actual == case.raws("proof")


def check_inclusion(case: Case) -> None:
    verify_inclusion(
        leaf=case.raw("leaf"),
        index=case.number("index"),
        size=case.number("size"),
        proof=case.raws("proof"),
        root=case.raw("root"),
    )


@pytest.mark.parametrize("case", INCLUSION, ids=named(INCLUSION))
def test_the_inclusion_proof_of_the_vector_is_accepted(case: Case) -> None:
    check_inclusion(case)


@pytest.mark.parametrize("case", INCLUSION_REFUSED, ids=named(INCLUSION_REFUSED))
def test_a_wrong_inclusion_proof_is_refused(case: Case) -> None:
    with pytest.raises(InclusionProofError) as caught:
        check_inclusion(case)

    assert caught.value.code == case.text("failure")


@pytest.mark.parametrize("case", CONSISTENCY, ids=named(CONSISTENCY))
def test_two_trees_have_the_consistency_proof_of_the_vector(case: Case) -> None:
    actual = consistency_proof(LEAVES[: case.number("new_size")], case.number("old_size"))

    assert actual == case.raws("proof")


def check_consistency(case: Case) -> None:
    verify_consistency(
        old_size=case.number("old_size"),
        new_size=case.number("new_size"),
        old_root=case.raw("old_root"),
        new_root=case.raw("new_root"),
        proof=case.raws("proof"),
    )


@pytest.mark.parametrize("case", CONSISTENCY, ids=named(CONSISTENCY))
def test_the_consistency_proof_of_the_vector_is_accepted(case: Case) -> None:
    check_consistency(case)


@pytest.mark.parametrize("case", CONSISTENCY_REFUSED, ids=named(CONSISTENCY_REFUSED))
def test_a_wrong_consistency_proof_is_refused(case: Case) -> None:
    with pytest.raises(ConsistencyProofError) as caught:
        check_consistency(case)

    assert caught.value.code == case.text("failure")


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(InclusionProofError):
        inclusion_proof(LEAVES[:3], index)


@pytest.mark.parametrize("old_size", [-1, 4])
def test_there_is_no_proof_for_an_older_tree_that_cannot_be(old_size: int) -> None:
    with pytest.raises(ConsistencyProofError):
        consistency_proof(LEAVES[:3], old_size)
