"""A case whose sighting is on a simulated platform, and what looks again at it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from benban.casework.add_files import add_files
from benban.casework.fingerprints import fingerprint_exhibits
from benban.casework.originals import GivenFile, add_originals, declare_originals
from benban.casework.recheck import LookTaken, Round, WatchTools, recheck
from benban.casework.standing import give_permission
from benban.casework.take_in import SightingReport, take_in
from benban.casework.watch_places import hosts_of_watch, name_place, take_up_sightings
from benban.fingerprint.ports import Decoder
from benban.model.sighting import Address, AgeAnswers, Sighting, SightingKind
from benban.model.standing import HostLearns, StandingAct, StandingPermission
from benban.model.watch import Look, Place, SeenState
from benban.outside.http_fetcher import FetchLimits, HttpFetcher
from benban.outside.proxy import Endpoint
from benban.remedies import packaged_catalogue, parse_address
from benban.testing.clock import FakeClock
from benban.testing.pictures import Subject, draw_example, encode_jpeg, make_fake
from benban.testing.platform import PlatformSimulator
from benban.testing.resolver import TableResolver
from benban.vault import CaseStore
from tests.unit.casework.conftest import ADULT

TELEGRAM, FORUM = "t.me", "dien-dan.vi-du.example"
DAY_S = 86_400.0
SENTENCE = "Những ảnh này chụp đúng người của hồ sơ này."
_SCENE = draw_example(Subject.STATUE, seed=5, width_px=384, height_px=288)
ORIGINAL = encode_jpeg(_SCENE)
FAKE = make_fake(_SCENE, seed=5).jpeg
OTHER = encode_jpeg(draw_example(Subject.CAT, seed=9, width_px=384, height_px=288))


@dataclass(slots=True)
class Watched:
    """A case, its clock, and the site as it is reached by names."""

    store: CaseStore
    clock: FakeClock
    site: PlatformSimulator
    decoder: Decoder | None = None
    run: str = "run-1"
    slept: list[float] = field(default_factory=list)

    def at(self, path: str, *, host: str = TELEGRAM) -> Address:
        return parse_address(f"http://{host}:{self.site.port}{path}", packaged_catalogue())

    def report(
        self,
        path: str,
        *,
        answers: AgeAnswers = ADULT,
        kind: SightingKind = SightingKind.PUBLISHED,
        host: str = TELEGRAM,
    ) -> Sighting:
        report = SightingReport(address=self.at(path, host=host), kind=kind, answers=answers)
        return take_in(self.store, report, self.clock).sighting

    def name(self, path: str, *, host: str = FORUM) -> Place:
        address = self.at(path, host=host)
        return name_place(self.store, address, packaged_catalogue(), self.clock)

    def keep(self, sighting: Sighting, picture: bytes) -> None:
        given = GivenFile(stream=io.BytesIO(picture), name="a.jpg")
        add_files(self.store, sighting, [given], self.clock)
        if self.decoder is not None:
            fingerprint_exhibits(self.store, self.decoder)

    def declare(self, picture: bytes = ORIGINAL) -> None:
        assert self.decoder is not None
        declare_originals(self.store, SENTENCE, SENTENCE)
        given = GivenFile(stream=io.BytesIO(picture), name="b.jpg")
        add_originals(
            self.store, [given], self.decoder, self.clock, is_in_other_case=lambda _digest: False
        )

    def permit(
        self, *, days: int = 366, every_h: int = 24, hosts: Sequence[HostLearns] | None = None
    ) -> StandingPermission:
        named = hosts_of_watch(self.store, self.clock) if hosts is None else hosts
        until = self.clock.now() + timedelta(days=days)
        return give_permission(
            self.store, StandingAct.WATCH, named, every_h=every_h, until=until, clock=self.clock
        )

    def tools(self) -> WatchTools:
        hosts = (TELEGRAM, FORUM)
        return WatchTools(
            fetcher=HttpFetcher(
                resolver=TableResolver({one: [("127.0.0.1",)] for one in hosts}),
                allowed=[Endpoint(host=one, port=self.site.port) for one in hosts],
                limits=FetchLimits(whole_s=5),
            ),
            catalogue=packaged_catalogue(),
            clock=self.clock,
            chance=lambda: 0.0,
            sleep=self.slept.append,
            run=self.run,
            decoder=self.decoder,
        )

    def go(self, days: float = 0.0) -> Round:
        self.clock.advance(days * DAY_S)
        return recheck(self.store, self.tools())

    def look(self, days: float = 1.0) -> LookTaken:
        """Let time pass and take the one look that is due."""
        (taken,) = self.go(days).looks
        return taken

    def state(self, days: float = 1.0) -> SeenState:
        return self.look(days).look.judgement.state

    def looks(self) -> tuple[Look, ...]:
        return self.store.all(Look)

    def place(self) -> Place:
        (one,) = take_up_sightings(self.store, self.clock)
        return one
