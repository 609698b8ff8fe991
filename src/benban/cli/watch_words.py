"""What a watch says: ten seconds, and no find before it is asked for (HARM 10)."""

from benban.casework.recheck import Round
from benban.casework.watch_summary import WatchSummary
from benban.cli.out import Json, Out
from benban.cli.questions import local_time
from benban.model.watch import Look, Place


def say_summary(out: Out, summary: WatchSummary) -> None:
    """Print at most six short lines."""
    if not summary.places:
        out.say("cli.watch.none")
        return
    out.say(
        "cli.watch.summary",
        places=summary.places,
        there=summary.there,
        gone=summary.gone,
        hidden=summary.hidden,
        unknown=summary.unknown + summary.not_looked,
    )
    if summary.finds:
        out.say("cli.watch.finds", count=summary.finds)
    if summary.overdue:
        out.say("cli.watch.overdue", count=summary.overdue)
    if summary.paused == summary.places:
        out.say("cli.watch.all-paused")
    if summary.until is None:
        out.say("cli.watch.no-permission")
    elif summary.next_at is not None:
        out.say("cli.watch.next", time=local_time(summary.next_at))


def say_round(out: Out, done: Round) -> None:
    """Print what a round could not do, and that the rest is done."""
    if done.not_allowed:
        out.say("cli.watch.not-allowed", count=len(done.not_allowed))
    if done.put_off:
        out.say("cli.watch.put-off", count=done.put_off)
    if not done.looks:
        out.say("cli.watch.nothing-due")


def summary_json(summary: WatchSummary) -> dict[str, Json]:
    """Return the summary as the documents print it."""
    return {
        "places": summary.places,
        "there": summary.there,
        "gone": summary.gone,
        "hidden": summary.hidden,
        "unknown": summary.unknown,
        "not_looked": summary.not_looked,
        "finds": summary.finds,
        "overdue": summary.overdue,
        "paused": summary.paused,
        "next_at": summary.next_at.isoformat() if summary.next_at else None,
        "permission_until": summary.until.isoformat() if summary.until else None,
    }


def place_json(place: Place, look: Look | None) -> dict[str, Json]:
    """Return a place with its last look as the documents print it."""
    document: dict[str, Json] = {
        "place": place.id,
        "address": place.address.raw,
        "sighting": place.sighting_id,
        "paused_until": place.paused_until.isoformat() if place.paused_until else None,
    }
    if look is not None:
        document["look"] = {
            "at": look.at.isoformat(),
            "state": look.judgement.state.value,
            "reason": look.judgement.reason,
            "evidence": {one.name: one.value for one in look.judgement.evidence},
        }
    return document
