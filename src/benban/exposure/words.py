"""Reasons, places, audiences and traces of one's own photos, in words."""

from benban.exposure.order import Listed, Why
from benban.model.own_photo import Audience, PhotoPlace, PhotoService, Trace
from benban.wording import Language, message_ids, say


def say_reasons(language: Language, line: Listed) -> tuple[str, ...]:
    """Return why a line stands where it stands, one sentence for each reason, in their order."""
    return tuple(say_why(language, why, alike=len(line.photos)) for why in line.reasons)


def say_why(language: Language, why: Why, *, alike: int = 1) -> str:
    """
    Return one reason as a sentence.

    Args:
        language: of the reader.
        why: the reason.
        alike: how many photos the line stands for.
    """
    return say(language, f"exposure.why.{why.value}", count=alike)


def say_service(language: Language, service: PhotoService) -> str:
    """Return what a service is called."""
    return say(language, f"exposure.service.{service.value}")


def say_place(language: Language, place: PhotoPlace) -> str:
    """Return as what a photo stands there, to be used within a sentence."""
    return say(language, f"exposure.place.{place.value}")


def say_audience(language: Language, audience: Audience) -> str:
    """Return who can see a photo, to be used within a sentence."""
    return say(language, f"exposure.audience.{audience.value}")


def say_trace(language: Language, trace: Trace) -> str:
    """Return what travels with a file; what no rule reads does not sound like an alarm."""
    return say(language, f"exposure.trace.{trace.value}")


def say_problem(language: Language, code: str) -> str:
    """
    Return why photos could not be looked into, to be used within a sentence; else the code.

    An error's own words speak of one file, and some of them name a limit that is not kept here.
    """
    message_id = f"exposure.problem.{code}"
    return say(language, message_id) if message_id in message_ids(language) else code
