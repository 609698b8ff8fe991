"""To whose keys a case may go, for the pages that hand it over."""

from dataclasses import dataclass

from benban.casework.handing import handing_list
from benban.desk.desk import Desk
from benban.errors import BenbanError
from benban.model.organisation import ListedKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """
    What a page offers.

    Attributes:
        is_free: a vault of one's own: any key can be pasted.
        keys: of the organisation's list.
        error: why the list is none to rely on.
    """

    is_free: bool
    keys: tuple[ListedKey, ...] = ()
    error: BenbanError | None = None


def listed_of(desk: Desk) -> Listed:
    """Return to whose keys a case of the open vault may go."""
    if desk.vault.person is None:
        return Listed(is_free=True)
    try:
        known = handing_list(desk.vault)
    except BenbanError as error:
        return Listed(is_free=False, error=error)
    return Listed(is_free=False, keys=known.keys if known is not None else ())
