"""The file that takes a shared hash back, and that an exchange has it."""

import re

from starlette.responses import Response

from benban.casework.withdraw_hash import hand_in, way_back
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to
from benban.desk.routes.timeline import given_file
from benban.model.hash_sharing import HashSharing
from benban.model.ids import SharingId

ROUTES = Routes()
# The pages of a case that name recalled hashes; the case's own is the empty one.
_BACK = re.compile(r"(?:consent|photos|s/[0-9a-z-]{1,40}/closed)?")


@ROUTES.page("/c/{case}/h/{sharing}/withdrawal")
def withdrawal(desk: Desk, asked: Asked) -> Response:
    """Give the file; nothing is withdrawn or recorded by that."""
    with desk.case(asked.parts["case"]) as store:
        file = way_back(store, store.get(HashSharing, SharingId(asked.parts["sharing"])))
    return given_file(file, "application/json", "json")


@ROUTES.form("/c/{case}/h/{sharing}/handed-in")
def handed_in(desk: Desk, asked: Asked) -> Response:
    """Record that the person says so; nothing here can see it."""
    back = asked.first("back")
    with desk.case(asked.parts["case"]) as store:
        hand_in(store, [store.get(HashSharing, SharingId(asked.parts["sharing"]))])
        path = f"/c/{store.case.id}"
    return go_to(f"{path}/{back}" if back and _BACK.fullmatch(back) else path)
