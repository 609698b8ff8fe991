"""A channel that appears in several cases: counted by its own number, and never named."""

from dataclasses import replace

from benban.casework.channels import channels_of, count_other_cases
from benban.casework.take_in import SightingReport, take_in
from benban.model.exhibit import Capture
from benban.model.ids import CaseId
from benban.model.post import FactState, Post, PostFact, PostFactName
from benban.model.sighting import Sighting, SightingKind
from benban.remedies import packaged_catalogue, parse_address
from benban.testing.clock import FakeClock
from benban.vault import CaseStore
from tests.unit.dossier import example

from .conftest import ADULT

OWN, OTHER, THIRD = (CaseId(f"case-{number:016x}") for number in (1, 2, 3))


def seen(store: CaseStore, clock: FakeClock, address: str) -> Sighting:
    report = SightingReport(
        address=parse_address(address, packaged_catalogue()),
        kind=SightingKind.PUBLISHED,
        answers=ADULT,
    )
    return take_in(store, report, clock).sighting


def a_capture(sighting: Sighting) -> Capture:
    return replace(example.capture(), sighting_id=sighting.id)


def a_post(clock: FakeClock, number: str) -> Post:
    fact = PostFact(name=PostFactName.CHANNEL_ID, state=FactState.READ, shown=number, value=number)
    return Post(layout="telegram/1", observed_at=clock.now(), facts=(fact,))


def test_a_channel_is_known_by_the_number_that_its_page_gave(
    store: CaseStore, clock: FakeClock
) -> None:
    one = seen(store, clock, "https://t.me/kenh_vi_du/55")
    capture = replace(a_capture(one), post=a_post(clock, "1234567890"))

    assert channels_of([one], [capture]) == {one.id: frozenset({"telegram|1234567890"})}


def test_a_private_channel_is_the_same_by_its_address_as_by_its_page(
    store: CaseStore, clock: FakeClock
) -> None:
    private = seen(store, clock, "https://t.me/c/1234567890/7")
    public = seen(store, clock, "https://t.me/kenh_vi_du/55")
    capture = replace(a_capture(public), post=a_post(clock, "1234567890"))

    found = channels_of([private, public], [capture])

    assert found[private.id] == found[public.id]


def test_a_name_alone_says_nothing(store: CaseStore, clock: FakeClock) -> None:
    one = seen(store, clock, "https://t.me/kenh_vi_du/55")
    unread = replace(a_capture(one), post=a_post(clock, ""))

    assert channels_of([one], [unread, replace(unread, post=None)]) == {}


def test_other_cases_are_counted_once_each_and_the_own_one_never() -> None:
    by_case = {
        OWN: {"telegram|1", "telegram|2"},
        OTHER: {"telegram|1", "telegram|2", "telegram|9"},
        THIRD: {"x|1"},
    }

    assert count_other_cases({"telegram|1", "telegram|2"}, by_case, OWN) == 1
    assert count_other_cases((), by_case, OWN) == 0
