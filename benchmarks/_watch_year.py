"""A year of cases under the watch: what was planted, what was found, what was said too early."""

import hashlib
import io
import random
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import cv2
import numpy as np

from benban.casework.add_files import add_files
from benban.casework.fingerprints import fingerprint_exhibits
from benban.casework.originals import GivenFile, add_originals, declare_originals
from benban.casework.recheck import WatchTools, due_places, recheck
from benban.casework.standing import give_permission
from benban.casework.take_in import SightingReport, take_in
from benban.casework.watch_offers import open_offers, take_in_offer
from benban.casework.watch_pictures import Likeness, closeness_of, wanted_pictures
from benban.casework.watch_places import hosts_of_watch, name_place, take_up_sightings
from benban.casework.watch_summary import due_at
from benban.fingerprint.ports import Decoder, PairFinding
from benban.model.case import Capacity, Case
from benban.model.fingerprint import PictureFingerprint
from benban.model.ids import new_case_id
from benban.model.sighting import AgeAnswers, Answer, Sighting, SightingKind
from benban.model.standing import StandingAct
from benban.model.watch import FindKind, Look, Offer, Place, SeenState
from benban.outside.fence import Fence
from benban.outside.platforms import ThisPlatform
from benban.remedies import packaged_catalogue, parse_address
from benban.testing.clock import FakeClock
from benban.testing.pictures import (
    Subject,
    draw_example,
    encode_jpeg,
    make_fake,
    make_screenshot_copy,
)
from benban.vault import CaseStore, KdfCost, Vault
from benban.wording import Language
from benchmarks._watch_notices import Letters, Tally, added
from benchmarks._watch_web import HIDING, HOST, Mode, Thing, Web

