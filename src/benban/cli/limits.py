"""Time limits on the terminal: until when, since when, and who says so."""

from collections.abc import Sequence

from benban.casework.paper_ledgers import limit_start
from benban.cli.out import Json, Out
from benban.model.catalogue import instrument_name
from benban.model.limitation import TimeLimit


def print_limits(out: Out, limits: Sequence[TimeLimit]) -> None:
    """Print the limits, soonest first; nothing when no day is known."""
    if not limits:
        return
    language = out.words.language
    out.line()
    out.say("cli.limits.title")
    for one in limits:
        names = dict.fromkeys(instrument_name(rule, language) for rule in one.basis)
        out.say(
            "cli.limits.line",
            date=f"{one.ends_on:%d/%m/%Y}",
            what=out.words(f"limit.{one.id}"),
            start=limit_start(one, language),
            basis="; ".join(names),
        )
    if all(one.id != "fine" for one in limits):
        # Silence would read as "there is no such time limit".
        out.say("cli.limits.no-fine")
    out.say("cli.limits.about")


def limits_json(limits: Sequence[TimeLimit]) -> list[Json]:
    """Return the limits as the commands print them."""
    return [
        {
            "limit": one.id,
            "starts_on": one.starts_on.isoformat(),
            "ends_on": one.ends_on.isoformat(),
            "start": one.start.value,
            "start_is_sure": one.is_start_sure,
            "provisions": [rule.id for rule in one.basis],
        }
        for one in limits
    ]
