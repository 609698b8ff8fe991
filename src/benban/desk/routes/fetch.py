"""On a server: a file that was written for somebody goes to their browser, once."""

import os
import secrets
from collections.abc import Iterator

from starlette.responses import Response, StreamingResponse

from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.outgoing import Waiting
from benban.desk.pages import show

ROUTES = Routes()
_PIECE_BYTES = 1 << 16


@ROUTES.form("/c/{case}/file/{number}")
def fetch(desk: Desk, asked: Asked) -> Response:
    """Give the file; then it is gone here."""
    with desk.case(asked.parts["case"]) as store:
        waiting = desk.outgoing.take(asked.parts["number"], store.case.id)
        if waiting is None:
            return show(desk, "fetched.html.j2", status=404, case=store.case)
    size = waiting.file.seek(0, os.SEEK_END)
    # A name that says nothing (HARM 6).
    name = f"tai-lieu-{secrets.token_hex(2)}{waiting.ending}"
    return StreamingResponse(
        _pieces(desk, waiting),
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(size),
        },
    )


def _pieces(desk: Desk, waiting: Waiting) -> Iterator[bytes]:
    locks = desk.locks
    with waiting.file as file:
        file.seek(0)
        # Whoever left while it went sees a file that broke off, and no more of it.
        while desk.locks == locks and (piece := file.read(_PIECE_BYTES)):
            yield piece
