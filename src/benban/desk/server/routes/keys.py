"""The keys that cases may be handed over to: signed by administrators, relied on by caseworkers."""

from starlette.responses import Response

from benban.casework.hand_over import key_in, require_voice_code
from benban.casework.handing import (
    begin_list_anew,
    compare_list_key,
    handing_list,
    let_sign,
    list_to_compare,
    numbers_of,
    offer_to_sign,
    offers_to_sign,
    own_signing_key,
    put_on_list,
    stop_signing,
    take_off_list,
)
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.errors import BenbanError, ListKeyUnknownError
from benban.model.organisation import HandingList
from benban.seal.age import check_recipient, voice_code

ROUTES = Routes()
# Whoever works on cases reads the list, and compares its key by voice.
READING = Routes()
_NEW = ("name", "key", "heard")


# --- for administrators -----------------------------------------------------------------------


@ROUTES.page("/organisation/keys")
def keys(desk: Desk, _asked: Asked) -> Response:
    """Show the list, each key with its numbers, and the numbers of the key that signs it."""
    return _keys_page(desk, None)


@ROUTES.page("/organisation/keys/new")
def new(desk: Desk, asked: Asked) -> Response:
    """Ask for a key and for the numbers that its owner reads aloud."""
    return _new_page(desk, asked, None)


@ROUTES.form("/organisation/keys/new")
def put(desk: Desk, asked: Asked) -> Response:
    """Put a key on the list whose numbers were heard."""
    try:
        name = asked.needed("name", "desk.keys.name")
        key = check_recipient(key_in(asked.needed("key", "desk.sealing.key")))
        require_voice_code(key, asked.needed("heard", "desk.keys.heard"))
        put_on_list(desk.vault, name, key, desk.clock)
    except BenbanError as error:
        return _new_page(desk, asked, error)
    return go_to("/organisation/keys")


@ROUTES.form("/organisation/keys/remove")
def remove(desk: Desk, asked: Asked) -> Response:
    """Take a key off the list."""
    try:
        take_off_list(desk.vault, asked.exact("key"), desk.clock)
    except BenbanError as error:
        return _keys_page(desk, error)
    return go_to("/organisation/keys")


@ROUTES.page("/organisation/keys/signers")
def signers(desk: Desk, _asked: Asked) -> Response:
    """Show who signs the list and who may come to."""
    return _signers_page(desk, None)


@ROUTES.form("/organisation/keys/offer")
def offer(desk: Desk, _asked: Asked) -> Response:
    """Make a key of one's own, for one who signs to let it sign as well."""
    offer_to_sign(desk.vault)
    return go_to("/organisation/keys/signers")


@ROUTES.form("/organisation/keys/signers")
def let_another_sign(desk: Desk, asked: Asked) -> Response:
    """Let another administrator sign whose numbers were heard."""
    try:
        heard = asked.needed("heard", "desk.keys.heard")
        let_sign(desk.vault, asked.exact("person"), heard, desk.clock)
    except BenbanError as error:
        return _signers_page(desk, error)
    return go_to("/organisation/keys/signers")


@ROUTES.form("/organisation/keys/signers/stop")
def stop(desk: Desk, asked: Asked) -> Response:
    """Let somebody sign no more."""
    try:
        stop_signing(desk.vault, asked.exact("person"), desk.clock)
    except BenbanError as error:
        return _signers_page(desk, error)
    return go_to("/organisation/keys/signers")


@ROUTES.form("/organisation/keys/compare")
def compare_for_signing(desk: Desk, asked: Asked) -> Response:
    """Rely on a list that another administrator signed, after hearing its numbers."""
    try:
        compare_list_key(desk.vault, asked.needed("heard", "desk.keys.heard"))
    except BenbanError as error:
        return _keys_page(desk, error)
    return go_to("/organisation/keys")


@ROUTES.form("/organisation/keys/anew")
def anew(desk: Desk, _asked: Asked) -> Response:
    """Begin an empty list: nobody is left who signed the last one."""
    begin_list_anew(desk.vault, desk.clock)
    return go_to("/organisation/keys")


# --- for whoever works on cases ---------------------------------------------------------------


@READING.page("/keys")
def listed(desk: Desk, _asked: Asked) -> Response:
    """Show to whose keys a case may go, or ask for the numbers of the key that signs the list."""
    return _listed_page(desk, None)


@READING.form("/keys")
def compare(desk: Desk, asked: Asked) -> Response:
    """Rely on the list after an administrator read the numbers of its key aloud."""
    try:
        compare_list_key(desk.vault, asked.needed("heard", "desk.keys.heard"))
    except BenbanError as error:
        return _listed_page(desk, error)
    return go_to("/keys")


def _known(desk: Desk) -> tuple[HandingList | None, BenbanError | None]:
    try:
        return handing_list(desk.vault), None
    except BenbanError as error:
        return None, error


def _rows(known: HandingList | None) -> list[tuple[object, str]]:
    return [(one, voice_code(one.key)) for one in known.keys] if known else []


def _keys_page(desk: Desk, error: BenbanError | None) -> Response:
    known, why_not = _known(desk)
    mine = own_signing_key(desk.vault)
    return show(
        desk,
        "server_keys.html.j2",
        status=400 if error else 200,
        keys=_rows(known),
        known=known,
        signs=known is None or mine in {one.public_key for one in known.signers},
        numbers=numbers_of(mine) if mine else "",
        is_to_compare=isinstance(why_not, ListKeyUnknownError),
        is_refused=why_not is not None,
        error=error or why_not,
    )


def _new_page(desk: Desk, asked: Asked, error: BenbanError | None) -> Response:
    return show(
        desk,
        "server_key_new.html.j2",
        status=400 if error else 200,
        typed={field: asked.first(field) for field in _NEW},
        error=error,
    )


def _signers_page(desk: Desk, error: BenbanError | None) -> Response:
    known, why_not = _known(desk)
    mine, me = own_signing_key(desk.vault), desk.vault.person
    signing = {one.public_key for one in known.signers} if known else set()
    return show(
        desk,
        "server_signers.html.j2",
        status=400 if error else 200,
        known=known,
        offers=offers_to_sign(desk.vault) if known and mine in signing else (),
        signs=mine in signing,
        my_id=me.user_id if me is not None else "",
        numbers=numbers_of(mine) if mine else "",
        error=error or why_not,
    )


def _listed_page(desk: Desk, error: BenbanError | None) -> Response:
    known, why_not = _known(desk)
    is_to_compare = isinstance(why_not, ListKeyUnknownError)
    signed = list_to_compare(desk.vault) if is_to_compare else None
    return show(
        desk,
        "server_listed.html.j2",
        status=400 if error else 200,
        keys=_rows(known),
        known=known,
        signers=[one.name for one in signed.signers] if signed else [],
        is_to_compare=is_to_compare,
        error=error or (None if is_to_compare else why_not),
    )
