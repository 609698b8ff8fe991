"""Pictures that somebody asked to see, in memory, until they were seen."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from benban.casework.show import GRANT_LIFETIME, ShownPicture
from benban.model.clock import Clock

# Pages that lie open at once; an older one is asked for anew.
_MOST_KEPT = 20
_SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    case_id: str
    of: str
    shown: ShownPicture
    beside: Mapping[str, bytes]
    made_ns: int


class Looks:
    """
    What may be seen, each by a number that nobody can guess.

    An unveiled picture is given once and for as long as a grant lives; a veiled one until the keys
    go. Nothing is asked of the vault here: the look stands in its log since it was asked for, and
    whoever gives it asks whether what it shows is still there.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._looks: OrderedDict[str, _Look] = OrderedDict()
        self._pages: dict[str, bytes] = {}
        self._pages_case = ""

    def add(
        self,
        case_id: str,
        of: str,
        shown: ShownPicture,
        beside: Mapping[str, bytes] = MappingProxyType({}),
    ) -> str:
        """
        Return the number under which *shown* can be seen.

        Args:
            case_id: whose it is.
            of: id of the exhibit or comparison.
            shown: as it left.
            beside: PNGs that go with it and show nothing that it hides, such as a map, by name.
        """
        number = secrets.token_urlsafe(18)
        look = _Look(
            case_id=case_id,
            of=of,
            shown=shown,
            beside=beside,
            made_ns=self._clock.monotonic_ns(),
        )
        with self._lock:
            self._looks[number] = look
            while len(self._looks) > _MOST_KEPT:
                self._looks.popitem(last=False)
        return number

    def show_pages(self, case_id: str, pages: Sequence[bytes]) -> tuple[str, ...]:
        """
        Return the numbers under which the pages of a case's document can be seen, in order.

        One document at a time: another one takes the place of the one before.
        """
        numbers = tuple(secrets.token_urlsafe(18) for _ in pages)
        with self._lock:
            self._pages = dict(zip(numbers, pages, strict=True))
            self._pages_case = case_id
        return numbers

    def is_veiled(self, number: str, case_id: str, of: str) -> bool | None:
        """Return how the picture of a page would be seen; None when there is nothing to see."""
        with self._lock:
            look = self._live(number)
        if look is None or (look.case_id, look.of) != (case_id, of):
            return None
        return look.shown.is_veiled

    def case_of(self, untrusted_number: str) -> str:
        """Return whose picture or page it is; empty when there is nothing to see."""
        with self._lock:
            if untrusted_number in self._pages:
                return self._pages_case
            look = self._live(untrusted_number)
        return "" if look is None else look.case_id

    def shows(self, number: str) -> tuple[str, str] | None:
        """Return case and id of what would be seen; a page that was drawn has no id."""
        with self._lock:
            if number in self._pages:
                return self._pages_case, ""
            look = self._live(number)
        return None if look is None else (look.case_id, look.of)

    def take(self, number: str) -> bytes | None:
        """Return the picture; an unveiled one is gone with that."""
        with self._lock:
            if (page := self._pages.get(number)) is not None:
                return page
            look = self._live(number)
            if look is None:
                return None
            if not look.shown.is_veiled:
                del self._looks[number]
            return look.shown.png

    def take_beside(self, number: str, untrusted_name: str) -> bytes | None:
        """Return what goes with a picture under a name; None when there is nothing."""
        with self._lock:
            look = self._live(number)
        return None if look is None else look.beside.get(untrusted_name)

    def forget_of(self, case_id: str) -> None:
        """Let nothing of a case be seen any more: something of it was destroyed."""
        with self._lock:
            for number in [key for key, one in self._looks.items() if one.case_id == case_id]:
                del self._looks[number]
            if self._pages_case == case_id:
                self._pages.clear()

    def forget(self) -> None:
        """Let nothing be seen any more: the keys go."""
        with self._lock:
            self._looks.clear()
            self._pages.clear()

    def _live(self, number: str) -> _Look | None:
        look = self._looks.get(number)
        if look is None or look.shown.is_veiled:
            return look
        age_ns = self._clock.monotonic_ns() - look.made_ns
        if 0 <= age_ns < GRANT_LIFETIME.total_seconds() * _SECOND_NS:
            return look
        del self._looks[number]
        return None
