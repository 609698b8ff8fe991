"""DESIGN promise 5: what failed, what is missing and what is not shown stands on the paper."""

import io
import zipfile
from pathlib import Path

import pytest

from benban.casework.add_files import add_files
from benban.casework.fingerprints import fingerprint_exhibits
from benban.casework.stamp import stamp_case
from benban.errors import StampServiceUnreachableError
from benban.model.custody import EventKind, TokenState
from benban.outside.fence import Fence
from benban.testing.clock import FakeClock
from benban.vault import CaseStore
from benban.wording import Language, say
from tests.harm.scenes import Example, given, reported
from tests.harm.walk import Walk
from tests.unit.dossier.reading import pages, squeezed


class Unreachable:
    id = "nobody"
    roots = ()

    def stamp(self, request: bytes) -> bytes:
        raise StampServiceUnreachableError(authority=self.id)


def report(walk: Walk, language: Language) -> tuple[str, ...]:
    with zipfile.ZipFile(io.BytesIO(Path(walk.leaving / "tai-lieu.zip").read_bytes())) as bag:
        (name,) = [one for one in bag.namelist() if one.endswith(f"report.{language.value}.pdf")]
        return pages(bag.read(name))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "message",
    ["dossier.summary.not-shown", "dossier.summary.not-stamped", "dossier.declaration.stated"],
)
def test_page_1_of_a_real_case_says_what_it_does_not_show(
    walk: Walk, language: Language, message: str
) -> None:
    assert squeezed(say(language, message)) in report(walk, language)[0]


@pytest.mark.parametrize("language", Language)
def test_error_rates_are_printed_or_their_absence_is(walk: Walk, language: Language) -> None:
    words = "".join(report(walk, language))

    assert squeezed(say(language, "dossier.comparison.rates")) in words
    assert squeezed(say(language, "dossier.rates.no-lr")) in words


def test_a_picture_that_cannot_be_read_leaves_its_reason_in_the_log(
    store: CaseStore, fence: Fence, clock: FakeClock, example: Example
) -> None:
    cut = given(example.fake[:400], "cut.jpg")
    (exhibit,) = add_files(store, reported(store, clock), [cut], clock)

    fingerprint_exhibits(store, fence)

    failed = [one for one in store.events() if one.kind is EventKind.ATTEMPT_FAILED]
    reasons = [field.value for one in failed for field in one.fields if field.name == "reason"]
    assert ([one.subject for one in failed], reasons) == ([exhibit.id], ["BB-304"])


def test_a_stamp_that_did_not_come_is_in_the_record(store: CaseStore) -> None:
    (token,) = stamp_case(store, [Unreachable()]).tokens

    kinds = [one.kind for one in store.events()]
    assert (token.state, token.reason) == (TokenState.PENDING, "BB-231")
    assert kinds[-2:] == [EventKind.ATTEMPT, EventKind.ATTEMPT_FAILED]
