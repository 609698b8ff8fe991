"""``benban forget``: list what goes with an exhibit, ask, destroy it."""

from typing import Any

import click

from benban.casework.forget import Forgetting, acts_of, forget, plan_forgetting
from benban.cli.commands.case import exhibit_name
from benban.cli.options import common_options, is_interactive
from benban.cli.out import Json, Out
from benban.cli.questions import ask_line, confirm, tell
from benban.cli.session import find_one, opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.model.exhibit import Exhibit
from benban.notices.warnings import warning_text


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("forget", help=words("cli.forget.help"))
    @click.argument("case")
    @click.argument("exhibit")
    @click.option("--destroy", type=click.Choice(["yes", "no"]), help=words("cli.forget.o.destroy"))
    @common_options(words)
    def forget_one(case: str, exhibit: str, destroy: str | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            planned = plan_forgetting(store, find_one(store, Exhibit, exhibit).id)
            lines = _lines(out, planned)
            lines += [warning_text(one, words.language) for one in acts_of(planned)]
            for line in lines:
                # Where it asks, what it asks about stands beside the question.
                (tell if destroy is None and is_interactive() else out.line)(line)
            if not _agreed(words, destroy):
                out.say("cli.forget.kept")
                out.document({"destroyed": [], **_json(planned)})
                return
            reason = ask_line(words("cli.forget.ask-reason")) if is_interactive() else ""
            gone = forget(store, planned, reason)
        out.say("cli.forget.done", count=len(gone))
        out.say("cli.minor.limits")
        out.document({"destroyed": list(gone), **_json(planned)})

    return forget_one


def _agreed(words: Words, said: str | None) -> bool:
    if said is not None:
        return said == "yes"
    return is_interactive() and confirm(words, words("cli.forget.ask"))


def _lines(out: Out, planned: Forgetting) -> list[str]:
    words = out.words
    lines = [words("cli.forget.goes", count=len(planned.exhibits))]
    lines += [f"  {one.id}  {exhibit_name(out, one)}" for one in planned.exhibits]
    lines.append(
        words(
            "cli.forget.derived",
            fingerprints=planned.fingerprints,
            comparisons=planned.comparisons,
            copies=planned.copies,
        )
    )
    if planned.dossiers or planned.papers or planned.hand_overs:
        lines.append(
            words(
                "cli.forget.outside",
                dossiers=len(planned.dossiers),
                papers=planned.papers,
                handed=planned.hand_overs,
            )
        )
    lines += [words("cli.forget.shared", exchange=one.exchange_name) for one in planned.shared]
    return lines


def _json(planned: Forgetting) -> dict[str, Json]:
    return {
        "goes": [one.id for one in planned.exhibits],
        "fingerprints": planned.fingerprints,
        "comparisons": planned.comparisons,
        "copies": planned.copies,
        "dossiers": list(planned.dossiers),
        "papers": planned.papers,
        "hand_overs": planned.hand_overs,
        "shared": [one.id for one in planned.shared],
    }
