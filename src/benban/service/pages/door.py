"""Who asks for a page: a person who came in by the identity provider, from a page of ours."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from starlette.requests import Request
from starlette.responses import Response

from benban.errors.exchange_pages import EntryRefusedError, FromElsewhereError, NotOneOfUsError
from benban.exchange.entry import Entry, PageSettings, Role, account, read_entry, read_settings
from benban.model.clock import Clock
from benban.outside.exchange_place import Place
from benban.outside.exchange_sessions import Sessions
from benban.service.pages.identity import Attempt
from benban.wording import Language

# Of these pages alone; HTTP's own words.
_SESSION, _ATTEMPT, _LANGUAGE = "office", "office-entry", "office-language"
_SEALED = b"benban/v1/office-entry\x00"
# As long as somebody may look for a second factor.
ATTEMPT_S = 600
_LANGUAGE_S = 31_536_000
_LONGEST_COOKIE = 2_048


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who came in."""

    person: str
    role: Role


class Door:
    """
    Lets people in, knows them again, and lets them out.

    Args:
        settings: of the pages.
        place: of the exchange: who its people are is read at every request.
        sessions: of the node.
        signing_key: of the exchange; what seals the attempt is made from it.
    """

    def __init__(
        self, settings: PageSettings, place: Place, sessions: Sessions, *, signing_key: bytes
    ) -> None:
        self.settings = settings
        self._place, self._sessions = place, sessions
        key = hmac.new(signing_key, _SEALED, hashlib.sha256).digest()
        self._seal = Fernet(base64.urlsafe_b64encode(key))

    def require_from_here(self, request: Request) -> None:
        """
        Return if a browser sent the request to this host, and a form of ours where it changes.

        Raises:
            FromElsewhereError: BB-998.
        """
        headers = request.headers
        if headers.getlist("host") != [self.settings.authority]:
            raise FromElsewhereError("another host")
        if request.method != "POST":
            return
        # A browser names the origin of every form; one that does not is none.
        if headers.getlist("origin") != [self.settings.origin]:
            raise FromElsewhereError("another origin")
        if any(one != "same-origin" for one in headers.getlist("sec-fetch-site")):
            raise FromElsewhereError("another site")

    def visitor(self, request: Request) -> Visitor | None:
        """Return who asks; None for everybody who did not come in, or may not any more."""
        token = self.token_of(request)
        name = self._sessions.account_of(token) if 0 < len(token) <= _LONGEST_COOKIE else None
        entry = None if name is None else self._entry(name)
        return None if entry is None else Visitor(person=entry.person, role=entry.role)

    def let_in(self, subject: str, response: Response, before: str = "") -> Visitor:
        """
        Return who came in; the browser knows it from *response* on.

        Args:
            subject: of the account.
            response: that the browser gets.
            before: its cookies' session until now, which ends: nobody is in twice by one browser.

        Raises:
            NotOneOfUsError: BB-996.
            NodeFolderError: BB-985.
        """
        name = account(self.settings.issuer, subject)
        entry = self._entry(name)
        if entry is None:
            raise NotOneOfUsError
        self._sessions.end(before)
        self._set(response, _SESSION, self._sessions.begin(name))
        self._forget(response, _ATTEMPT)
        return Visitor(person=entry.person, role=entry.role)

    def token_of(self, request: Request) -> str:
        """Return what the browser keeps of its session; empty without one."""
        return request.cookies.get(self._name(_SESSION), "")

    def let_out(self, request: Request, response: Response) -> None:
        """End the session, here and in the browser."""
        self._sessions.end(self.token_of(request))
        self._forget(response, _SESSION)

    def keep_attempt(self, response: Response, attempt: Attempt, now: datetime) -> None:
        """Let the browser keep an attempt, which it cannot read."""
        said = json.dumps(asdict(attempt)).encode()
        sealed = self._seal.encrypt_at_time(said, int(now.timestamp())).decode()
        self._set(response, _ATTEMPT, sealed, max_age=ATTEMPT_S)

    def attempt(self, request: Request, now: datetime) -> Attempt:
        """
        Return the attempt of this browser.

        Raises:
            EntryRefusedError: BB-994, none, or one of long ago.
        """
        sealed = request.cookies.get(self._name(_ATTEMPT), "")
        try:
            said = self._seal.decrypt_at_time(sealed, ATTEMPT_S, int(now.timestamp()))
        except (InvalidToken, ValueError) as error:
            # ValueError: letters that no base64 has.
            raise EntryRefusedError("no attempt of this browser", why="attempt") from error
        return Attempt(**json.loads(said))

    def language_of(self, request: Request) -> Language:
        """Return what the reader chose, or else what their browser asks for."""
        chosen = request.cookies.get(self._name(_LANGUAGE), "")
        if chosen in {one.value for one in Language}:
            return Language(chosen)
        wanted = request.headers.get("accept-language", "").strip().lower()
        return Language.EN if wanted.startswith("en") else Language.VI

    def keep_language(self, response: Response, said: Mapping[str, str]) -> None:
        """Let the browser keep which language was chosen."""
        if said.get("language") in {one.value for one in Language}:
            self._set(response, _LANGUAGE, said["language"], max_age=_LANGUAGE_S)

    def _entry(self, name: str) -> Entry | None:
        said = self._place.entries().get(name)
        if said is None:
            return None
        entry = read_entry(said)
        # Who may propose and agree is one of the people; whoever was taken out there is none here.
        is_known = entry.role is Role.AUDITOR or entry.person in self._place.people()
        return entry if is_known else None

    def _name(self, name: str) -> str:
        # The prefix binds a cookie to this host, to TLS and to the whole of it (RFC 6265bis).
        return f"__Host-{name}" if self.settings.is_secure else name

    def _set(
        self, response: Response, name: str, value: str, *, max_age: int | None = None
    ) -> None:
        response.set_cookie(
            self._name(name),
            value,
            max_age=max_age,
            path="/",
            secure=self.settings.is_secure,
            httponly=True,
            samesite="lax",
        )

    def _forget(self, response: Response, name: str) -> None:
        self._set(response, name, "", max_age=0)


def door_of(place: Place, clock: Clock) -> Door | None:
    """Return the door of the pages of an exchange; None where nobody set any up."""
    said = place.pages()
    if not said:
        return None
    sessions = Sessions(place.node / "sessions", clock)
    return Door(read_settings(said), place, sessions, signing_key=place.signing_key())
