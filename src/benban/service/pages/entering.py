"""In by the identity provider, and out again."""

from starlette.responses import RedirectResponse, Response

from benban.errors.exchange_pages import EntryRefusedError, NotOneOfUsError
from benban.service.pages.asked import Asked
from benban.service.pages.identity import begin, complete
from benban.service.pages.show import go_to

# Where a choice of language leads back to.
_PAGES = frozenset(
    {
        *("enter", "banks", "members", "keys", "disputes", "held"),
        *("proposals", "planted", "audit", "load"),
    }
)


def enter(asked: Asked) -> Response:
    """Return the page before somebody comes in."""
    return asked.show("enter", is_left=asked.said.get("said") == "left")


def start(asked: Asked) -> Response:
    """Return what leads the browser to the identity provider."""
    door, now = asked.pages.door, asked.process.clock.now()
    where, attempt = begin(asked.pages.provider, door.settings)
    response = RedirectResponse(where, status_code=303)
    door.keep_attempt(response, attempt, now)
    return response


def entered(asked: Asked) -> Response:
    """Return the first page, after the provider said who it is; the audit says that they came."""
    door, now = asked.pages.door, asked.process.clock.now()
    attempt = door.attempt(asked.request, now)
    if len(asked.said) != len(asked.request.query_params.multi_items()):
        raise EntryRefusedError("something is said twice", why="state")
    subject = complete(asked.said, attempt, asked.pages.provider, door.settings, now)
    response = go_to("/")
    try:
        visitor = door.let_in(subject, response, door.token_of(asked.request))
    except NotOneOfUsError:
        # Without the subject: they are nobody here.
        _write(asked, "enter-refused", by="")
        raise
    _write(asked, "enter", by=visitor.person)
    return response


def leave(asked: Asked) -> Response:
    """Return the page before somebody comes in; the session is none any more."""
    response = go_to("/enter?said=left")
    asked.pages.door.let_out(asked.request, response)
    if asked.visitor is not None:
        _write(asked, "leave", by=asked.visitor.person)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def choose_language(asked: Asked) -> Response:
    """Return the page from which a language was chosen, in that language."""
    back = asked.said.get("back", "")
    response = go_to(f"/{back}" if back in _PAGES else "/")
    asked.pages.door.keep_language(response, asked.said)
    return response


def _write(asked: Asked, deed: str, *, by: str) -> None:
    with asked.work() as work:
        work.add_audit([asked.line(deed, by=by)])
