"""Notes on a case: each says who may read it; nothing is chosen beforehand."""

from starlette.responses import Response

from benban.casework.notes import notes_of, notes_to_print, remove_note, write_note
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.errors import AnswerMissingError, BenbanError
from benban.model.ids import NoteId
from benban.model.note import NoteReader
from benban.wiring_case import CaseStore

ROUTES = Routes()
ROUTES.step(95, "desk.notes.step", "notes")


@ROUTES.page("/c/{case}/notes")
def notes(desk: Desk, asked: Asked) -> Response:
    """Show the notes, the newest first, and a form for another one."""
    with desk.case(asked.parts["case"]) as store:
        return _notes(desk, store, desk.drafts.get(_draft(store.case.id)), None)


@ROUTES.form("/c/{case}/notes")
def keep(desk: Desk, asked: Asked) -> Response:
    """Keep a note; what was typed stays when it was not said who may read it."""
    with desk.case(asked.parts["case"]) as store:
        try:
            text = asked.needed("text", "desk.notes.text")
            said = asked.needed("reader", "desk.notes.reader")
            if said not in {one.value for one in NoteReader}:
                raise AnswerMissingError("desk.notes.reader")
            reader = NoteReader(said)
        except BenbanError as error:
            return _notes(desk, store, dict(asked.fields), error)
        write_note(desk.vault, store, text, reader, desk.clock)
        desk.drafts.drop(_draft(store.case.id))
        return go_to(f"/c/{store.case.id}/notes")


@ROUTES.form("/c/{case}/notes/remove")
def remove(desk: Desk, asked: Asked) -> Response:
    """Remove one note."""
    with desk.case(asked.parts["case"]) as store:
        remove_note(desk.vault, store, NoteId(asked.needed("note", "desk.notes.remove")))
        return go_to(f"/c/{store.case.id}/notes")


@ROUTES.page("/c/{case}/notes/print")
def to_print(desk: Desk, asked: Asked) -> Response:
    """Show the public notes alone, as they may be printed."""
    with desk.case(asked.parts["case"]) as store:
        return show(desk, "notes_print.html.j2", case=store.case, notes=notes_to_print(store))


def _notes(
    desk: Desk, store: CaseStore, typed: dict[str, str], error: BenbanError | None
) -> Response:
    return show(
        desk,
        "notes.html.j2",
        status=400 if error else 200,
        case=store.case,
        notes=notes_of(desk.vault, store)[::-1],
        readers=tuple(NoteReader),
        typed=typed,
        draft_name=_draft(store.case.id),
        error=error,
    )


def _draft(case_id: str) -> str:
    return f"case.{case_id}.note"
