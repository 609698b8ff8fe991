"""When a page may be kept with the pictures of others, and what is written down first (HARM 1)."""

from collections.abc import Callable
from dataclasses import dataclass

from benban.errors import NotAnAddressError, WholePageReasonError, WholePageRefusedError
from benban.model.case import StoragePermit
from benban.model.catalogue import Catalogue
from benban.model.sighting import UNKNOWN_SERVICE, Address, Sighting
from benban.remedies.mixed import shows_many_victims
from benban.remedies.web_address import read_web_address


@dataclass(frozen=True, slots=True, kw_only=True)
class WholePageWish:
    """
    That a page is to be kept whole.

    Attributes:
        reason: typed by whoever asks; sealed into the log before anything is opened.
        catalogue: marks the places that show many people.
    """

    reason: str
    catalogue: Catalogue


def check_whole_page(wish: WholePageWish, sighting: Sighting, permit: StoragePermit | None) -> None:
    """
    Refuse what may not be kept whole; nothing has been opened by then.

    Raises:
        WholePageReasonError: BB-216, nobody said why.
        WholePageRefusedError: BB-215, an age answer is not yes, or the place shows many people.
    """
    if not wish.reason.strip():
        raise WholePageReasonError
    if permit is None or sighting.address is None:
        raise WholePageRefusedError("an age answer is not yes")
    if shows_many_victims(sighting.address, wish.catalogue):
        raise WholePageRefusedError("a place with many people")


def crowded_places(wish: WholePageWish | None) -> Callable[[str], bool]:
    """Return what says of an address reached on the way whether it may not be kept whole."""

    def is_crowded(untrusted_address: str) -> bool:
        if wish is None:
            return False
        try:
            host = read_web_address(untrusted_address).host
        except NotAnAddressError:
            # The recorder's gate judges addresses that are none.
            return False
        place = Address(
            raw=untrusted_address, canonical=untrusted_address, host=host, service=UNKNOWN_SERVICE
        )
        return shows_many_victims(place, wish.catalogue)

    return is_crowded
