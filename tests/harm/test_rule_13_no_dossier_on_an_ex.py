"""HARM 13: talk about it alone opens no way out; only some kinds are kept with pictures."""

from pathlib import Path

import click
import pytest

from benban.casework.notify import approve_notice, draft_for_step, mark_notice_sent
from benban.cli.main import make_group
from benban.cli.words import Words
from benban.errors import NothingToConcludeError
from benban.model.remedy import Signature
from benban.model.sighting import Answer, SightingKind
from benban.notices.draft import NoticeAnswers
from benban.notices.statements import required_statements
from benban.seal.age import voice_code
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore
from benban.wording import Language
from tests.harm.scenes import ADDRESS, CATALOGUE, a_case, reported
from tests.harm.walk import ANSWERS, Walk
from tests.unit.remedies.scenes import plan as plan_for
from tests.unit.remedies.scenes import sighting as sighting_for

KEY = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
CLOSED = [
    kind.value
    for kind in SightingKind
    if kind not in {SightingKind.PUBLISHED, SightingKind.THREATENED}
]
# Verbs that write a file where the person says. A new one must be looked at here first.
GUARDED = {
    "dossier",
    "letter",
    "notice approve",
    # Of a notice that was approved or sent.
    "notice calendar",
    "notice eml",
    "notice record",
    "paper",
    "hand-over",
    "entrust",
    # Needs an exhibit of a published or threatened sighting (test_rule_19_exchange).
    "share-hash",
}
# Options that name a file to write.
WRITES = {"--out", "--checklist"}
NOT_ABOUT_SOMEBODY = {
    "show",  # of an exhibit, which such a case cannot have unless it is the service's own post
    "receipt",  # a root, a size and a key: nothing of the case
    "demo",  # no real case
    "guide",  # from the catalogue alone
    "audit",  # the person's own photos and what to do about them; no sighting, no picture
    "exchange pull",  # a bank of shared hashes, by its numbers; no case is opened
    "scan",  # an operator's own store by the numbers of a bank; no case is opened
    "safer",  # files that the person names, with less in them; no case is opened
    "organisation papers",  # counts and measures; no case is opened for them
}


@pytest.fixture(params=CLOSED)
def closed(request: pytest.FixtureRequest, terminal: Walk) -> tuple[str, str, Walk]:
    case = terminal.ask("case", "new")["case"]
    places = terminal.file("noi.txt", f"{ADDRESS}\nhọ nói về chuyện đó\n")
    added = terminal.ask(
        *("add", case, "--from", places, "--kind", request.param, "--visit", "no"), *ANSWERS
    )
    return case, added["sightings"][0], terminal


def code_of(terminal: Walk, *words: str) -> str:
    ran = terminal.run(*words, "--json")
    error = ran.json.get("error", {})
    return str(error.get("code", ran.code))


def test_nothing_leaves_a_case_that_has_no_published_or_threatened_sighting(
    closed: tuple[str, str, Walk],
) -> None:
    case, sighting, terminal = closed
    step = "tg-any"
    asked = (sighting, step, "--intimate", "yes", "--speech", "no")
    names = ("h.zip", "c.zip", "t.pdf", "b.age", "g.pdf")
    targets = [Path(terminal.out(name)) for name in names]
    disclosure = terminal.file("ben-nhan", "R\nP\nL\nage1xyz\n")

    to = ("--to", terminal.file("khoa", KEY), "--disclosure", disclosure)
    codes = [
        code_of(terminal, "dossier", case, "--out", str(targets[0]), "--send", "no"),
        code_of(
            terminal,
            *("dossier", case, "--out", str(targets[1]), "--send", "no"),
            *("--for", "authority", "--disclosure", disclosure),
        ),
        code_of(terminal, "letter", case, "--out", str(targets[2])),
        code_of(terminal, "notice", "draft", case, *asked),
        code_of(terminal, "hand-over", case, *to, "--out", str(targets[3])),
        code_of(
            terminal,
            *("entrust", case, *to, "--out", str(targets[3])),
            *("--heard", terminal.file("nghe", voice_code(KEY)), "--destroy", "yes"),
        ),
        code_of(
            terminal,
            *("paper", case, "crime-report", "--for", "authority", "--out", str(targets[4])),
        ),
    ]

    assert (codes, [one.exists() for one in targets]) == (["BB-106"] * 7, [False] * 5)
    assert terminal.ask("case", "show", case)["sightings"] != []
    assert list(terminal.leaving.iterdir()) == []


def test_help_stays_open_to_such_a_case(closed: tuple[str, str, Walk]) -> None:
    case, _, terminal = closed

    assert len(terminal.ask("plan", case)["plans"][0]["steps"]) >= 1


@pytest.mark.parametrize(
    "kind", [one.value for one in SightingKind if not one.is_captured_with_media]
)
def test_a_file_is_not_kept_for_a_kind_that_is_kept_as_words(terminal: Walk, kind: str) -> None:
    case = terminal.ask("case", "new")["case"]
    picture = terminal.file("x.jpg", draw_feed_picture(1))

    code = code_of(terminal, "add", case, picture, "--kind", kind, "--seen-on", "nhóm", *ANSWERS)

    assert (code, terminal.ask("case", "show", case)["exhibits"]) == ("BB-105", [])


def test_a_draft_cannot_be_signed_or_sent_once_the_sighting_became_talk(
    store: CaseStore, clock: FakeClock
) -> None:
    sighting = reported(store, clock)
    steps = [one for one in plan_for(sighting_for(ADDRESS)).steps if one.notice_form]
    notice = draft_for_step(
        store,
        sighting,
        steps[0].id,
        answers=NoticeAnswers(is_intimate=Answer.YES, is_speech=Answer.NO),
        language=Language.EN,
        catalogue=CATALOGUE,
        clock=clock,
    )
    form = CATALOGUE.form(notice.form)
    assert form is not None
    signature = Signature(
        name="M. N.",
        is_pseudonym=True,
        contact="case@mail.example",
        statements=required_statements(form, a_case().capacity),
        at=clock.now(),
    )
    reported(store, clock, kind=SightingKind.TALK_ABOUT_IT)

    with pytest.raises(NothingToConcludeError):
        approve_notice(store, notice.id, signature, CATALOGUE, elsewhere=())
    with pytest.raises(NothingToConcludeError):
        mark_notice_sent(store, notice.id, clock)


def test_every_command_that_writes_a_file_is_guarded_or_says_nothing_of_anybody() -> None:
    group = make_group(Words(Language.EN))
    context = click.Context(group)
    writing = set()
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        inner = command.commands if isinstance(command, click.Group) else {"": command}
        for part, one in inner.items():
            if one is not None and any(WRITES & {*option.opts} for option in one.params):
                writing.add(f"{name} {part}".strip())

    assert writing == GUARDED | NOT_ABOUT_SOMEBODY
