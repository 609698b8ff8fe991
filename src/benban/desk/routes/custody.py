"""The log of a case on screen, and the statement of who saw or had it."""

from starlette.responses import Response

from benban.casework.access import (
    access_of,
    item_line,
    not_known,
    seen_line,
    views_of,
    worker_line,
    write_access_text,
)
from benban.casework.custody import custody_of
from benban.casework.custody_words import name_of, subjects_of, tell
from benban.casework.kept_page import shown_in_a_line
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import Words, show
from benban.desk.paging import ON_A_PAGE, page_asked
from benban.desk.routes.timeline import given_file
from benban.model.exhibit import Exhibit
from benban.model.ids import ExhibitId

ROUTES = Routes()
ROUTES.step(96, "desk.custody.step", "custody")
# A page that is read; the file holds all of them.
_MOST_OF_A_WAY = 100


@ROUTES.page("/c/{case}/custody")
def custody(desk: Desk, asked: Asked) -> Response:
    """Show every entry of the log, the oldest first, some on each page."""
    words = Words(desk.language)
    with desk.case(asked.parts["case"]) as store:
        total = store.entry_count
        page, pages = page_asked(asked, total)
        shown = store.events_from((page - 1) * ON_A_PAGE, ON_A_PAGE)
        about = subjects_of(store, words)
        return show(
            desk,
            "custody.html.j2",
            case=store.case,
            events=[tell(words, one, about) for one in shown],
            line=shown_in_a_line,
            total=total,
            page=page,
            pages=pages,
        )


@ROUTES.page("/c/{case}/e/{exhibit}/custody")
def of_item(desk: Desk, asked: Asked) -> Response:
    """Show what was done with one item, with its place and its visit; "none" is said."""
    words = Words(desk.language)
    with desk.case(asked.parts["case"]) as store:
        exhibit_id = ExhibitId(asked.parts["exhibit"])
        groups = custody_of(store, (exhibit_id,))
        return show(
            desk,
            "custody_item.html.j2",
            case=store.case,
            exhibit=exhibit_id,
            name=name_of(store.get(Exhibit, exhibit_id), words),
            groups=[(one, [tell(words, entry) for entry in one.events]) for one in groups],
            line=shown_in_a_line,
        )


@ROUTES.page("/c/{case}/custody/access")
def access(desk: Desk, asked: Asked) -> Response:
    """Show who saw or had the case, as far as the log knows, and what it cannot know."""
    words = Words(desk.language)
    with desk.case(asked.parts["case"]) as store:
        seen_by = views_of(desk.vault, store.case.id)
        statement = access_of(store, words, desk.clock, seen_by)
        return show(
            desk,
            "custody_access.html.j2",
            case=store.case,
            statement=statement,
            items=[(one, item_line(one, words)) for one in statement.items],
            workers=[(one.key, worker_line(one, words)) for one in statement.workers],
            seen_by=[seen_line(one, words) for one in seen_by],
            not_known=not_known(statement, words),
            most=_MOST_OF_A_WAY,
            line=shown_in_a_line,
        )


@ROUTES.form("/c/{case}/custody/access")
def save_access(desk: Desk, asked: Asked) -> Response:
    """Give the statement as a file; that one was written stands in the log."""
    with desk.case(asked.parts["case"]) as store:
        seen_by = views_of(desk.vault, store.case.id)
        text = write_access_text(store, Words(desk.language), desk.clock, seen_by)
    return given_file(text.encode(), "text/plain; charset=utf-8", "txt")
