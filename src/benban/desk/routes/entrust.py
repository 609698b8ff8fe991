"""Entrust a case: sealed for a key whose numbers were heard, then nothing of it stays here."""

from collections.abc import Callable

from starlette.responses import Response

from benban.casework.destroy_case import plan_destroying
from benban.casework.entrust import entrust
from benban.casework.hand_over import key_in, require_voice_code
from benban.casework.handing import require_listed
from benban.casework.spoken import recordings_of
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.listed import listed_of
from benban.desk.pages import go_to, show
from benban.desk.sealing import (
    NamedKey,
    SealedFile,
    Wish,
    about_values,
    named_key,
    read_wish,
    require_said,
)
from benban.desk.word import require_word
from benban.errors import (
    BenbanError,
    NothingToConcludeError,
    PageMissingError,
    VoiceCodeError,
)
from benban.model.case import may_leave_the_vault
from benban.model.sighting import Sighting
from benban.outside.new_file import new_file
from benban.seal.age import check_recipient
from benban.wiring_case import CaseStore

ROUTES = Routes()


@ROUTES.page("/c/{case}/entrust")
def whose(desk: Desk, asked: Asked) -> Response:
    """Say what entrusting is for, and ask for the key of who gets the case."""
    with desk.case(asked.parts["case"]) as store:
        return _key_page(desk, store, asked, None)


@ROUTES.form("/c/{case}/entrust/key")
def take_key(desk: Desk, asked: Asked) -> Response:
    """Ask what the other side reads aloud; their numbers are not shown beforehand."""
    with desk.case(asked.parts["case"]) as store:
        try:
            key = check_recipient(key_in(asked.needed("key", "desk.sealing.key")))
            require_listed(desk.vault, key)
        except BenbanError as error:
            return _key_page(desk, store, asked, error)
        named = NamedKey(case_id=store.case.id, key=key, is_compared=False)
        return _heard_page(desk, store, desk.outcomes.keep(named), None)


@ROUTES.form("/c/{case}/entrust/heard")
def take_heard(desk: Desk, asked: Asked) -> Response:
    """Go on when what was heard is what the key gives."""
    known = named_key(desk, asked)
    with desk.case(asked.parts["case"]) as store:
        try:
            require_voice_code(known.key, asked.needed("heard", "cli.entrust.ask-heard"))
        except BenbanError as error:
            return _heard_page(desk, store, asked.exact("named"), error)
        named = NamedKey(case_id=known.case_id, key=known.key, is_compared=True)
        return _about_page(desk, store, asked, desk.outcomes.keep(named), None)


@ROUTES.form("/c/{case}/entrust/preview")
def preview(desk: Desk, asked: Asked) -> Response:
    """Say what goes, what is gone here for ever, and what stays elsewhere."""
    with desk.case(asked.parts["case"]) as store:
        try:
            wish = _wish(desk, store, asked)
        except BenbanError as error:
            named_key(desk, asked)
            return _about_page(desk, store, asked, asked.exact("named"), error)
        return _preview_page(desk, store, asked, wish, None)


@ROUTES.form("/c/{case}/entrust/make")
def make(desk: Desk, asked: Asked) -> Response:
    """Begin to seal it; when it reads back, nothing of it stays here."""
    case_id = asked.parts["case"]
    with desk.case(case_id) as store:
        try:
            wish = _wish(desk, store, asked)
        except BenbanError as error:
            named_key(desk, asked)
            return _about_page(desk, store, asked, asked.exact("named"), error)
        try:
            require_word(asked)
            desk.bring_to_rest(case_id)
        except BenbanError as error:
            return _preview_page(desk, store, asked, wish, error)
    # Its page does not belong to the case, which it outlives; begun again it is asked again.
    job = desk.jobs.start(
        "desk.entrust.job", _entrusting(desk, case_id, wish), cases=[case_id], is_once=True
    )
    return go_to(f"/jobs/{job.id}")


@ROUTES.page("/entrusted/{handed}")
def done(desk: Desk, asked: Asked) -> Response:
    """Say where the file lies, and that only its recipient opens it."""
    _ = desk.vault
    written = desk.outcomes.get(SealedFile, asked.parts["handed"])
    if written is None:
        return go_to("/cases")
    return show(desk, "entrusted.html.j2", written=written, number=asked.parts["handed"])


def _wish(desk: Desk, store: CaseStore, asked: Asked) -> Wish:
    require_said(store, asked)
    wish = read_wish(desk, store, asked)
    if not wish.is_compared:
        raise VoiceCodeError
    return wish


def _draft(case_id: str) -> str:
    return f"case.{case_id}.entrust"


def _key_page(desk: Desk, store: CaseStore, asked: Asked, error: BenbanError | None) -> Response:
    may_go = may_leave_the_vault(store.all(Sighting))
    return show(
        desk,
        "entrust.html.j2",
        status=400 if error else 200,
        case=store.case,
        may_go=may_go,
        typed=asked.first("key"),
        listed=listed_of(desk),
        error=error if may_go else NothingToConcludeError(),
    )


def _heard_page(desk: Desk, store: CaseStore, named: str, error: BenbanError | None) -> Response:
    return show(
        desk,
        "entrust_heard.html.j2",
        status=400 if error else 200,
        case=store.case,
        named=named,
        error=error,
    )


def _about_page(
    desk: Desk, store: CaseStore, asked: Asked, named: str, error: BenbanError | None
) -> Response:
    return show(
        desk,
        "entrust_about.html.j2",
        status=400 if error else 200,
        named=named,
        error=error,
        **about_values(desk, store, asked, _draft(store.case.id)),
    )


def _preview_page(
    desk: Desk, store: CaseStore, asked: Asked, wish: Wish, error: BenbanError | None
) -> Response:
    return show(
        desk,
        "entrust_preview.html.j2",
        status=400 if error else 200,
        case=store.case,
        spoken=len(recordings_of(desk.vault, store.case.id)),
        planned=plan_destroying(store),
        wish=wish,
        error=error,
        fields=[(name, value) for name, value in asked.fields if name not in {"form", "word"}],
    )


def _entrusting(desk: Desk, case_id: str, wish: Wish) -> Callable[[Progress], str]:
    path = wish.path
    if path is None:
        # A server has no page that leads here.
        raise PageMissingError

    def work(progress: Progress) -> str:
        def tell(done: int, total: int) -> None:
            progress.say("desk.hand-over.writing", done, total)

        tell(0, 0)
        with desk.case(case_id) as store:
            handed = entrust(
                desk.vault,
                store,
                wish.to,
                write=lambda: new_file(path),
                read=lambda: path.open("rb"),
                with_allegations=wish.with_allegations,
                watch=tell,
            )
        desk.forget_case(case_id)
        return f"/entrusted/{desk.outcomes.keep(wish.done(case_id, handed))}"

    return work
