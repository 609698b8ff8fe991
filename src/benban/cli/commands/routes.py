"""``benban routes``: answers that open further steps; each may be skipped, none is pre-selected."""

from typing import Any

import click

from benban.casework.routes import answer_copyright, answer_tie
from benban.cli.options import common_options, is_interactive, read_text
from benban.cli.out import Out
from benban.cli.questions import ask_answer, ask_needed, ask_number, tell
from benban.cli.session import find_one, opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import UsageError
from benban.model.case import Capacity
from benban.model.routes import LinkTo
from benban.model.sighting import Answer, Sighting
from benban.wiring_case import CaseStore, system_clock

_ANSWERS = [answer.value for answer in (Answer.YES, Answer.NO, Answer.UNSURE)]


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("routes", help=words("cli.routes.help"))
    @click.argument("case")
    @click.option("--tie", "ties", multiple=True, help=words("cli.routes.o.tie"))
    @click.option("--copyright", "sighting", help=words("cli.routes.o.copyright"))
    @click.option("--photo-from", "photo", help=words("cli.routes.o.photo-from"))
    @click.option("--owns", type=click.Choice(_ANSWERS), help=words("cli.routes.o.owns"))
    @click.option("--read", type=click.Choice(_ANSWERS), help=words("cli.routes.o.read"))
    @common_options(words)
    def routes(case: str, ties: tuple[str, ...], sighting: str | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        answers = _parsed(words, ties)
        with opened_case(words, options, case) as (_, store):
            if sighting is not None:
                _ask_copyright(out, store, find_one(store, Sighting, sighting), given)
                return
            if not answers and is_interactive() and store.case.capacity is not Capacity.SELF:
                tell(words("cli.routes.for-the-person"))
            for to, answer in (answers or _asked(words)).items():
                answer_tie(store, to, answer, system_clock())
                answers[to] = answer
            case_id = store.case.id
        out.say("cli.routes.kept", count=len(answers), case=case_id)
        out.document({"ties": {to.value: answer.value for to, answer in answers.items()}})

    return routes


def _parsed(words: Words, ties: tuple[str, ...]) -> dict[LinkTo, Answer]:
    places = ", ".join(to.value for to in LinkTo)
    answers: dict[LinkTo, Answer] = {}
    for tie in ties:
        place, _, said = tie.partition("=")
        if said not in _ANSWERS or place.upper() not in {to.value for to in LinkTo}:
            raise UsageError(reason=words("cli.routes.tie-wrong", places=places))
        answers[LinkTo(place.upper())] = Answer(said)
    return answers


def _asked(words: Words) -> dict[LinkTo, Answer]:
    """Return what was answered one by one; where nobody can be asked, nothing."""
    if not is_interactive():
        return {}
    asked = ((to, _one(words, to)) for to in LinkTo)
    return {to: answer for to, answer in asked if answer is not None}


def _one(words: Words, to: LinkTo) -> Answer | None:
    tell(words(f"tie.ask.{to.value}"))
    choices = [*(f"cli.answer.{said}" for said in _ANSWERS), "cli.answer.skip"]
    number = ask_number(words, [words(one) for one in choices])
    return Answer(_ANSWERS[number]) if number < len(_ANSWERS) else None


def _ask_copyright(out: Out, store: CaseStore, sighting: Sighting, given: dict[str, Any]) -> None:
    words = out.words
    # Shown every time, also when the answers come as options.
    tell(words("copyright.warning"))
    read = ask_answer(words, "copyright.ask.read", given["read"])
    owns = ask_answer(words, "copyright.ask.owns", given["owns"])
    photo = ""
    if (read, owns) == (Answer.YES, Answer.YES):
        photo = _photo(words, given["photo"])
    kept = answer_copyright(
        store,
        sighting,
        owns_it=owns,
        has_read_warning=read,
        photo=photo,
        clock=system_clock(),
    )
    is_open = kept.opens_copyright
    out.say("cli.routes.copyright-open" if is_open else "cli.routes.copyright-closed")
    out.document({"sighting": sighting.id, "copyright_open": is_open})


def _photo(words: Words, source: str | None) -> str:
    if source is not None:
        return read_text(source)
    return ask_needed(words("copyright.ask.photo")) if is_interactive() else ""
