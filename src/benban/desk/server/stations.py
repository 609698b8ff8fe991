"""Which pages a server has: those of every desk but the ones that name a file by its path."""

from collections.abc import Sequence

from benban.desk.app import Routes
from benban.desk.routes import all_routes, fetch

# What is asked before there is a vault, and what makes or opens one: a server has its own way in.
_BEFORE = (
    *("/alone", "/not-alone", "/leaving", "/safe", "/what", "/age", "/young", "/where"),
    *("/passphrase", "/sheet", "/sheet/without", "/unlock", "/unlock/code", "/paper"),
)
# What reads or writes a file of this computer where a person says.
_BY_PATH = (
    *("/restore", "/settings/backup", "/settings/backup/done/{copied}"),
    *("/c/{case}/add/export", "/c/{case}/s/{sighting}/export"),
    *("/c/{case}/reading/{reading}", "/c/{case}/reading/{reading}/chat"),
    *("/c/{case}/reading/{reading}/others", "/c/{case}/reading/{reading}/turn"),
    "/c/{case}/reading/{reading}/keep",
    *("/c/{case}/entrust", "/c/{case}/entrust/key", "/c/{case}/entrust/heard"),
    *("/c/{case}/entrust/preview", "/c/{case}/entrust/make", "/entrusted/{handed}"),
    *("/take-over/file", "/take-over/look", "/take-over/look/{incoming}", "/take-over/accept"),
    *("/take-over/refuse", "/take-over/done/{taken}", "/take-over", "/take-over/key"),
)
_AUDIT = ("", "/age", "/young", "/where", "/sort", "/show", "/hide", "/keys")
_AUDIT_LIST = ("/list", "/tick", "/print", "/paper", "/forget", "/forgotten")
# One's own photos are named by their folder.
_OWN = (
    *(f"{at}/audit{end}" for at in ("", "/c/{case}") for end in (*_AUDIT, *_AUDIT_LIST)),
    # Only in a case is there a log for the leave to see them.
    "/c/{case}/audit/picture/{photo}",
)
ABSENT = frozenset((*_BEFORE, *_BY_PATH, *_OWN))


def server_routes() -> tuple[Routes, ...]:
    """Return every page of a desk on a server; what only several people need stands here."""
    return (*for_server(all_routes()), fetch.ROUTES)


def for_server(stations: Sequence[Routes]) -> tuple[Routes, ...]:
    """Return *stations* without the pages, and the steps to them, that a server does not have."""
    return tuple(_without(one) for one in stations)


def _without(station: Routes) -> Routes:
    left = Routes()
    left.steps = [one for one in station.steps if f"/c/{{case}}/{one.path}" not in ABSENT]
    left.pages = [one for one in station.pages if one[0] not in ABSENT]
    left.forms = [one for one in station.forms if one[0] not in ABSENT]
    left.acts = [one for one in station.acts if one[0] not in ABSENT]
    left.uploads = [one for one in station.uploads if one[0] not in ABSENT]
    return left