BEGUN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
YES = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)
SENTENCE = "Những ảnh này chụp đúng người của hồ sơ này."
NAMED_PER_CASE = 6
# Of how many sightings the removal is asked for; of every find, too.
ASKED_PER_CASE = 12
DAY_S = 86_400.0
# Within the first year a month, a fifth more by chance, and two days of a host that is busy.
LONGEST_REST = timedelta(days=30 * 1.2 + 4)
SPELT_OTHERWISE = "?utm_source=zalo"
# A person does not read every day what was found: until then a find waits, and is looked at again.
READS_EVERY = 21
# Every tenth day is one with two rounds, some hours apart.
BUSY_EVERY, BUSY_APART_S = 10, 6 * 3600.0
# Shares of the sightings.
BLINKS, REMOVED, COMES_BACK = 0.5, 0.6, 0.2


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a year came to."""

    looks: int = 0
    planted: int = 0
    supported: int = 0
    found: int = 0
    false_finds: int = 0
    false_gone: int = 0
    removed: int = 0
    said_gone: int = 0
    came_back: int = 0
    said_back: int = 0
    duplicates: int = 0
    letters: Tally = field(default_factory=Tally)
    too_soon: int = 0
    late_h: float = 0.0
    missed: int = 0
    unsupported: Counter[str] = field(default_factory=Counter)

    def plus(self, other: "Outcome") -> "Outcome":
        """Return what both came to."""
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        both = {
            name: value + getattr(other, name)
            for name, value in kept.items()
            if name not in _NOT_ADDED
        }
        late_h = max(self.late_h, other.late_h)
        return Outcome(**both, late_h=late_h, letters=added(self.letters, other.letters))


_NOT_ADDED = frozenset({"late_h", "letters"})


class RememberingDecoder(Fence):
    """The fence, which is asked once about the same bytes; what it answered does not change."""

    def __init__(self) -> None:
        super().__init__()
        self._measured: dict[bytes, PictureFingerprint] = {}
        self._compared: dict[tuple[bytes, ...], tuple[PairFinding, ...]] = {}

    def measure(self, picture: BinaryIO) -> PictureFingerprint:
        data = picture.read()
        key = hashlib.sha256(data).digest()
        if key not in self._measured:
            self._measured[key] = super().measure(io.BytesIO(data))
        return self._measured[key]

    def compare(
        self, questioned: BinaryIO, originals: Sequence[BinaryIO]
    ) -> tuple[PairFinding, ...]:
        read = [one.read() for one in (questioned, *originals)]
        key = tuple(hashlib.sha256(one).digest() for one in read)
        if key not in self._compared:
            first, *others = (io.BytesIO(one) for one in read)
            self._compared[key] = super().compare(first, others)
        return self._compared[key]


@dataclass(slots=True, kw_only=True)
class _Case:
    store: CaseStore
    letters: Letters
    fake: bytes
    original: bytes
    sightings: list[Sighting] = field(default_factory=list)
    planted: dict[str, str] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    last: dict[str, datetime] = field(default_factory=dict)


def live_a_year(folder: Path, *, cases: int, sightings: int, days: int, first: int = 0) -> Outcome:
    """Return what a year brought to cases from number *first* on; every picture is a drawing."""
    clock = FakeClock(BEGUN)
    web = Web(clock, BEGUN)
    chance = random.Random(20261127 + first)
    outcome = Outcome()
    with ExitStack() as opened:
        vault, _ = Vault.create(
            folder,
            passphrase="bốn từ dễ nhớ",  # noqa: S106 - a vault of drawings
            cost=KdfCost.cheap_for_tests(),
            clock=clock,
            platform=ThisPlatform(),
            ballast_bytes=0,
        )
        opened.enter_context(vault)
        decoder = opened.enter_context(RememberingDecoder())
        tools = WatchTools(
            fetcher=web,
            catalogue=packaged_catalogue(),
            clock=clock,
            chance=chance.random,
            sleep=lambda _seconds: None,
            run="bench",
            decoder=decoder,
        )
        lives = [
            _begin(opened, vault, web, number, sightings, days, tools, chance, outcome)
            for number in range(first, first + cases)
        ]
        for day in range(days):
            for passed_s in _rounds(day):
                clock.advance(passed_s)
                for one in lives:
                    _live_a_round(one, web, tools, outcome)
            for one in lives:
                _read_finds(one, day, tools)
                _write_letters(one, day)
        for one in lives:
            _conclude(one, web, outcome)
    return outcome


def _rounds(day: int) -> tuple[float, ...]:
    """Return the seconds that pass before each round of a day."""
    is_busy = day % BUSY_EVERY == 0
    return (DAY_S - BUSY_APART_S, BUSY_APART_S) if is_busy else (DAY_S,)


def _begin(
    opened: ExitStack,
    vault: Vault,
    web: Web,
    number: int,
    sightings: int,
    days: int,
    tools: WatchTools,
    chance: random.Random,
    outcome: Outcome,
) -> _Case:
    clock = tools.clock
    case = Case(
        id=new_case_id(),
        title="",
        language=Language.VI,
        capacity=Capacity.SELF,
        opened_at=clock.now(),
    )
    store = opened.enter_context(vault.create_case(case))
    subject = list(Subject)[number % len(Subject)]
    scene = draw_example(subject, seed=100 + number, width_px=384, height_px=288)
    fake = make_fake(scene, seed=100 + number).jpeg
    letters = Letters(store, tools, chance, outcome.letters)
    life = _Case(store=store, letters=letters, fake=fake, original=encode_jpeg(scene))
    for index in range(sightings):
        path = f"/kenh_{number}/{index + 1}"
        web.things[path] = Thing(path=path, picture=fake, story=_story(chance, days, outcome))
        report = SightingReport(
            address=parse_address(f"https://{HOST}{path}", tools.catalogue),
            kind=SightingKind.PUBLISHED,
            answers=YES,
        )
        sighting = take_in(store, report, clock).sighting
        life.sightings.append(sighting)
        if index == 0:
            given = GivenFile(stream=io.BytesIO(fake), name="a.jpg")
            add_files(store, sighting, [given], clock)
    _measure(life, tools)
    for index, (name, picture) in enumerate(_plantings(life, number).items()):
        _plant(life, web, number, index, (name, picture), tools, chance, days, outcome)
    take_up_sightings(store, clock)
    give_permission(
        store,
        StandingAct.WATCH,
        hosts_of_watch(store, clock),
        every_h=24,
        until=clock.now() + timedelta(days=366),
        clock=clock,
    )
    return life


def _measure(life: _Case, tools: WatchTools) -> None:
    decoder = _decoder(tools)
    fingerprint_exhibits(life.store, decoder)
    declare_originals(life.store, SENTENCE, SENTENCE)
    given = GivenFile(stream=io.BytesIO(life.original), name="b.jpg")
    add_originals(life.store, [given], decoder, tools.clock, is_in_other_case=lambda _digest: False)


def _decoder(tools: WatchTools) -> Decoder:
    if tools.decoder is None:
        raise ValueError("the year is lived with a fence")
    return tools.decoder


def _story(chance: random.Random, days: int, outcome: Outcome) -> list[tuple[float, Mode]]:
    """Return a post's year: there, hidden now and then, often removed, sometimes back."""
    story = [(0.0, Mode.THERE)]
    at = 0.0
    for _ in range(chance.randrange(4)):
        at += chance.uniform(3, days / 5)
        story.append((at, chance.choice(HIDING)))
        at += chance.uniform(0.3, 40)
        story.append((at, Mode.THERE))
    # A blink: not found for less than a day, and there again.
    if chance.random() < BLINKS:
        at += chance.uniform(2, 9)
        story += [(at, Mode.REMOVED), (at + chance.uniform(0.05, 0.95), Mode.THERE)]
        at += 1
    at += chance.uniform(5, days / 5)
    if at < days - 70 and chance.random() < REMOVED:
        outcome.removed += 1
        story.append((at, Mode.REMOVED))
        if chance.random() < COMES_BACK and at < days - 190:
            outcome.came_back += 1
            story.append((at + 100, Mode.THERE))
    return story


