"""Who is in: each browser has a session of its own, with a desk of its own, and each ends."""

import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.types import ASGIApp

from benban.desk.server.half import Half
from benban.desk.server.persons_desk import PersonsDesk
from benban.errors import BenbanError
from benban.model.clock import Clock
from benban.model.people import Person, PersonState
from benban.wiring_case import Vault

ABSOLUTE = timedelta(hours=12)
# Setting up an app for codes takes a person some minutes.
HALF_WITHIN = timedelta(minutes=10)
# Two browsers of one person are what somebody needs; the oldest of more ends.
AT_ONCE = 2
_COOKIE_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class _Since:
    """A moment by two clocks: one may be set back, the other may stand still in sleep."""

    at: datetime
    ns: int

    def age(self, clock: Clock) -> timedelta:
        """Return the longer of what both clocks say."""
        ticked = timedelta(microseconds=(clock.monotonic_ns() - self.ns) // 1000)
        return max(ticked, clock.now() - self.at)


@dataclass(slots=True, kw_only=True)
class Session:
    """
    One browser of somebody who is in.

    Attributes:
        pages: the desk's own, for this desk alone.
    """

    person: Person
    desk: PersonsDesk
    pages: ASGIApp
    since: _Since
    _end: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_over(self) -> bool:
        """Whether its keys are gone."""
        return self.desk.has_left or not self.desk.is_open

    def end(self) -> None:
        """Let its keys and all it held go, once."""
        with self._end:
            if not self.desk.has_left:
                self.desk.leave()
            self.desk.jobs.close()


class Sessions:
    """All that are in or half in, by the digests of their cookies; used from many threads."""

    def __init__(
        self,
        clock: Clock,
        make: Callable[[Vault, Person, Half], tuple[PersonsDesk, ASGIApp]],
        unforeseen: Callable[[Callable[[], None]], BenbanError | None],
    ) -> None:
        """
        Keep sessions.

        Args:
            clock: of the program.
            make: makes the desk of somebody who came in whole, and its pages.
            unforeseen: runs a body and returns what went wrong as an error with a code.
        """
        self._clock = clock
        self._make = make
        self._unforeseen = unforeseen
        self._lock = threading.RLock()
        self._sessions: dict[bytes, Session] = {}
        self._halves: dict[bytes, tuple[Half, _Since]] = {}
        self._is_shut = False

    def begin(self, half: Half) -> str:
        """Return the cookie of somebody half entered."""
        cookie = secrets.token_urlsafe(_COOKIE_BYTES)
        with self._lock:
            if self._is_shut:
                half.close()
                return cookie
            same = [
                key
                for key, (one, _) in self._halves.items()
                if one.person.user_id == half.person.user_id
            ]
            left = [self._halves.pop(key)[0] for key in same[: len(same) - AT_ONCE + 1]]
            self._halves[_digest(cookie)] = (half, self._now())
        for one in left:
            one.close()
        return cookie

    def let_in(self, half: Half) -> str | None:
        """Return the cookie of a session: *half* is whole now; None when it was forgotten."""
        with self._lock:
            found = [key for key, (one, _) in self._halves.items() if one is half]
            if not found:
                return None
            del self._halves[found[0]]
        if not half.hand_on():
            return None
        try:
            desk, pages = self._make(half.vault, half.person, half)
        except BaseException:
            # Nobody holds it any more: without this its keys would stay until the program ends.
            half.vault.close()
            raise
        cookie = secrets.token_urlsafe(_COOKIE_BYTES)
        session = Session(person=half.person, desk=desk, pages=pages, since=self._now())
        with self._lock:
            if not self._is_shut:
                self._sessions[_digest(cookie)] = session
            surplus = self._of(half.person.user_id)[:-AT_ONCE]
            if self._is_shut:
                surplus = [session]
        for one in surplus:
            one.end()
        self.sweep()
        return cookie

    def find(self, untrusted_cookies: list[str]) -> Session | None:
        """Return the live session of a browser."""
        for cookie in untrusted_cookies:
            with self._lock:
                session = self._sessions.get(_digest(cookie))
            if session is not None and not self._ended(session):
                return session
        return None

    def find_half(self, untrusted_cookies: list[str]) -> Half | None:
        """Return who is half entered in a browser."""
        for cookie in untrusted_cookies:
            with self._lock:
                found = self._halves.get(_digest(cookie))
            if found is not None and found[1].age(self._clock) < HALF_WITHIN:
                return found[0]
        return None

    def drop_half(self, half: Half) -> None:
        """Forget somebody who left half way."""
        with self._lock:
            self._halves = {key: each for key, each in self._halves.items() if each[0] is not half}
        half.close()

    def sweep(self) -> None:
        """End what is over: nobody is there, it lasted long enough, access was ended."""
        with self._lock:
            sessions = tuple(self._sessions.values())
            halves = tuple(self._halves.values())
        for half, since in halves:
            if since.age(self._clock) >= HALF_WITHIN or not self._may_stay_half(half):
                self.drop_half(half)
        for session in sessions:
            self._ended(session)

    def end_all(self) -> None:
        """Let nobody be in, and nobody come in any more: the program ends."""
        with self._lock:
            self._is_shut = True
            sessions, self._sessions = tuple(self._sessions.values()), {}
            halves, self._halves = tuple(self._halves.values()), {}
        for session in sessions:
            session.end()
        for half, _ in halves:
            half.close()

    def drop_if_over(self, session: Session) -> None:
        """Forget a session whose desk was locked or left."""
        if session.is_over:
            self._ended(session)

    def desks(self) -> tuple[PersonsDesk, ...]:
        """Return the desk of every session."""
        with self._lock:
            return tuple(one.desk for one in self._sessions.values())

    def end_others(self, desk: PersonsDesk, user_id: str) -> None:
        """Let out every other browser of a person, also one that is half entered."""
        with self._lock:
            others = [one for one in self._of(user_id) if one.desk is not desk]
            halves = [one for one, _ in self._halves.values() if one.person.user_id == user_id]
        for half in halves:
            self.drop_half(half)
        for one in others:
            one.end()
        self.sweep()

    def count(self) -> int:
        """Return how many sessions there are."""
        with self._lock:
            return len(self._sessions)

    def _ended(self, session: Session) -> bool:
        """Return whether a session is over, after ending it if it should be."""
        is_over = (
            session.is_over
            or session.since.age(self._clock) >= ABSOLUTE
            or session.desk.lock_if_idle()
            or not self._may_stay(lambda: session.desk.vault, session.person)
        )
        if is_over:
            with self._lock:
                self._sessions = {
                    key: one for key, one in self._sessions.items() if one is not session
                }
            session.end()
        return is_over

    def _may_stay_half(self, half: Half) -> bool:
        return self._may_stay(lambda: half.vault, half.person)

    def _may_stay(self, vault_of: Callable[[], Vault], person: Person) -> bool:
        """Return whether somebody's access still stands, as the vault has it now."""
        stands = list[bool]()

        def look() -> None:
            vault = vault_of()
            if not vault.is_closed:
                states = {one.user_id: one.state for one in vault.people()}
                stands.append(states.get(person.user_id) is PersonState.ACTIVE)

        # Whose state cannot be read is let out: their keys may be going in this very moment.
        return self._unforeseen(look) is None and stands == [True]

    def _of(self, user_id: str) -> list[Session]:
        return [one for one in self._sessions.values() if one.person.user_id == user_id]

    def _now(self) -> _Since:
        return _Since(at=self._clock.now(), ns=self._clock.monotonic_ns())


def _digest(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode("utf-8", "surrogatepass")).digest()
