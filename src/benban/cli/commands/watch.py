"""``benban watch``: look again at the places of a case, and hear of it when one wants to."""

import random
import secrets
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import click

from benban.casework.recheck import LookTaken, Round, WatchTools, recheck
from benban.casework.watch_offers import answer_offer, open_offers, take_in_offer
from benban.casework.watch_once import ToolBox, opened_tools
from benban.casework.watch_places import (
    let_go,
    name_place,
    pause_places,
    require_permission,
    take_up_sightings,
)
from benban.casework.watch_summary import latest_looks, next_look_at, summarise
from benban.cli.options import common_options, is_interactive, read_text
from benban.cli.out import Json, Out, one_line
from benban.cli.questions import answer_options, ask_age, ask_line, local_time
from benban.cli.session import opened_case, take_out, take_vault_options
from benban.cli.watch_words import place_json, say_round, say_summary, summary_json
from benban.cli.words import Words
from benban.errors import PlaceMissingError, UsageError
from benban.model.ids import OfferId, PlaceId
from benban.model.watch import OfferState, Place
from benban.outside.http_fetcher import HttpFetcher
from benban.remedies.address import parse_address
from benban.wiring_case import (
    CaseStore,
    Vault,
    catalogue,
    opened_browser,
    opened_fence,
    system_clock,
)

