"""HARM 12: searches take questioned pictures; an original's fingerprint stays with its case."""

import inspect
from typing import get_type_hints

from benban.compare.copies import find_copies
from benban.model.fingerprint import OriginalFingerprint, QuestionedFingerprint
from tests.architecture.sources import product_sources

# Made in one verb, kept and forgotten by the vault; nothing else may hold one.
AT_HOME = {"model", "vault"}
MAKER = "casework/originals.py"


def test_an_originals_fingerprint_is_used_nowhere_but_where_it_is_made_and_kept() -> None:
    users = {
        source.place
        for source in product_sources()
        if "OriginalFingerprint" in source.text and source.room not in AT_HOME
    }

    assert users == {MAKER}


def test_a_search_for_copies_takes_questioned_pictures_only() -> None:
    (taken,) = inspect.signature(find_copies).parameters
    hint = str(get_type_hints(find_copies)[taken])

    assert ("QuestionedFingerprint" in hint, "OriginalFingerprint" in hint) == (True, False)


def test_the_two_fingerprints_are_different_things() -> None:
    kinds = (QuestionedFingerprint, OriginalFingerprint)

    assert [issubclass(one, other) for one in kinds for other in kinds if one is not other] == [
        False,
        False,
    ]