def _plantings(life: _Case, number: int) -> dict[str, bytes]:
    """Return what stands at the named places: re-uploads in forms, and the photo as it was."""
    pixels = cv2.imdecode(np.frombuffer(life.fake, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise ValueError("a drawing that cannot be read")
    height, width = pixels.shape[:2]

    def written(image: np.ndarray, quality: int = 75) -> bytes:
        return bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])

    crop = pixels[height // 10 : height * 9 // 10, width // 10 : width * 9 // 10]
    made = {
        "same bytes": life.fake,
        "compressed again": written(pixels, 40),
        "smaller": written(cv2.resize(pixels, (width * 6 // 10, height * 6 // 10))),
        "mirrored": written(np.ascontiguousarray(pixels[:, ::-1])),
        "screenshot": make_screenshot_copy(life.fake, seed=number),
        "cut": written(crop),
        "untouched photo": life.original,
    }
    kept = dict(list(made.items())[:NAMED_PER_CASE])
    return kept | {"untouched photo": life.original}


def _plant(
    life: _Case,
    web: Web,
    number: int,
    index: int,
    what: tuple[str, bytes],
    tools: WatchTools,
    chance: random.Random,
    days: int,
    outcome: Outcome,
) -> None:
    name, picture = what
    path = f"/noi_{number}/{index + 1}"
    at = chance.uniform(1, days * 0.7)
    web.things[path] = Thing(
        path=path, picture=picture, story=[(0.0, Mode.EMPTY), (at, Mode.THERE)]
    )
    # Named twice, as it was copied from two apps: one canonical address is one place.
    for spelling in ("", SPELT_OTHERWISE):
        name_place(
            life.store,
            parse_address(f"https://{HOST}{path}{spelling}", tools.catalogue),
            tools.catalogue,
            tools.clock,
        )
    if name == "untouched photo":
        life.own.add(path)
        return
    outcome.planted += 1
    close = closeness_of(
        life.store, picture, wanted_pictures(life.store), _decoder(tools), is_thorough=True
    )
    if close.likeness is Likeness.QUESTIONED:
        outcome.supported += 1
        life.planted[path] = name
    else:
        outcome.unsupported[name] += 1


def _live_a_round(life: _Case, web: Web, tools: WatchTools, outcome: Outcome) -> None:
    due = due_places(life.store, tools)
    if not due:
        return
    now = tools.clock.now()
    for place in due:
        at = due_at(place, tools.clock, run=tools.run)
        begun = (
            place.wait.since_at + timedelta(seconds=place.wait.due_after_s) if place.wait else at
        )
        outcome.late_h = max(outcome.late_h, (now - min(begun, now)).total_seconds() / 3600)
    done = recheck(life.store, tools)
    # What a host put off is looked at the next day; more than two days late is missed.
    outcome.missed += sum(
        one.wait is not None
        and (now - one.wait.since_at).total_seconds() - one.wait.due_after_s > 2 * DAY_S
        for one in due
    )
    for taken in done.looks:
        outcome.looks += 1
        path = _path(taken.place)
        if path in life.last and now - life.last[path] < timedelta(hours=24):
            outcome.too_soon += 1
        life.last[path] = now
        thing = web.things[path]
        if taken.look.judgement.state is SeenState.GONE:
            # Not there for less than a day is not removed either.
            removals = thing.removals()
            outcome.false_gone += not any(since <= web.day() < until for since, until in removals)
        if taken.offer is not None and taken.offer.kind is FindKind.REUPLOAD:
            outcome.false_finds += path in life.own


def _read_finds(life: _Case, day: int, tools: WatchTools) -> None:
    """Take in what waits and ask for its removal, as a person would, some weeks after it came."""
    for offer in open_offers(life.store) if day % READS_EVERY == 0 else ():
        sighting, _ = take_in_offer(
            life.store, offer.id, YES, catalogue=tools.catalogue, clock=tools.clock
        )
        life.letters.ask_about(sighting)


def _write_letters(life: _Case, day: int) -> None:
    # One a week or so: a person has more to do than this.
    if day % 7 == 0 and day // 7 < min(ASKED_PER_CASE, len(life.sightings)):
        life.letters.ask_about(life.sightings[day // 7])
    life.letters.live_a_day()


def _conclude(life: _Case, web: Web, outcome: Outcome) -> None:
    store = life.store
    places = {one.id: _path(one) for one in store.all(Place)}
    told = Counter((places[one.place_id], one.kind) for one in store.all(Offer))
    outcome.found += sum((path, FindKind.REUPLOAD) in told for path in life.planted)
    # A re-upload is told once, a return as often as the thing returned.
    outcome.duplicates += sum(
        max(0, times - (1 if kind is FindKind.REUPLOAD else web.things[path].returns()))
        for (path, kind), times in told.items()
    )
    addresses = Counter(
        one.address.canonical for one in store.all(Sighting) if one.address is not None
    )
    outcome.duplicates += sum(times - 1 for times in addresses.values())
    _conclude_removals(life, web, outcome)


def _conclude_removals(life: _Case, web: Web, outcome: Outcome) -> None:
    """Count removals that lasted, those that were said, and places that were forgotten."""
    store, end = life.store, BEGUN + timedelta(days=web.day())
    said: dict[str, list[tuple[float, SeenState]]] = {}
    for look in store.all(Look):
        day = (look.at - BEGUN).total_seconds() / DAY_S
        said.setdefault(look.place_id, []).append((day, look.judgement.state))
    for place in store.all(Place):
        looks = said.get(place.id, [])
        # Held against what the web was asked, not against what the watch believes.
        asked = [BEGUN, *web.asked.get(_path(place), ()), end]
        outcome.missed += any(later - earlier > LONGEST_REST for earlier, later in pairwise(asked))
        for since, until in web.things[_path(place)].removals():
            outcome.said_gone += any(
                since <= day < until and state is SeenState.GONE for day, state in looks
            )
            outcome.said_back += any(
                day >= until and state is SeenState.BACK for day, state in looks
            )


def _path(place: Place) -> str:
    return urlsplit(place.address.raw).path
