"""Places and looks for the tests of this room."""

from datetime import UTC, datetime, timedelta

from benban.model.ids import PlaceId, new_look_id
from benban.model.sighting import Address
from benban.model.watch import Judgement, Look, Means, Place, SeenState, Sign
from benban.watch.judge import Past, Seen, judge, served_at
from benban.watch.signs import PageSign, watch_of

THEN = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ASKED = "https://dien-dan.vi-du.example/bai/5"


def day(number: float) -> datetime:
    return THEN + timedelta(days=number)


def a_place(host: str = "dien-dan.vi-du.example", path: str = "/bai/5") -> Place:
    address = Address(
        raw=f"https://{host}{path}", canonical=f"https://{host}{path}", host=host, service="unknown"
    )
    return Place(id=PlaceId(f"plc-{host}{path}"), sighting_id=None, address=address, named_at=THEN)


def seen(status: int | None = 200, **given: object) -> Seen:
    said = {"means": Means.HTTP, "asked": ASKED, "final": ASKED, "status": status, **given}
    return Seen(**said)  # type: ignore[arg-type]


def look(judgement: Judgement, at: datetime, *, of: Seen | None = None) -> Look:
    return Look(
        id=new_look_id(),
        place_id=PlaceId("plc-1"),
        at=at,
        means=Means.HTTP,
        judgement=judgement,
        served_at=None if of is None else served_at(of),
    )


def story(
    *looks: tuple[float, Seen], was_seen: bool = True, signs: tuple[PageSign, ...] | None = None
) -> list[Judgement]:
    """Return what is said after each look; each knows those before it."""
    told: list[Look] = []
    for days, one in looks:
        past = Past(looks=tuple(told), was_seen=was_seen)
        rules = watch_of("unknown").signs if signs is None else signs
        told.append(look(judge(one, past, rules, at=day(days)), day(days), of=one))
    return [one.judgement for one in told]


def told(state: SeenState, sign: Sign = Sign.NOTHING, *, at: datetime = THEN) -> Look:
    return look(Judgement(state=state, sign=sign, reason="x"), at)
