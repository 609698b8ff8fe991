"""What happened, said aloud: kept encrypted as it is spoken, heard by nobody else."""

import base64
import binascii

from starlette.responses import PlainTextResponse, Response

from benban.casework.spoken import (
    destroy_recording,
    keep_piece,
    keep_recording,
    read_recording,
    recording_of,
    recordings_of,
)
from benban.desk.app import Routes
from benban.desk.arriving import Arriving
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.errors import (
    BenbanError,
    FileNotChosenError,
    FormUnknownError,
    RecordingGapError,
)
from benban.model.ids import new_recording_id
from benban.wiring_case import CaseStore

ROUTES = Routes()
ROUTES.step(15, "desk.spoken.step", "spoken")


@ROUTES.page("/c/{case}/spoken")
def speak(desk: Desk, asked: Asked) -> Response:
    """Offer to say it aloud; nothing listens before a click, and nothing is kept by looking."""
    with desk.case(asked.parts["case"]) as store:
        return _page(desk, store, None)


@ROUTES.act("/c/{case}/spoken/piece")
def piece(desk: Desk, asked: Asked) -> Response:
    """Keep a piece while somebody speaks: what a crash takes is the last few seconds."""
    with desk.case(asked.parts["case"]) as store:
        try:
            number = int(asked.first("number"))
            content = base64.b64decode(asked.first("piece"), validate=True)
        except (ValueError, binascii.Error) as error:
            raise FormUnknownError from error
        try:
            keep_piece(
                desk.vault, store.case.id, asked.first("recording"), number, content, desk.clock
            )
        except RecordingGapError:
            # Destroyed in another tab: the page stops listening.
            return PlainTextResponse("", status_code=410)
    return PlainTextResponse("", status_code=204)


@ROUTES.upload("/c/{case}/spoken")
def keep(desk: Desk, asked: Asked, arriving: Arriving) -> Response:
    """Keep a recording that was made elsewhere on this device, without script."""
    with desk.case(asked.parts["case"]) as store:
        try:
            for given in arriving.files():
                one = keep_recording(desk.vault, store.case.id, given.stream, desk.clock)
                return go_to(f"/c/{store.case.id}/spoken/{one.id}")
        except OSError:
            return _page(desk, store, FormUnknownError())
        except BenbanError as error:
            return _page(desk, store, error)
        return _page(desk, store, FileNotChosenError())


@ROUTES.page("/c/{case}/spoken/{recording}")
def one(desk: Desk, asked: Asked) -> Response:
    """Show one recording; its sound is asked for by a click, not by the page."""
    with desk.case(asked.parts["case"]) as store:
        kept = recording_of(desk.vault, store.case.id, asked.parts["recording"])
        return show(desk, "spoken_one.html.j2", case=store.case, kept=kept)


@ROUTES.page("/c/{case}/spoken/{recording}/sound")
def sound(desk: Desk, asked: Asked) -> Response:
    """Give the sound as it came; the page that plays it holds it in no memory afterwards."""
    return _content(desk, asked)


@ROUTES.page("/c/{case}/spoken/{recording}/file")
def save(desk: Desk, asked: Asked) -> Response:
    """Give the recording as a file that the person keeps or gives to somebody."""
    response = _content(desk, asked)
    # A name that tells nothing (HARM 6); the ending is what plays it.
    ending = response.media_type.rpartition("/")[2] if response.media_type else "bin"
    name = f"tai-lieu-{asked.parts['recording'][-4:]}.{ending}"
    response.headers["content-disposition"] = f'attachment; filename="{name}"'
    return response


@ROUTES.form("/c/{case}/spoken/{recording}/destroy")
def destroy(desk: Desk, asked: Asked) -> Response:
    """Destroy it at once; nothing is asked back."""
    with desk.case(asked.parts["case"]) as store:
        destroy_recording(desk.vault, store.case.id, asked.parts["recording"])
        return go_to(f"/c/{store.case.id}/spoken")


def _content(desk: Desk, asked: Asked) -> Response:
    with desk.case(asked.parts["case"]) as store:
        kept = recording_of(desk.vault, store.case.id, asked.parts["recording"])
        content = read_recording(desk.vault, store.case.id, kept.id)
        return Response(content, media_type=kept.media_type)


def _page(desk: Desk, store: CaseStore, error: BenbanError | None) -> Response:
    return show(
        desk,
        "spoken.html.j2",
        status=400 if error else 200,
        case=store.case,
        recording=new_recording_id(),
        kept=recordings_of(desk.vault, store.case.id)[::-1],
        error=error,
    )
