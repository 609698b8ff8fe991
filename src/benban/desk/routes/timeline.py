"""What was asked of whom and until when, the calendar file, and a letter to somebody."""

import secrets

from starlette.responses import Response

from benban.casework.due import due_in_case
from benban.casework.letters import LetterWishes, letter_pdf, write_case_letter
from benban.casework.rest import rests_until, to_come
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import show
from benban.errors import BenbanError
from benban.model.remedy import Notice, NoticeState
from benban.notices.calendar import calendar_of
from benban.notices.letter import Recipient, Wish
from benban.notices.warnings import IrreversibleAct

ROUTES = Routes()
ROUTES.step(60, "desk.timeline.step", "timeline")
ROUTES.step(80, "desk.letter.step", "letter")


@ROUTES.page("/c/{case}/timeline")
def timeline(desk: Desk, asked: Asked) -> Response:
    """Show what is waited for, the earliest first, and every notice with how it stands."""
    with desk.case(asked.parts["case"]) as store:
        now = desk.clock.now()
        every, rests = due_in_case(store, now), rests_until(desk.vault, store.case.id, now)
        return show(
            desk,
            "timeline.html.j2",
            case=store.case,
            quiet_until=rests,
            dues=to_come(every) if rests else every,
            # Said, not shown: "nothing is waited for" would not be true (promise 5).
            past_rest=rests is not None and any(one.is_overdue for one in every),
            notices=[
                one
                for one in store.all(Notice)
                if rests is None or one.state is not NoticeState.DRAFT
            ],
        )


@ROUTES.page("/c/{case}/calendar")
def calendar(desk: Desk, asked: Asked) -> Response:
    """Give the days as a calendar file that says nothing of what they are about."""
    with desk.case(asked.parts["case"]) as store:
        content = calendar_of(store.all(Notice), desk.language, desk.clock.now())
    return given_file(content, "text/calendar; charset=utf-8", "ics")


@ROUTES.page("/c/{case}/letter")
def letter(desk: Desk, asked: Asked) -> Response:
    """Ask to whom a letter goes and what it asks for; nothing is chosen beforehand."""
    with desk.case(asked.parts["case"]) as store:
        return _letter(desk, store.case.id, asked, None)


@ROUTES.form("/c/{case}/letter")
def write_letter(desk: Desk, asked: Asked) -> Response:
    """Give the letter as a file; nobody is named in it, and this program never sends it."""
    recipients = {one.value: one for one in Recipient}
    wishes = {one.value: one for one in Wish}
    with desk.case(asked.parts["case"]) as store:
        try:
            chosen = LetterWishes(
                recipient=recipients.get(
                    asked.needed("to", "desk.letter.heading"), Recipient.OTHER
                ),
                wishes=tuple(wishes[one] for one in asked.every("wish") if one in wishes),
                says_altered=asked.first("altered") == "yes",
            )
            written = write_case_letter(store, chosen, desk.language, desk.clock)
        except BenbanError as error:
            return _letter(desk, store.case.id, asked, error)
        content = letter_pdf(written, store.case, desk.clock)
    return given_file(content, "application/pdf", "pdf")


def given_file(content: bytes, media_type: str, ending: str) -> Response:
    """Return a file to be saved under a name that says nothing (HARM 6)."""
    name = f"tai-lieu-{secrets.token_hex(2)}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def _letter(desk: Desk, case_id: str, asked: Asked, error: BenbanError | None) -> Response:
    return show(
        desk,
        "letter.html.j2",
        status=400 if error else 200,
        case_id=case_id,
        recipients=tuple(Recipient),
        wishes=tuple(Wish),
        chosen=asked.first("to"),
        ticked=asked.every("wish"),
        warning=IrreversibleAct.DENY_IN_PUBLIC.message_id,
        error=error,
    )
