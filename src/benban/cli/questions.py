"""Questions that the person answers; nothing is inferred and nothing pre-selected."""

import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime

import click

from benban.cli.options import is_interactive
from benban.cli.out import visible, wrapped
from benban.cli.words import Words
from benban.errors import UsageError
from benban.model.case import Capacity
from benban.model.sighting import AgeAnswers, Answer, SightingKind

_ANSWERS = (Answer.YES, Answer.NO, Answer.UNSURE)
_AGE_QUESTIONS = ("adult-now", "adult-in-picture", "nobody-doubts")


def answer_options(words: Words) -> list[click.Option]:
    """Return one option for each of the three age answers; none has a default (HARM 2)."""
    return [
        click.Option(
            [f"--{question}"],
            type=click.Choice([answer.value for answer in _ANSWERS]),
            help=words(f"cli.age.{question}"),
        )
        for question in _AGE_QUESTIONS
    ]


def ask_age(words: Words, given: dict[str, str | None]) -> AgeAnswers:
    """
    Return the three answers: those given as options, the others asked one by one.

    Where nobody can be asked, a missing answer is recorded as not answered, which opens nothing.
    """
    answers = {question: _ask_one(words, question, given) for question in _AGE_QUESTIONS}
    return AgeAnswers(
        adult_now=answers["adult-now"],
        adult_in_picture=answers["adult-in-picture"],
        nobody_doubts=answers["nobody-doubts"],
    )


def _ask_one(
    words: Words, question: str, given: dict[str, str | None], family: str = "cli.age"
) -> Answer:
    said = given.get(question.replace("-", "_"))
    if said is not None:
        return Answer(said)
    if not is_interactive():
        return Answer.NOT_ANSWERED
    tell(words(f"{family}.{question}"))
    answers = [f"cli.age.{question}.{answer.value}" for answer in _ANSWERS]
    return _ANSWERS[ask_number(words, [words(one) for one in answers])]


def ask_adult(words: Words, said: str | None) -> Answer:
    """Return whether the person is 18 or older now; where nobody can be asked, not answered."""
    return _ask_one(words, "adult-now", {"adult_now": said})


def ask_photo_ages(words: Words, given: dict[str, str | None]) -> AgeAnswers:
    """Return the same three answers for the person's own photos, where nothing was seen yet."""
    answers = {
        question: _ask_one(words, question, given, family="cli.photo-age")
        for question in _AGE_QUESTIONS
    }
    return AgeAnswers(
        adult_now=answers["adult-now"],
        adult_in_picture=answers["adult-in-picture"],
        nobody_doubts=answers["nobody-doubts"],
    )


def ask_answer(words: Words, message_id: str, said: str | None) -> Answer:
    """Return yes, no or not sure; where nobody can be asked, only what was said counts."""
    if said is not None:
        return Answer(said)
    if not is_interactive():
        return Answer.NOT_ANSWERED
    tell(words(message_id))
    return _ANSWERS[ask_number(words, [words(f"cli.answer.{one.value}") for one in _ANSWERS])]


def ask_kind(words: Words, said: str | None) -> SightingKind:
    """
    Return what kind of sighting it is.

    Raises:
        UsageError: BB-001, not said and nobody to ask.
    """
    if said is not None:
        return SightingKind(said)
    if not is_interactive():
        raise UsageError(reason=words("cli.add.kind-needed"))
    kinds = list(SightingKind)
    tell(words("cli.add.ask-kind"))
    return kinds[ask_number(words, [words(f"cli.kind.{kind.value}") for kind in kinds])]


def ask_capacity(words: Words, said: str | None) -> Capacity:
    """
    Return in which capacity somebody acts; nothing is pre-selected.

    Raises:
        UsageError: BB-001, not said and nobody to ask.
    """
    if said is not None:
        return Capacity(said)
    if not is_interactive():
        raise UsageError(reason=words("cli.take-over.capacity-needed"))
    capacities = list(Capacity)
    tell(words("cli.take-over.ask-capacity"))
    return capacities[ask_number(words, [words(f"cli.capacity.{one.value}") for one in capacities])]


def ask_yes(words: Words, message_id: str, said: str | None, **params: str | int) -> bool:
    """Return whether they agreed; where nobody can be asked, only an explicit ``yes`` agrees."""
    if said is not None:
        return said == "yes"
    return is_interactive() and confirm(words, words(message_id, **params))


def confirm(words: Words, question: str) -> bool:
    """Ask the person at the keyboard, and return whether they said yes; nothing is pre-selected."""
    tell(question)
    return ask_number(words, [words("cli.yes"), words("cli.no")]) == 0


def ask_number(words: Words, choices: Sequence[str]) -> int:
    """Return the 0-based place of the choice whose number was typed."""
    for number, choice in enumerate(choices, 1):
        tell(f"  {number}  {choice}")
    numbers = {str(number): number for number in range(1, len(choices) + 1)}
    while (typed := ask_line(words("cli.ask.number"))) not in numbers:
        tell(words("cli.ask.number-again", most=len(choices)))
    return numbers[typed] - 1


def ask_line(question: str) -> str:
    """Return what was typed, without the space around it; empty when only Enter was pressed."""
    typed: str = click.prompt(
        visible(wrapped(question, sys.stderr)), default="", show_default=False, err=True
    )
    return typed.strip()


def ask_needed(question: str) -> str:
    """Return what was typed, asking again until something was."""
    while not (typed := ask_line(question)):
        pass
    return typed


def tell(text: str) -> None:
    """Print *text* beside the questions, on standard error."""
    click.echo(visible(wrapped(text, sys.stderr)), err=True)


def local_time(moment: datetime) -> str:
    """Return *moment* as this computer's clock shows it, with its distance from UTC."""
    local = moment.astimezone()
    offset = local.isoformat()[-len("+07:00") :]
    return f"{local:%d/%m/%Y %H:%M} (UTC{offset})"


def parse_seen_at(words: Words, text: str | None) -> tuple[datetime | None, date | None]:
    """
    Return the moment and the day somebody typed; a time without a zone is this computer's.

    Raises:
        UsageError: BB-001, not a day or time such as ``2026-11-22 20:15`` or ``22/11/2026``.
    """
    if not text:
        return None, None
    for pattern in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return None, datetime.strptime(text, pattern).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    for pattern in ("%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M"):
        try:
            local = datetime.strptime(text, pattern).astimezone()
        except (ValueError, OverflowError):
            continue
        return local.astimezone(UTC), local.date()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(reason=words("cli.add.time-not-understood")) from error
    aware = moment.astimezone() if moment.tzinfo is None else moment
    return aware.astimezone(UTC), aware.date()
