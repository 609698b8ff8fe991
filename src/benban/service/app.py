"""The exchange's HTTP application; ``wiring_exchange`` joins it to a store and a matcher."""

import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Counter, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from benban.errors import BenbanError
from benban.errors.exchange import (
    MatcherBehindError,
    NodeFolderError,
    RecordUnavailableError,
)
from benban.exchange.ends import note_ends
from benban.exchange.ports import Part, Who
from benban.exchange.process import Process
from benban.model.shared_hash import MemberId
from benban.outside.memory import give_back_memory
from benban.service import deeds, hma, lookups, reading, way_back
from benban.service.document import Documented, describe
from benban.service.door import directory_of
from benban.service.hasher import MOST_FORM_BYTES, Hasher
from benban.service.limits import Allowance, Limiter, OwnTally, Tally
from benban.service.nearness import Nearness
from benban.service.node import Node
from benban.service.reads_away import ReadsAway
from benban.service.refusals import refused
from benban.service.shapes import MOST_BYTES
from benban.wording import Language

if TYPE_CHECKING:
    from benban.service.pages.door import Door

_log = logging.getLogger(__name__)
_FOLLOW_EVERY_S = 1.0
# When the node's bank on disk is made anew: after so many changes, and, since what was withdrawn
# lies there until then, after an hour with any.
_SHELF_AFTER_CHANGES = 20_000
_SHELF_AFTER_S = 3600.0
_READS_ALL = Who(part=Part.OPERATOR, is_reading=True)
Route = Callable[[Request, Node], Awaitable[Response]]

_ROUTES: tuple[tuple[str, str, Route], ...] = (
    ("POST", "/v1/lookups", lookups.ask),
    ("POST", "/v1/lookups/explain", lookups.explain),
    ("POST", "/v1/hashes", deeds.attest),
    ("GET", "/v1/hashes/{number}", deeds.see),
    ("POST", "/v1/hashes/{number}/acts", deeds.act),
    ("GET", "/v1/withdrawals", way_back.show),
    ("POST", "/v1/withdrawals", deeds.withdraw),
    ("GET", "/v1/banks", reading.banks),
    ("GET", "/v1/changes", reading.changes),
    ("GET", "/v1/audit", reading.audit),
    # Hasher-Matcher-Actioner's, for programs that know no other.
    ("GET", "/h/hash", hma.hash_address),
    ("POST", "/h/hash", hma.hash_picture),
    ("GET", "/m/lookup", hma.lookup),
    ("POST", "/m/lookup", hma.lookup_body),
    ("GET", "/m/raw_lookup", hma.raw_lookup),
    ("POST", "/m/compare", hma.compare),
    ("GET", "/m/index/status", hma.index_status),
    ("GET", "/c/banks", hma.banks),
    ("GET", "/c/bank/{name}", hma.bank),
    ("GET", "/c/signal_type", hma.signal_types),
    ("POST", "/c/banks", hma.fill),
    ("PUT", "/c/bank/{name}", hma.fill),
    ("DELETE", "/c/bank/{name}", hma.fill),
    ("POST", "/c/bank/{name}/content", hma.fill),
    ("POST", "/c/bank/{name}/signal", hma.fill),
    ("GET", "/status", hma.status),
)


def make_app(
    process: Process,
    allowance: Allowance,
    *,
    hasher: Hasher | None = None,
    tally: Tally | None = None,
    door: "Door | None" = None,
    is_get_taken: bool = False,
) -> FastAPI:
    """
    Return the application of one process; it follows the changes while it runs.

    Args:
        process: of a node.
        allowance: of one key.
        hasher: of an operator who turned hashing on; otherwise no picture is taken.
        tally: of the node, where it has several processes.
        door: of the pages for the people who run it; without one there are none.
        is_get_taken: a hash may stand in the address, as HMA's clients send it.
    """
    counts = tally or OwnTally()
    node = Node(
        process=process,
        limiter=Limiter(allowance, counts),
        nearness=Nearness(counts, allowance.near_one_hash_a_day),
        hasher=hasher,
        is_get_taken=is_get_taken,
    )
    app = Documented(
        title="benban exchange",
        version="1",
        docs_url=None,
        redoc_url=None,
        lifespan=partial(_living, node),
        # Where it leads would repeat the address, and a hash that somebody put into it.
        redirect_slashes=False,
    )
    counted = _Counted()
    for method, path, route in _ROUTES:
        handler = _handler(route, node, counted, path)
        app.add_api_route(path, handler, methods=[method], **describe(method, path))
    for path, shown in (
        ("/health", _health),
        ("/ready", _ready(node)),
        ("/metrics", counted.shown()),
    ):
        app.add_api_route(path, shown, methods=["GET"], **describe("GET", path))
    if door is not None:
        # Late: where nobody set the pages up, no process pays for them.
        from benban.outside.identity_provider import IdentityProvider
        from benban.service.pages.app import pages_app
        from benban.service.pages.asked import Pages

        app.add_api_route("/office", _to_office, methods=["GET"], include_in_schema=False)
        provider = IdentityProvider(door.settings, process.clock)
        pages = Pages(process=process, door=door, provider=provider, counts=counted.numbers)
        app.mount("/office", pages_app(pages))
    app.add_exception_handler(BenbanError, _refuse)
    app.add_middleware(ReadsAway, most=MOST_BYTES if hasher is None else MOST_FORM_BYTES)
    return app


