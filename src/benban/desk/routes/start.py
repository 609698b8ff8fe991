"""Where a person comes in, what is safe, help now, and the way out."""

from starlette.responses import PlainTextResponse, Response

from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, left_page, show, show_lines
from benban.wording import Language

ROUTES = Routes()


@ROUTES.page("/")
def start(desk: Desk, _asked: Asked) -> Response:
    """Ask whether this computer can be used alone right now; nothing is stored by asking."""
    if desk.is_open:
        return go_to(desk.leads_to)
    return show(desk, "start.html.j2", has_vault=desk.has_vault)


@ROUTES.form("/alone")
def alone(_desk: Desk, asked: Asked) -> Response:
    """Lead on, or to what can be done when somebody may be watching."""
    if asked.needed("alone", "desk.start.alone") == "yes":
        return go_to("/leaving")
    return go_to("/not-alone")


@ROUTES.page("/not-alone")
def not_alone(desk: Desk, _asked: Asked) -> Response:
    """Say what is safe when somebody may see this computer; nothing is stored."""
    return show_lines(desk, "not-alone", ("/help-now", "desk.help-now"), ("/", "desk.back"))


@ROUTES.page("/leaving")
def leaving(desk: Desk, _asked: Asked) -> Response:
    """Show how to leave in a moment, before anything is on the screen that could tell."""
    return show_lines(desk, "leaving", ("/safe", "desk.leaving.understood"))


@ROUTES.page("/safe")
def safe(desk: Desk, _asked: Asked) -> Response:
    """Ask after the person's safety; no answer is wanted and none is kept."""
    return show_lines(
        desk,
        "safe",
        ("/what", "desk.safe.yes"),
        ("/help-now", "desk.safe.no"),
        ("/what", "desk.skip"),
    )


@ROUTES.page("/help-now")
def help_now(desk: Desk, _asked: Asked) -> Response:
    """Say who helps now; offline, and it stores nothing."""
    return show(desk, "help_now.html.j2")


@ROUTES.act("/language")
def language(desk: Desk, asked: Asked) -> Response:
    """Speak the other language from now on."""
    chosen = asked.first("language")
    if chosen in {one.value for one in Language}:
        desk.speak(Language(chosen))
    back = asked.first("back")
    return go_to(back if back.startswith("/") and not back.startswith("//") else "/")


@ROUTES.act("/exit")
def leave(desk: Desk, _asked: Asked) -> Response:
    """Lock, tell the browser to forget, show nothing, end."""
    desk.leave()
    return left_page(desk)


@ROUTES.act("/lock")
def lock(desk: Desk, _asked: Asked) -> Response:
    """Let the keys go; the passphrase opens again."""
    desk.lock()
    return go_to("/unlock")


@ROUTES.page("/here")
def here(desk: Desk, _asked: Asked) -> Response:
    """Say how often this desk was locked: a page that was made before then covers itself."""
    desk.lock_if_idle()
    return PlainTextResponse(str(desk.locks))


@ROUTES.page("/rest")
def rest(desk: Desk, _asked: Asked) -> Response:
    """Lock after a time without a click, and show where to open again."""
    desk.lock_if_idle()
    return go_to("/unlock" if desk.has_vault else "/")
