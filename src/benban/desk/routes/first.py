"""What is asked before anything is kept: what happened, the age answers, where to keep it."""

from dataclasses import replace

from starlette.responses import Response

from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk, Keeping
from benban.desk.pages import go_to, show, show_lines
from benban.errors import AnswerMissingError, BenbanError
from benban.model.sighting import AgeAnswers, Answer, SightingKind

ROUTES = Routes()
QUESTIONS = ("adult_now", "adult_in_picture", "nobody_doubts")


@ROUTES.page("/what")
def what(desk: Desk, _asked: Asked) -> Response:
    """Ask what is going on."""
    kind = desk.intake.kind
    return show(desk, "what.html.j2", kinds=tuple(SightingKind), chosen=kind.value if kind else "")


@ROUTES.form("/what")
def say_what(desk: Desk, asked: Asked) -> Response:
    """Remember what is going on."""
    desk.intake = replace(desk.intake, kind=SightingKind(_one_of(asked, "kind", SightingKind)))
    return go_to("/age")


@ROUTES.page("/age")
def age(desk: Desk, _asked: Asked) -> Response:
    """Ask the three age questions; none is answered beforehand."""
    chosen = {name: getattr(desk.intake.answers, name).value for name in QUESTIONS}
    return show(desk, "age.html.j2", here="/age", action="/age", skip="/where", chosen=chosen)


@ROUTES.form("/age")
def say_age(desk: Desk, asked: Asked) -> Response:
    """Remember the answers; only three times yes opens pictures, and that is asked elsewhere."""
    desk.intake = replace(desk.intake, answers=answers_of(asked))
    return go_to("/young" if is_young(desk.intake.answers) else "/where")


@ROUTES.page("/young")
def young(desk: Desk, _asked: Asked) -> Response:
    """Say first that nothing was done wrong, and what is open without any picture."""
    return show_lines(desk, "young", ("/where", "desk.go-on"), ("/help-now", "desk.help-now"))


@ROUTES.page("/where")
def where(desk: Desk, _asked: Asked) -> Response:
    """Ask where to keep what is written, or nowhere."""
    return show(desk, "where.html.j2", error=None)


@ROUTES.form("/where")
def say_where(desk: Desk, asked: Asked) -> Response:
    """Lead to the passphrase, or on without keeping anything."""
    try:
        wish = asked.needed("where", "desk.where.heading")
        if wish == "elsewhere":
            desk.folder = asked.folder("folder", "desk.where.folder")
        elif wish == "here":
            # Whoever comes back and chooses anew means this computer's own place.
            desk.folder = desk.usual_folder
    except BenbanError as error:
        return show(desk, "where.html.j2", status=400, error=error)
    if wish == "paper":
        desk.keeping = Keeping.PAPER
        return go_to("/paper")
    return go_to("/unlock" if desk.has_vault else "/passphrase")


def answers_of(asked: Asked) -> AgeAnswers:
    """Return the age answers of a form; what was left open stays not answered."""
    known = {one.value: one for one in Answer}
    adult_now, adult_in_picture, nobody_doubts = (
        known.get(asked.first(name), Answer.NOT_ANSWERED) for name in QUESTIONS
    )
    return AgeAnswers(
        adult_now=adult_now, adult_in_picture=adult_in_picture, nobody_doubts=nobody_doubts
    )


def is_young(answers: AgeAnswers) -> bool:
    """Return whether a person's or a picture's age was said to be under 18, or in doubt."""
    said = (answers.adult_now, answers.adult_in_picture, answers.nobody_doubts)
    return any(one in {Answer.NO, Answer.UNSURE} for one in said)


def _one_of(asked: Asked, name: str, kinds: type[SightingKind]) -> str:
    value = asked.needed(name, f"desk.{name}.heading")
    if value not in {one.value for one in kinds}:
        raise AnswerMissingError(name)
    return value
