"""Which of two pictures came first, on what that rests, and what a stamp does not show."""

from benban.dossier.voice import Voice
from benban.model.finding import Direction, OrderTimes


def said_order(voice: Voice, direction: Direction | None) -> str:
    """Return the order in sentences; without support it is not determined (EVIDENCE 5)."""
    if direction is None or not direction.support:
        parts = [voice.say("direction.not-determined")]
    else:
        parts = [voice.say(_order(direction))]
        items = "; ".join(voice.known("support", one) for one in direction.support)
        parts.append(voice.say("direction.support", items=items))
        if direction.times is not None:
            parts.append(_times(voice, direction.times))
        if not direction.rests_on_times:
            parts.append(voice.say("direction.limit"))
        if "stamped-before" in direction.support:
            parts.append(voice.say("direction.stamp-limit"))
    if direction is not None and direction.notes:
        items = "; ".join(voice.known("support", one) for one in direction.notes)
        parts.append(voice.say("direction.note", items=items))
    return " ".join(parts)


def _order(direction: Direction) -> str:
    if direction.rests_on_times:
        return "direction.later-by-times"
    return f"direction.{direction.order.value}"


def _times(voice: Voice, times: OrderTimes) -> str:
    stamps = "; ".join(
        voice.say("direction.stamp", authority=voice.user(one.authority), at=voice.moment(one.at))
        for one in times.stamps
    )
    return voice.say("direction.times", stamps=stamps, first=voice.moment(times.first_known_at))
