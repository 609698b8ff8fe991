"""Look again at places of a site on loopback, in a process of its own: ``PORT PLACES PICTURES``."""

import io
import json
import resource
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from benban.casework.add_files import add_files
from benban.casework.fingerprints import fingerprint_exhibits
from benban.casework.originals import GivenFile
from benban.casework.recheck import WatchTools, recheck
from benban.casework.standing import give_permission
from benban.casework.take_in import SightingReport, take_in
from benban.casework.watch_places import hosts_of_watch
from benban.model.case import Capacity, Case
from benban.model.ids import new_case_id
from benban.model.sighting import AgeAnswers, Answer, SightingKind
from benban.model.standing import StandingAct
from benban.outside.clock import SystemClock
from benban.outside.fence import Fence
from benban.outside.http_fetcher import HttpFetcher
from benban.outside.platforms import ThisPlatform
from benban.outside.proxy import Endpoint
from benban.remedies import packaged_catalogue, parse_address
from benban.testing.pictures import draw_feed_picture
from benban.testing.platform import CHANNEL
from benban.testing.resolver import TableResolver
from benban.vault import CaseStore, KdfCost, Vault
from benban.wording import Language

HOST = "t.me"
POSTS = 40
YES = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)


def main(port: int, places: int, *, with_pictures: bool) -> None:
    """Print seconds, looks, states and the largest memory of this process."""
    clock = SystemClock()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        vault, _ = Vault.create(
            Path(folder, "kho"),
            passphrase="bốn từ dễ nhớ",  # noqa: S106 - a vault of nothing
            cost=KdfCost.cheap_for_tests(),
            clock=clock,
            platform=ThisPlatform(),
            ballast_bytes=0,
        )
        opened.enter_context(vault)
        case = Case(
            id=new_case_id(),
            title="",
            language=Language.VI,
            capacity=Capacity.ORGANISATION,
            opened_at=clock.now(),
        )
        store = opened.enter_context(vault.create_case(case))
        fence = opened.enter_context(Fence()) if with_pictures else None
        _report(store, port, places, fence)
        tools = WatchTools(
            fetcher=HttpFetcher(
                resolver=TableResolver({HOST: [("127.0.0.1",)]}),
                allowed=[Endpoint(host=HOST, port=port)],
            ),
            catalogue=packaged_catalogue(),
            clock=clock,
            chance=lambda: 0.0,
            # One host, and no politeness: the speed of the program is asked for.
            sleep=lambda _seconds: None,
            run="bench",
            decoder=fence,
        )
        begun = time.perf_counter()
        done = recheck(store, tools)
        seconds = time.perf_counter() - begun
    states: dict[str, int] = {}
    for one in done.looks:
        state = one.look.judgement.state.value
        states[state] = states.get(state, 0) + 1
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said = {"seconds": seconds, "looks": len(done.looks), "states": states}
    sys.stdout.write(json.dumps({**said, "peak_mb": peak_kib * 1024 / 1e6}))


def _report(store: CaseStore, port: int, places: int, fence: Fence | None) -> None:
    clock = SystemClock()
    catalogue = packaged_catalogue()
    for number in range(places):
        # Each place is an address of its own; the site has forty posts.
        path = f"/{CHANNEL}/{101 + number % POSTS}?comment={number}"
        report = SightingReport(
            address=parse_address(f"http://{HOST}:{port}{path}", catalogue),
            kind=SightingKind.PUBLISHED,
            answers=YES,
        )
        sighting = take_in(store, report, clock).sighting
        if number == 0 and fence is not None:
            given = GivenFile(stream=io.BytesIO(draw_feed_picture(0)), name="a.jpg")
            add_files(store, sighting, [given], clock)
            fingerprint_exhibits(store, fence)
    give_permission(
        store,
        StandingAct.WATCH,
        hosts_of_watch(store, clock),
        every_h=24,
        until=clock.now() + timedelta(days=30),
        clock=clock,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), with_pictures=sys.argv[3] == "pictures")