_ANSWERS = {
    "now": OfferState.READ,
    "later": OfferState.LATER,
    "helper": OfferState.FOR_HELPER,
    "pause": OfferState.PAUSED,
}
_A_MONTH = timedelta(days=30)
# A daemon looks at the clock at least so often: the computer may have slept.
_LONGEST_REST_S = 900.0
_SHORTEST_REST_S = 30.0


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("watch", help=words("cli.watch.help"))
    @click.argument("case")
    @click.option("--once", "act", flag_value="once", help=words("cli.watch.o.once"))
    @click.option("--daemon", "act", flag_value="daemon", help=words("cli.watch.o.daemon"))
    @click.option("--list", "act", flag_value="list", help=words("cli.watch.o.list"))
    @click.option("--add", "act", flag_value="add", help=words("cli.watch.o.add"))
    @click.option("--from", "source", help=words("cli.watch.o.from"))
    @click.option("--drop", help=words("cli.watch.o.drop"))
    @click.option("--pause", type=click.Choice(["yes", "no"]), help=words("cli.watch.o.pause"))
    @click.option("--find", help=words("cli.watch.o.find"))
    @click.option("--answer", type=click.Choice(list(_ANSWERS)), help=words("cli.watch.o.answer"))
    @click.option("--take-in", "is_taken_in", is_flag=True, help=words("cli.watch.o.take-in"))
    @common_options(words)
    def watch(case: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (vault, store):
            _Watching(out, vault, store).run(given)

    watch.params += answer_options(words)
    return watch


class _Watching:
    """One run of the command over an open case."""

    def __init__(self, out: Out, vault: Vault, store: CaseStore) -> None:
        self.out = out
        self.words = out.words
        self.vault = vault
        self.store = store
        self.clock = system_clock()
        # Within one run of the program the monotonic clock alone tells what has passed.
        self.run_id = secrets.token_hex(8)

    def run(self, given: dict[str, Any]) -> None:
        if given["find"] is not None:
            self._answer(given)
        elif given["drop"] is not None:
            self._drop(given["drop"])
        elif given["pause"] is not None:
            self._pause(is_wanted=given["pause"] == "yes")
        else:
            acts: dict[str | None, Callable[[], None]] = {
                "once": self._once,
                "daemon": self._daemon,
                "list": self._list,
                "add": lambda: self._add(given["source"]),
            }
            acts.get(given["act"], self._summary)()

    def _summary(self) -> None:
        take_up_sightings(self.store, self.clock)
        summary = summarise(self.store, self.clock, run=self.run_id)
        say_summary(self.out, summary)
        self.out.document({"summary": summary_json(summary)})

    def _once(self) -> None:
        require_permission(self.store, self.clock.now())
        with self._tools() as tools:
            done = self._round(tools)
        summary = summarise(self.store, self.clock, run=self.run_id)
        say_summary(self.out, summary)
        self.out.document({"round": _round_json(done), "summary": summary_json(summary)})

    def _daemon(self) -> None:
        """Look until the permission ends, or until it is stopped; what was looked at is kept."""
        take_up_sightings(self.store, self.clock)
        self.out.say("cli.watch.daemon")
        while True:
            require_permission(self.store, self.clock.now())
            if self._rest_s() <= 0:
                # Fence and browser are opened for a round that asks somebody, and closed after it.
                with self._tools() as tools:
                    self._round(tools)
                say_summary(self.out, summarise(self.store, self.clock, run=self.run_id))
            time.sleep(min(max(self._rest_s(), _SHORTEST_REST_S), _LONGEST_REST_S))

    def _rest_s(self) -> float:
        due = next_look_at(self.store, self.clock, run=self.run_id)
        return _LONGEST_REST_S if due is None else (due - self.clock.now()).total_seconds()

    def _round(self, tools: WatchTools) -> Round:
        def tell(taken: LookTaken, done: int, every: int) -> None:
            state = self.words(f"watch.state.{taken.look.judgement.state.value}")
            # A find waits; a place that was let go is not spoken of.
            if taken.offer is None and not taken.is_let_go:
                self.out.say("cli.watch.looked", done=done, all=every, state=state)

        done = recheck(self.store, tools, on_look=tell)
        say_round(self.out, done)
        return done

    def _tools(self) -> AbstractContextManager[WatchTools]:
        box = ToolBox(
            fetcher=make_fetcher,
            fence=opened_fence,
            browser=lambda: opened_browser(self.vault),
            catalogue=catalogue(),
            clock=self.clock,
            chance=random.SystemRandom().random,
            sleep=time.sleep,
            run=self.run_id,
            explain=self.out.explain,
        )
        return opened_tools(self.store, box)

    def _list(self) -> None:
        places = take_up_sightings(self.store, self.clock)
        # What waits behind "read now" is not told by the way (HARM 10).
        waiting = {one.place_id for one in open_offers(self.store)}
        known = latest_looks(self.store)
        looks = {place: look for place, look in known.items() if place not in waiting}
        for place in places:
            look = looks.get(place.id)
            state = look.judgement.state.value if look else "not-looked"
            state = "waits" if place.id in waiting else state
            self.out.say("cli.watch.place", id=place.id, state=self.words(f"watch.state.{state}"))
            self.out.line(f"  {one_line(place.address.shown)}")
            if look is not None:
                when = local_time(look.at)
                reason = self.words(f"watch.reason.{look.judgement.reason}")
                self.out.say("cli.watch.why", reason=reason, time=when)
        if not places:
            self.out.say("cli.watch.none")
        listed = [place_json(one, looks.get(one.id)) for one in places]
        self.out.document({"places": listed, "finds": [one.id for one in open_offers(self.store)]})

    def _add(self, source: str | None) -> None:
        """Name places; their addresses come by prompt, file or standard input (promise 9)."""
        if source is not None:
            lines = [one.strip() for one in read_text(source).splitlines()]
        elif is_interactive():
            lines = [ask_line(self.words("cli.watch.ask-address"))]
        else:
            raise UsageError(reason=self.words("cli.watch.no-address"))
        named = []
        for line in filter(None, lines):
            address = parse_address(line, catalogue())
            named.append(name_place(self.store, address, catalogue(), self.clock))
            self.out.say("cli.watch.named", id=named[-1].id)
        self.out.say("cli.watch.named-next", case=self.store.case.id)
        self.out.document({"places": [one.id for one in named]})

    def _drop(self, text: str) -> None:
        place_id = PlaceId(_one(text, [one.id for one in self.store.all(Place)]))
        let_go(self.store, place_id)
        self.out.say("cli.watch.dropped", id=place_id)
        self.out.document({"dropped": place_id})

    def _pause(self, *, is_wanted: bool) -> None:
        until = self.clock.now() + _A_MONTH if is_wanted else None
        count = pause_places(self.store, until)
        if until is None:
            self.out.say("cli.watch.goes-on", count=count)
        else:
            self.out.say("cli.watch.paused", time=local_time(until))
        self.out.document({"paused_until": until.isoformat() if until else None, "places": count})

    def _answer(self, given: dict[str, Any]) -> None:
        offer_id = OfferId(_one(given["find"], [one.id for one in open_offers(self.store)]))
        if given["is_taken_in"]:
            self._take_in(offer_id, given)
            return
        if given["answer"] is None:
            raise UsageError(reason=self.words("cli.watch.which-answer"))
        offer = answer_offer(self.store, offer_id, _ANSWERS[given["answer"]], self.clock)
        self.out.say(f"cli.watch.answered.{given['answer']}")
        document: dict[str, Json] = {"find": offer.id, "state": offer.state.value}
        if offer.state is OfferState.READ:
            place = self.store.get(Place, offer.place_id)
            self.out.say(f"cli.watch.find.{offer.kind.value}", time=local_time(offer.found_at))
            self.out.line(f"  {one_line(place.address.shown)}")
            self.out.say("cli.watch.find-next", case=self.store.case.id, id=offer.id)
            document |= {"kind": offer.kind.value, "address": place.address.raw}
        self.out.document(document)

    def _take_in(self, offer_id: OfferId, given: dict[str, Any]) -> None:
        answers = ask_age(self.words, given)
        sighting, plan = take_in_offer(
            self.store, offer_id, answers, catalogue=catalogue(), clock=self.clock
        )
        self.out.say("cli.watch.taken-in", id=sighting.id, steps=len(plan.steps))
        self.out.say("cli.add.next", case=self.store.case.id)
        self.out.document({"sighting": sighting.id, "steps": len(plan.steps)})


def make_fetcher() -> HttpFetcher:
    """Return what fetches over HTTP from the public internet."""
    return HttpFetcher()


def _one(text: str, ids: list[str]) -> str:
    """Return the only id that begins with *text*, with or without its first word."""
    found = [one for one in ids if text and (one.startswith(text) or f"-{text}" in one)]
    if len(found) != 1:
        raise PlaceMissingError
    return found[0]


def _round_json(done: Round) -> dict[str, Json]:
    kept = [one for one in done.looks if not one.is_let_go]
    return {
        "looks": [
            {
                "place": one.place.id,
                "state": one.look.judgement.state.value,
                "reason": one.look.judgement.reason,
                "status": one.look.status,
            }
            for one in kept
            # A find is offered, not pushed, also to a script that is read over a shoulder.
            if one.offer is None
        ],
        "finds": sum(one.offer is not None for one in kept),
        "not_allowed": len(done.not_allowed),
        "put_off": done.put_off,
    }
