"""Hand the whole case over: whose key, are its numbers the same, what goes, then a sealed file."""

from collections.abc import Callable

from starlette.responses import Response

from benban.casework.destroy_case import case_contents
from benban.casework.hand_over import (
    hand_over,
    key_in,
    noting_unwritten,
    require_read_back,
    require_written,
)
from benban.casework.handing import require_listed
from benban.casework.spoken import recordings_of
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.leaving_file import leaving_file
from benban.desk.listed import listed_of
from benban.desk.pages import go_to, show
from benban.desk.sealing import (
    ENDING,
    NamedKey,
    SealedFile,
    Wish,
    about_values,
    named_key,
    read_wish,
)
from benban.errors import BenbanError, NothingToConcludeError, VoiceCodeError
from benban.model.case import may_leave_the_vault
from benban.model.sighting import Sighting
from benban.seal.age import check_recipient, voice_code
from benban.wiring_case import CaseStore

ROUTES = Routes()
ROUTES.step(92, "desk.hand-over.step", "hand-over")
COMPARED = ("same", "other", "later")


@ROUTES.page("/c/{case}/hand-over")
def whose(desk: Desk, asked: Asked) -> Response:
    """Ask for the key of who gets it."""
    with desk.case(asked.parts["case"]) as store:
        return _key_page(desk, store, asked, None)


@ROUTES.form("/c/{case}/hand-over/key")
def take_key(desk: Desk, asked: Asked) -> Response:
    """Show the numbers of the key that was pasted, to be compared by voice."""
    with desk.case(asked.parts["case"]) as store:
        try:
            key = check_recipient(key_in(asked.needed("key", "desk.sealing.key")))
            require_listed(desk.vault, key)
        except BenbanError as error:
            return _key_page(desk, store, asked, error)
        named = NamedKey(case_id=store.case.id, key=key, is_compared=False)
        return _voice_page(desk, store, desk.outcomes.keep(named), None)


@ROUTES.form("/c/{case}/hand-over/compared")
def take_compared(desk: Desk, asked: Asked) -> Response:
    """Go on to who it is and why; other numbers end it here."""
    known = named_key(desk, asked)
    with desk.case(asked.parts["case"]) as store:
        try:
            said = asked.needed("compared", "desk.hand-over.compared")
        except BenbanError as error:
            return _voice_page(desk, store, asked.exact("named"), error)
        if said == "other":
            desk.outcomes.drop(asked.exact("named"))
            return _key_page(desk, store, asked, VoiceCodeError())
        named = NamedKey(case_id=known.case_id, key=known.key, is_compared=said == "same")
        return _about_page(desk, store, asked, desk.outcomes.keep(named), None)


@ROUTES.form("/c/{case}/hand-over/preview")
def preview(desk: Desk, asked: Asked) -> Response:
    """Say what will be in the file and what not, before anything is written."""
    with desk.case(asked.parts["case"]) as store:
        try:
            wish = read_wish(desk, store, asked)
        except BenbanError as error:
            named_key(desk, asked)
            return _about_page(desk, store, asked, asked.exact("named"), error)
        return show(
            desk,
            "hand_over_preview.html.j2",
            case=store.case,
            spoken=len(recordings_of(desk.vault, store.case.id)),
            contents=case_contents(store),
            wish=wish,
            fields=[(name, value) for name, value in asked.fields if name != "form"],
        )


@ROUTES.form("/c/{case}/hand-over/make")
def make(desk: Desk, asked: Asked) -> Response:
    """Begin to seal it; it goes on when the page is closed."""
    case_id = asked.parts["case"]
    with desk.case(case_id) as store:
        try:
            wish = read_wish(desk, store, asked)
        except BenbanError as error:
            named_key(desk, asked)
            return _about_page(desk, store, asked, asked.exact("named"), error)
    desk.drafts.drop(_draft(case_id))
    job = desk.jobs.start("desk.hand-over.job", _sealing(desk, case_id, wish), case_id=case_id)
    return go_to(f"/jobs/{job.id}")


@ROUTES.page("/c/{case}/hand-over/done/{handed}")
def done(desk: Desk, asked: Asked) -> Response:
    """Say where the file lies, how large it is, and by what it is compared."""
    case_id = asked.parts["case"]
    with desk.case(case_id) as store:
        written = desk.outcomes.get(SealedFile, asked.parts["handed"])
        if written is None or written.case_id != case_id:
            return go_to(f"/c/{case_id}/hand-over")
        number = asked.parts["handed"]
        return show(desk, "hand_over_done.html.j2", case=store.case, written=written, number=number)


def _draft(case_id: str) -> str:
    return f"case.{case_id}.hand-over"


def _key_page(desk: Desk, store: CaseStore, asked: Asked, error: BenbanError | None) -> Response:
    may_go = may_leave_the_vault(store.all(Sighting))
    return show(
        desk,
        "hand_over.html.j2",
        status=400 if error else 200,
        case=store.case,
        may_go=may_go,
        typed=asked.first("key"),
        listed=listed_of(desk),
        error=error if may_go else NothingToConcludeError(),
    )


def _voice_page(desk: Desk, store: CaseStore, named: str, error: BenbanError | None) -> Response:
    known = desk.outcomes.get(NamedKey, named)
    return show(
        desk,
        "hand_over_voice.html.j2",
        status=400 if error else 200,
        case=store.case,
        named=named,
        code=voice_code(known.key) if known is not None else "",
        answers=COMPARED,
        error=error,
    )


def _about_page(
    desk: Desk, store: CaseStore, asked: Asked, named: str, error: BenbanError | None
) -> Response:
    return show(
        desk,
        "hand_over_about.html.j2",
        status=400 if error else 200,
        named=named,
        error=error,
        **about_values(desk, store, asked, _draft(store.case.id)),
    )


def _sealing(desk: Desk, case_id: str, wish: Wish) -> Callable[[Progress], str]:
    def work(progress: Progress) -> str:
        def tell(done: int, total: int) -> None:
            progress.say("desk.hand-over.writing", done, total)

        tell(0, 0)
        leaving = leaving_file(desk, wish.path, case_id=case_id, ending=ENDING, is_sealed=True)
        with desk.case(case_id) as store, noting_unwritten(store):
            with leaving as out:
                handed = hand_over(
                    desk.vault,
                    store,
                    wish.to,
                    out.file,
                    with_allegations=wish.with_allegations,
                    watch=tell,
                )
                if wish.path is None:
                    out.file.seek(0)
                    require_read_back(out.file, handed)
            if wish.path is not None:
                require_written(wish.path, handed)
        waiting = out.name if wish.path is None else ""
        number = desk.outcomes.keep(wish.done(case_id, handed, waiting))
        return f"/c/{case_id}/hand-over/done/{number}"

    return work
