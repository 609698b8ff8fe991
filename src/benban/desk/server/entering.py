"""The pages before entering: who comes, by which secret; no page of the desk is among them."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from starlette.responses import HTMLResponse, PlainTextResponse, Response

from benban.desk.asked import Asked
from benban.desk.pages import empty_page, go_to, render_before
from benban.desk.server.duty import DutyBoard, PostedDuty
from benban.desk.server.gate import Gate
from benban.desk.server.half import Half
from benban.desk.server.ports import SecondFactor
from benban.desk.server.sessions import Sessions
from benban.errors import (
    BenbanError,
    CodeNotRepeatedError,
    DutyTextMissingError,
    InvitationRefusedError,
    PassphraseDiffersError,
    RecoveryCodeMistypedError,
    TargetUnwritableError,
    WrongPassphraseError,
)
from benban.model.clock import Clock
from benban.model.people import Person, Role
from benban.wiring_case import RecoveryCode, Vault, change_passphrase
from benban.wiring_shared import require_usable_passphrase
from benban.wording import Language

COOKIE = "__Host-k"
_ASKED_GROUPS = 2
_LOCKS_OF_NOBODY = "0"
# Where a form says which text on the duty to report it stood under.
_SHOWN = "shown"
# Where the language stands until somebody is known.
_LANGUAGE = "language"


class Shared(Protocol):
    """What of a shared vault is needed to come in."""

    def enter(
        self, name: str, *, passphrase: str | None = None, recovery_code: str | None = None
    ) -> Vault:
        """Return a person's vault."""
        ...

    def accept(self, name: str, code: str, passphrase: str) -> tuple[Vault, RecoveryCode]:
        """Return a person's vault at their first entry, and the code of their sheet."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """
    Whoever asks for a page before entering.

    Attributes:
        half: who gave a right passphrase already; None for anybody else.
    """

    half: Half | None
    language: Language


Page: TypeAlias = Callable[[Visitor, Asked], Response]


class Entering:
    """The pages of whoever is not in; they keep nothing of anybody but the half entered."""

    def __init__(
        self,
        *,
        shared: Shared,
        sessions: Sessions,
        factor: SecondFactor,
        duty: DutyBoard,
        origin: str,
        language: Language,
        clock: Clock,
    ) -> None:
        """
        Make the pages.

        Args:
            shared: opens each person's vault.
            sessions: keeps who is in and half in.
            factor: asks for the second factor.
            duty: the organisation's text, and its copy at the door.
            origin: where the browser is.
            language: until somebody chooses.
            clock: of the program.
        """
        self._shared = shared
        self._sessions = sessions
        self._factor = factor
        self._duty = duty
        self._origin = origin
        self._language = language
        self._clock = clock
        self._gate = Gate()
        self._pages: dict[tuple[str, str], Page] = {
            ("GET", "/"): self._start,
            ("POST", "/enter"): self._enter,
            ("GET", "/first"): self._first,
            ("POST", "/first"): self._accept,
            ("GET", "/first/sheet"): self._sheet,
            ("POST", "/first/sheet"): self._repeat_sheet,
            ("GET", "/duty"): self._duty_page,
            ("POST", "/duty"): self._read_duty,
            ("GET", "/code"): self._code,
            ("POST", "/code"): self._recover,
            ("GET", "/help-now"): _help_now,
            ("POST", "/language"): self._speak,
            ("POST", "/exit"): self._leave,
            ("GET", "/here"): _here,
            ("GET", "/rest"): _to_the_start,
            ("GET", "/unlock"): _to_the_start,
        }

    def page(self, method: str, path: str, half: Half | None) -> Page | None:
        """Return the page of a path; None where there is none for this visitor."""
        method = "GET" if method == "HEAD" else method
        if half is not None and half.new_code is None and half.duty is None:
            routes = self._factor.routes
            known = routes.pages if method == "GET" else routes.forms
            if path in known:
                handler = known[path]
                return lambda visitor, asked: handler(_required(visitor), asked)
        return self._pages.get((method, path))

    def visitor(self, half: Half | None, asked: Asked) -> Visitor:
        """Return who asks, and in which language they are answered."""
        if half is not None:
            return Visitor(half=half, language=half.language)
        said = asked.first(_LANGUAGE) or asked.query.get(_LANGUAGE, "")
        known = {one.value: one for one in Language}
        return Visitor(half=None, language=known.get(said, self._language))

    # --- the start page and the three ways in ------------------------------------------------

    def _start(self, visitor: Visitor, asked: Asked) -> Response:
        if visitor.half is not None:
            return go_to(self._next(visitor.half))
        return self._start_page(visitor, asked, None)

    def _enter(self, visitor: Visitor, asked: Asked) -> Response:
        name = asked.first("name")
        try:
            with self._gate.one_try(name):
                vault = self._shared.enter(name, passphrase=asked.exact("passphrase"))
            return self._half(visitor, asked, vault)
        except BenbanError as error:
            return self._start_page(visitor, asked, error)

    def _first(self, visitor: Visitor, asked: Asked) -> Response:
        return self._first_page(visitor, asked, None)

    def _accept(self, visitor: Visitor, asked: Asked) -> Response:
        name = asked.first("name")
        try:
            new = _same_twice(asked)
            with self._gate.one_try(name):
                vault, code = self._accepted(name, asked.first("code"), new)
            return self._half(visitor, asked, vault, new_code=code)
        except BenbanError as error:
            return self._first_page(visitor, asked, error)

    def _accepted(self, name: str, code: str, passphrase: str) -> tuple[Vault, RecoveryCode]:
        try:
            return self._shared.accept(name, code, passphrase)
        except (WrongPassphraseError, RecoveryCodeMistypedError) as error:
            # What is said of a passphrase or of one's own sheet would lead a newcomer astray.
            raise InvitationRefusedError from error

    def _code(self, visitor: Visitor, asked: Asked) -> Response:
        return self._code_page(visitor, asked, None)

    def _recover(self, visitor: Visitor, asked: Asked) -> Response:
        name = asked.first("name")
        try:
            new = _same_twice(asked)
            require_usable_passphrase(new)
            with self._gate.one_try(name):
                vault = self._shared.enter(name, recovery_code=asked.exact("code"))
            # Whoever found a sheet sets no passphrase: the second factor is asked before.
            return self._half(visitor, asked, vault, new_passphrase=new)
        except BenbanError as error:
            return self._code_page(visitor, asked, error)

    # --- half entered ------------------------------------------------------------------------

    def _half(
        self,
        visitor: Visitor,
        asked: Asked,
        vault: Vault,
        *,
        new_code: RecoveryCode | None = None,
        new_passphrase: str = "",
    ) -> Response:
        person = vault.person
        if person is None:
            vault.close()
            raise WrongPassphraseError
        try:
            duty = self._duty_for(vault, person)
        except BaseException:
            vault.close()
            raise
        half = Half(
            vault=vault,
            person=person,
            language=visitor.language,
            origin=self._origin,
            clock=self._clock,
            leads_in=self._lead_in,
            ends=self._sessions.drop_half,
            new_code=new_code,
            asked=_groups_of(new_code),
            duty=None if duty is None or duty.mark == asked.first(_SHOWN) else duty,
        )
        if new_passphrase:
            half.before_all = lambda: change_passphrase(vault, new_passphrase)
        if visitor.half is not None:
            self._sessions.drop_half(visitor.half)
        response = go_to(self._next(half))
        _give_cookie(response, self._sessions.begin(half))
        return response

    def _duty_for(self, vault: Vault, person: Person) -> PostedDuty | None:
        """Return the text in force, posted; without one only administrators come in."""
        is_administrator = person.role is Role.ADMINISTRATOR
        try:
            duty = self._duty.post(vault)
        except TargetUnwritableError:
            if not is_administrator:
                raise
            # Somebody has to be able to come in and set it right.
            return self._duty.in_force(vault)
        if duty is None and not is_administrator:
            raise DutyTextMissingError
        return duty

    def _read_duty(self, visitor: Visitor, asked: Asked) -> Response:
        half = visitor.half
        # Their access may have ended while they read.
        if half is None or half.vault.is_closed:
            return go_to("/")
        duty = self._duty.in_force(half.vault)
        # An administrator may have written another one while this one was read.
        half.duty = None if duty is None or duty.mark == asked.first(_SHOWN) else duty
        return go_to(self._next(half))

    def _sheet(self, visitor: Visitor, _asked: Asked) -> Response:
        return self._sheet_page(visitor, None)

    def _repeat_sheet(self, visitor: Visitor, asked: Asked) -> Response:
        half = visitor.half
        if half is None or half.new_code is None:
            return go_to("/")
        groups = half.new_code.groups
        if any(asked.first(f"group-{at}").upper() != groups[at - 1] for at in half.asked):
            return self._sheet_page(visitor, CodeNotRepeatedError())
        half.new_code = None
        return go_to(self._next(half))

    def _next(self, half: Half) -> str:
        if half.new_code is not None:
            return "/first/sheet"
        return "/duty" if half.duty is not None else self._factor.begins_at(half.vault)

    def _lead_in(self, half: Half) -> Response:
        half.before_all()
        cookie = self._sessions.let_in(half)
        response = go_to("/")
        if cookie is not None:
            _give_cookie(response, cookie)
        return response

    def _leave(self, visitor: Visitor, _asked: Asked) -> Response:
        if visitor.half is not None:
            self._sessions.drop_half(visitor.half)
        return empty_page(visitor.language)

    def _speak(self, visitor: Visitor, asked: Asked) -> Response:
        chosen, back = asked.first(_LANGUAGE), asked.first("back").partition("?")[0]
        if self.page("GET", back, visitor.half) is None:
            back = "/"
        if visitor.half is not None:
            visitor.half.language = visitor.language
            if chosen in {one.value for one in Language}:
                visitor.half.language = Language(chosen)
            return go_to(back)
        return go_to(f"{back}?{_LANGUAGE}={visitor.language.value}")

    # --- what is shown -----------------------------------------------------------------------

    def _start_page(self, visitor: Visitor, asked: Asked, error: BenbanError | None) -> Response:
        duty = self._duty.posted()
        return _shown(
            visitor,
            "server_start.html.j2",
            error,
            duty=duty.words(visitor.language) if duty else (),
            duty_day=duty.day if duty else None,
            mark=duty.mark if duty else "",
            name=asked.first("name"),
        )

    def _first_page(self, visitor: Visitor, asked: Asked, error: BenbanError | None) -> Response:
        return _shown(visitor, "server_first.html.j2", error, name=asked.first("name"))

    def _code_page(self, visitor: Visitor, asked: Asked, error: BenbanError | None) -> Response:
        return _shown(visitor, "server_code.html.j2", error, name=asked.first("name"))

    def _duty_page(self, visitor: Visitor, _asked: Asked) -> Response:
        half = visitor.half
        if half is None or half.duty is None:
            return go_to("/")
        words, day = half.duty.words(visitor.language), half.duty.day
        return _shown(
            visitor, "server_read_duty.html.j2", None, duty=words, duty_day=day, mark=half.duty.mark
        )

    def _sheet_page(self, visitor: Visitor, error: BenbanError | None) -> Response:
        half = visitor.half
        if half is None or half.new_code is None:
            return go_to("/")
        code, asked = half.new_code.text, half.asked
        return _shown(visitor, "server_sheet.html.j2", error, code=code, asked=asked)


def _shown(
    visitor: Visitor, template: str, error: BenbanError | None, **values: object
) -> Response:
    page = render_before(visitor.language, template, error=error, **values)
    return HTMLResponse(page, status_code=400 if error else 200)


def error_before(language: Language, error: BenbanError) -> Response:
    """Return the page of what went wrong before anybody was in."""
    page = render_before(language, "error.html.j2", error=error, back="/")
    return HTMLResponse(page, status_code=400)


def _help_now(visitor: Visitor, _asked: Asked) -> Response:
    return HTMLResponse(render_before(visitor.language, "help_now.html.j2"))


def _here(_visitor: Visitor, _asked: Asked) -> Response:
    # Never what a page of a session compares with: it covers itself, and leads here.
    return PlainTextResponse(_LOCKS_OF_NOBODY)


def _to_the_start(_visitor: Visitor, _asked: Asked) -> Response:
    return go_to("/")


def _required(visitor: Visitor) -> Half:
    if visitor.half is None:
        raise WrongPassphraseError
    return visitor.half


def _same_twice(asked: Asked) -> str:
    if asked.exact("passphrase") != asked.exact("again"):
        raise PassphraseDiffersError
    return asked.exact("passphrase")


def _groups_of(code: RecoveryCode | None) -> tuple[int, ...]:
    if code is None:
        return ()
    places = secrets.SystemRandom().sample(range(1, len(code.groups) + 1), _ASKED_GROUPS)
    return tuple(sorted(places))


def _give_cookie(response: Response, value: str) -> None:
    crumb = f"{COOKIE}={value}; Secure; HttpOnly; SameSite=Strict; Path=/"
    response.headers["set-cookie"] = crumb
