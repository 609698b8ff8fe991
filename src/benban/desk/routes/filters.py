"""Filters of the queue that are kept under a name."""

from starlette.responses import Response

from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.filters import MOST_KEPT, drop_filter, keep_filter, kept_filters
from benban.desk.pages import go_to, show
from benban.desk.queue import DUES, SEARCH, STATES, WHOSE
from benban.errors import AnswerMissingError, BenbanError
from benban.model.case import Capacity

ROUTES = Routes()


@ROUTES.page("/queue/filters")
def filters(desk: Desk, _asked: Asked) -> Response:
    """Show what is kept, and offer to keep the filter in use."""
    return _page(desk, "", None)


@ROUTES.form("/queue/filters")
def keep(desk: Desk, asked: Asked) -> Response:
    """Keep the filter in use under a name."""
    wish = _in_use(desk)
    try:
        name = asked.needed("name", "desk.filters.name")
    except AnswerMissingError as error:
        return _page(desk, "", error)
    if wish and not keep_filter(desk.vault, name, wish):
        return _page(desk, name, None)
    return go_to("/queue/filters")


@ROUTES.form("/queue/filters/use")
def use(desk: Desk, asked: Asked) -> Response:
    """Filter the queue by one that was kept."""
    name = asked.exact("name")
    wish = next((one.wish for one in kept_filters(desk.vault) if one.name == name), None)
    if wish is None:
        return go_to("/queue/filters")
    # A field that an older program kept and this one does not know filters nothing.
    desk.search_queue({field: wish.get(field, "") for field in SEARCH})
    return go_to("/queue")


@ROUTES.form("/queue/filters/remove")
def remove(desk: Desk, asked: Asked) -> Response:
    """Forget a filter."""
    drop_filter(desk.vault, asked.exact("name"))
    return go_to("/queue/filters")


@ROUTES.form("/queue/filters/none")
def use_none(desk: Desk, _asked: Asked) -> Response:
    """Show all cases."""
    desk.search_queue({})
    return go_to("/queue")


def _in_use(desk: Desk) -> dict[str, str]:
    return {name: value for name, value in desk.queue_search.items() if value}


def _page(desk: Desk, typed: str, error: BenbanError | None) -> Response:
    kept = kept_filters(desk.vault)
    return show(
        desk,
        "filters.html.j2",
        status=400 if error else 200,
        kept=kept,
        fields=SEARCH,
        told={
            "state": STATES,
            "due": tuple(DUES),
            "whose": WHOSE,
            "capacity": tuple(one.value for one in Capacity),
        },
        is_full=len(kept) >= MOST_KEPT,
        is_used=bool(_in_use(desk)),
        typed=typed,
        error=error,
    )
