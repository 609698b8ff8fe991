"""A captured page: its text first, and on demand its shape in a frame that can do nothing."""

from starlette.responses import Response

from benban.casework.kept_page import frame_of_page, read_kept_page
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import show
from benban.model.ids import ExhibitId

ROUTES = Routes()


@ROUTES.page("/c/{case}/e/{exhibit}/page")
def kept_page(desk: Desk, asked: Asked) -> Response:
    """Show what a kept page is; its words, which others wrote as well, when they are asked for."""
    return _page(desk, asked, frame="")


@ROUTES.form("/c/{case}/e/{exhibit}/page")
def framed_page(desk: Desk, asked: Asked) -> Response:
    """Show the shape of the page as well, in a frame of the second origin, this once."""
    with desk.case(asked.parts["case"]) as store:
        frame = frame_of_page(store, ExhibitId(asked.parts["exhibit"]))
        path = desk.frames.offer(store.case.id, frame)
    return _page(desk, asked, frame=desk.frame_origin + path)


def _page(desk: Desk, asked: Asked, *, frame: str) -> Response:
    with desk.case(asked.parts["case"]) as store:
        page = read_kept_page(store, ExhibitId(asked.parts["exhibit"]))
        return show(
            desk,
            "kept_page.html.j2",
            case=store.case,
            exhibit=asked.parts["exhibit"],
            page=page,
            # HARM 10: not hidden by style but not sent, until somebody opens it.
            is_unfolded="words" in asked.query,
            frame=frame,
            can_frame=bool(desk.frame_origin) and page.framed is not None and not frame,
        )
