"""A vault of many cases with many exhibits, made of words and drawings' bytes."""

from dataclasses import dataclass
from pathlib import Path

from benban.casework.events import event, open_field
from benban.casework.take_in import SightingReport, take_in
from benban.model.case import Capacity, Case
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.ids import new_case_id, new_exhibit_id
from benban.model.sighting import AgeAnswers, Answer, Sighting, SightingKind
from benban.outside.clock import SystemClock
from benban.outside.platforms import ThisPlatform
from benban.remedies import packaged_catalogue, parse_address
from benban.vault import CaseStore, KdfCost, Vault
from benban.wording import Language

PASSPHRASE = "bốn từ dễ nhớ"  # noqa: S105 - of a vault of nothing
_YES = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)
_PLACES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """
    The cases that were made, and a sighting and an exhibit of each.

    Attributes:
        rows: entries in the log of the last case.
    """

    cases: tuple[str, ...]
    sightings: tuple[str, ...]
    exhibits: tuple[str, ...]
    rows: int


def fill_vault(folder: Path, *, cases: int, exhibits: int, rows: int) -> Filled:
    """
    Make a vault in *folder* with so many cases of so many exhibits, and close it.

    Args:
        folder: new.
        cases: how many.
        exhibits: of each case.
        rows: at least so many entries has the log of the last case.
    """
    clock = SystemClock()
    vault, _ = Vault.create(
        folder,
        passphrase=PASSPHRASE,
        cost=KdfCost.cheap_for_tests(),
        clock=clock,
        platform=ThisPlatform(),
        ballast_bytes=0,
    )
    made, first, kept = [], [], []
    count = 0
    with vault:
        for number in range(cases):
            case = Case(
                id=new_case_id(),
                title=f"Hồ sơ đường {number}",
                language=Language.VI,
                capacity=Capacity.ORGANISATION,
                opened_at=clock.now(),
            )
            with vault.create_case(case) as store:
                places = [_place(store, number, index) for index in range(_PLACES)]
                things = [
                    _keep(store, places[index % _PLACES], f"{number} {index}")
                    for index in range(exhibits)
                ]
                if number == cases - 1:
                    count = _lengthen(store, rows)
            kept.append(things[-1])
            made.append(case.id)
            first.append(places[0].id)
    return Filled(cases=tuple(made), sightings=tuple(first), exhibits=tuple(kept), rows=count)


def _lengthen(store: CaseStore, rows: int) -> int:
    """Return how many entries the log has, after adding what is missing to *rows*."""
    (one, *_) = store.all(Exhibit)
    while store.entry_count < rows:
        store.record(event(EventKind.ATTEMPT, one.id, open_field("act", "look again")))
    return store.entry_count


def _place(store: CaseStore, number: int, index: int) -> Sighting:
    address = f"https://t.me/kenh_{number}/{index + 1}"
    report = SightingReport(
        address=parse_address(address, packaged_catalogue()),
        kind=SightingKind.PUBLISHED,
        answers=_YES,
        text="Tôi thấy bài này lúc tối.",
    )
    return take_in(store, report, SystemClock()).sighting


def _keep(store: CaseStore, sighting: Sighting, text: str) -> str:
    with store.spool("bench").open_part() as part:
        part.write(text.encode())
        done = part.finish()
    exhibit = Exhibit(
        id=new_exhibit_id(),
        kind=ExhibitKind.SUPPLIED_FILE,
        sighting_id=sighting.id,
        media_type="image/jpeg",
        claimed_media_type="",
        size_bytes=done.size_bytes,
        sha256=done.sha256,
        sha512=done.sha512,
        taken_in_at=SystemClock().now(),
        original_name=f"{text}.jpg",
        contains_media=True,
    )
    store.adopt(done, exhibit, store.case.storage_permit(sighting))
    return exhibit.id