class _Counted:
    """Counters without any member's name, hash or address; nor how much changes in all banks."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "benban_requests", "Requests.", ["path", "status"], registry=self._registry
        )

    def numbers(self) -> list[tuple[str, str, int]]:
        """Return address and status of the answers so far, and how many there were."""
        samples = (one for family in self.requests.collect() for one in family.samples)
        return sorted(
            (one.labels["path"], one.labels["status"], int(one.value))
            for one in samples
            if one.name.endswith("_total")
        )

    def shown(self) -> Callable[[], Awaitable[Response]]:
        """Return the route that shows them."""

        async def metrics() -> Response:
            return PlainTextResponse(generate_latest(self._registry))

        return metrics


def _handler(
    route: Route, node: Node, counted: _Counted, path: str
) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        try:
            response = await route(request, node)
        except BenbanError as error:
            response = refused(error, _language(request))
        counted.requests.labels(path, str(response.status_code)).inc()
        return response

    return handle


async def _health() -> Response:
    """Return that the process is there, and which of the node's it is."""
    return JSONResponse({"status": "ok", "process": os.getpid()})


async def _to_office() -> Response:
    """Return what leads to the first page."""
    return RedirectResponse("/office/")


def _ready(node: Node) -> Callable[[], Awaitable[Response]]:
    async def ready() -> Response:
        try:
            await directory_of(node)
        except (MatcherBehindError, RecordUnavailableError) as error:
            return JSONResponse({"status": "behind", "code": error.code}, status_code=503)
        return JSONResponse({"status": "ok"})

    return ready


async def _refuse(request: Request, error: Exception) -> Response:
    if not isinstance(error, BenbanError):
        raise error
    return refused(error, _language(request))


def _language(request: Request) -> Language:
    wanted = request.headers.get("accept-language", "").strip().lower()
    return Language.VI if wanted.startswith("vi") else Language.EN


@asynccontextmanager
async def _living(node: Node, _app: FastAPI) -> AsyncIterator[None]:
    ends = Event()
    # Apart: a disk that is slow to keep the audit's ends must not hold up what was withdrawn.
    threads = [
        Thread(target=work, args=(node, ends), name=name, daemon=True)
        for name, work in (("follow", _follow_on), ("watch", _watch_on))
    ]
    node.process.trail.start()
    for one in threads:
        one.start()
    try:
        yield
    finally:
        ends.set()
        for one in threads:
            one.join()
        try:
            node.process.trail.close()
        except Exception as error:  # noqa: BLE001 - the server would write the words of it
            _log.error("the audit's last lines are not written: %s", type(error).__name__)


def _follow_on(node: Node, ends: Event) -> None:
    clock = node.process.clock
    renewed_ns = clock.monotonic_ns()
    while not ends.wait(_FOLLOW_EVERY_S):
        is_old = clock.monotonic_ns() - renewed_ns > _SHELF_AFTER_S * 1e9
        try:
            node.process.matcher.follow()
            node.process.office.tick()
            is_new = node.process.matcher.renew_shelf(1 if is_old else _SHELF_AFTER_CHANGES)
            if is_new:
                give_back_memory()
        except RecordUnavailableError:
            # Said by /ready, and by every answer once it is too old.
            _log.warning("the system of record cannot be reached")
        except NodeFolderError:
            # Answers come from what is mapped already.
            _log.warning("the node's folder cannot be written")
        except Exception as error:  # noqa: BLE001 - a follower that ends stops the node for good
            # The kind alone: what the error says may hold a hash.
            _log.error("following the changes failed: %s", type(error).__name__)
        else:
            renewed_ns = clock.monotonic_ns() if is_new or is_old else renewed_ns


def _watch_on(node: Node, ends: Event) -> None:
    broken = tuple[MemberId, ...]()
    while not ends.wait(_FOLLOW_EVERY_S):
        broken = _watched(node, broken)


def _watched(node: Node, before: tuple[MemberId, ...]) -> tuple[MemberId, ...]:
    """Return the chains of the audit that do not go on from where they ended; said once."""
    process = node.process
    if process.ends is None:
        return ()
    try:
        broken = note_ends(lambda: process.store.within(_READS_ALL), process.ends)
    except RecordUnavailableError:
        return before
    except Exception as error:  # noqa: BLE001 - what watches must not end what follows
        _log.error("the audit's ends cannot be kept: %s", type(error).__name__)
        return before
    if broken is None:
        return before
    if set(broken) - set(before):
        _log.error("the audit is not as it was seen before, lines are missing: exchange check")
    return broken
