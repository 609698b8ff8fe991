"""One notice: the two questions before it, "this will be sent", signing, sent by hand, answers."""

from starlette.responses import Response

from benban.casework.notify import (
    approve_notice,
    draft_for_step,
    is_before_capture,
    mark_notice_sent,
    notices_elsewhere,
)
from benban.casework.replies import keep_reply
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.errors import BenbanError
from benban.model.ids import NoticeId, SightingId, StepId
from benban.model.remedy import Notice, NoticeState, Reply, Signature
from benban.model.sighting import Answer, Sighting
from benban.notices.draft import NoticeAnswers
from benban.notices.lint import lint_notice
from benban.notices.statements import required_statements, statement_text
from benban.notices.warnings import IrreversibleAct
from benban.wiring_case import CaseStore, catalogue

ROUTES = Routes()
_OUTCOMES = (
    NoticeState.ACKNOWLEDGED,
    NoticeState.REMOVED,
    NoticeState.REFUSED,
    NoticeState.ESCALATED,
)
_QUESTIONS = ("intimate", "speech")


@ROUTES.page("/c/{case}/s/{sighting}/write/{step}")
def two_questions(desk: Desk, asked: Asked) -> Response:
    """Ask the two questions that stand before every notice (HARM 15)."""
    with desk.case(asked.parts["case"]) as store:
        store.get(Sighting, SightingId(asked.parts["sighting"]))
    return _questions(desk, asked, None)


@ROUTES.form("/c/{case}/s/{sighting}/write/{step}")
def write(desk: Desk, asked: Asked) -> Response:
    """Draft the text for one step and show it."""
    known = {one.value: one for one in Answer}
    said = [known.get(asked.first(name), Answer.NOT_ANSWERED) for name in _QUESTIONS]
    with desk.case(asked.parts["case"]) as store:
        try:
            notice = draft_for_step(
                store,
                store.get(Sighting, SightingId(asked.parts["sighting"])),
                StepId(asked.parts["step"]),
                answers=NoticeAnswers(is_intimate=said[0], is_speech=said[1]),
                language=desk.language,
                catalogue=catalogue(),
                clock=desk.clock,
            )
        except BenbanError as error:
            return _questions(desk, asked, error)
        return go_to(f"/c/{store.case.id}/n/{notice.id}")


@ROUTES.page("/c/{case}/n/{notice}")
def notice(desk: Desk, asked: Asked) -> Response:
    """Show exactly what leaves, to whom, who may learn the name, and what is not in it."""
    with desk.case(asked.parts["case"]) as store:
        return _notice(desk, store, asked, None)


@ROUTES.form("/c/{case}/n/{notice}/sign")
def sign(desk: Desk, asked: Asked) -> Response:
    """Sign this one notice with what was typed and ticked here."""
    with desk.case(asked.parts["case"]) as store:
        signature = Signature(
            name=asked.first("name"),
            is_pseudonym=asked.first("pseudonym") == "yes",
            contact=asked.first("contact"),
            statements=asked.every("statement"),
            at=desk.clock.now(),
        )
        try:
            approve_notice(
                store,
                NoticeId(asked.parts["notice"]),
                signature,
                catalogue(),
                elsewhere=notices_elsewhere(desk.vault, store),
            )
        except BenbanError as error:
            return _notice(desk, store, asked, error)
        return go_to(f"/c/{store.case.id}/n/{asked.parts['notice']}")


@ROUTES.form("/c/{case}/n/{notice}/sent")
def sent(desk: Desk, asked: Asked) -> Response:
    """Start its clock: the person pasted it into the form or mailed it."""
    with desk.case(asked.parts["case"]) as store:
        mark_notice_sent(store, NoticeId(asked.parts["notice"]), desk.clock)
        return go_to(f"/c/{store.case.id}/n/{asked.parts['notice']}")


@ROUTES.form("/c/{case}/n/{notice}/reply")
def reply(desk: Desk, asked: Asked) -> Response:
    """Keep an answer, word for word, as an exhibit."""
    outcomes = {one.value: one for one in _OUTCOMES}
    with desk.case(asked.parts["case"]) as store:
        answer = Reply(at=desk.clock.now(), text=asked.first("text"), ticket=asked.first("ticket"))
        state = outcomes.get(asked.needed("state", "desk.notice.reply"), NoticeState.ACKNOWLEDGED)
        keep_reply(store, NoticeId(asked.parts["notice"]), answer, state, desk.clock)
        return go_to(f"/c/{store.case.id}/n/{asked.parts['notice']}")


def _questions(desk: Desk, asked: Asked, error: BenbanError | None) -> Response:
    case_id, sighting_id = asked.parts["case"], asked.parts["sighting"]
    path = f"/c/{case_id}/s/{sighting_id}"
    return show(
        desk,
        "notice_questions.html.j2",
        status=400 if error else 200,
        here=f"{path}/write/{asked.parts['step']}",
        path=path,
        questions=_QUESTIONS,
        answers=(Answer.YES, Answer.NO, Answer.UNSURE),
        chosen={name: asked.first(name) for name in _QUESTIONS},
        error=error,
    )


def _notice(desk: Desk, store: CaseStore, asked: Asked, error: BenbanError | None) -> Response:
    one = store.get(Notice, NoticeId(asked.parts["notice"]))
    form = catalogue().form(one.form)
    required = required_statements(form, store.case.capacity) if form else ()
    sighting = store.get(Sighting, one.sighting_id)
    is_first = one.state is NoticeState.DRAFT and is_before_capture(store, one)
    return show(
        desk,
        "notice.html.j2",
        status=400 if error else 200,
        path=f"/c/{store.case.id}/n/{one.id}",
        back=f"/c/{store.case.id}/s/{one.sighting_id}/plan",
        case=store.case,
        notice=one,
        findings=lint_notice(one, catalogue(), sighting=sighting)
        if one.state is NoticeState.DRAFT
        else (),
        statements=[(name, statement_text(desk.language, name)) for name in required],
        warning=IrreversibleAct.REPORT_BEFORE_CAPTURE.message_id if is_first else "",
        outcomes=_OUTCOMES,
        typed={name: asked.first(name) for name in ("name", "contact")},
        error=error,
    )
