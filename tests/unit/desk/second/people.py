"""Somebody half entered, over a vault that is shared by several people."""

from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from starlette.responses import HTMLResponse, Response

from benban.desk.asked import Asked
from benban.desk.server.second import PasskeyOrCode
from benban.model.clock import Clock
from benban.model.people import Person, Role
from benban.outside.platforms import ThisPlatform
from benban.testing.clock import FakeClock
from benban.vault import KdfCost, SharedVault, Vault
from benban.vault.audit import View
from benban.wording import Language
from tests.unit.vault.several import hours

NOW = datetime(2026, 11, 28, 5, 0, tzinfo=UTC)
ORIGIN, RP_ID = "https://desk.example", "desk.example"
_CHEAP = KdfCost.cheap_for_tests()


def phrase_of(name: str) -> str:
    """Return the passphrase that somebody chose."""
    return f"passphrase of {name}"


class Organisation:
    """A shared vault with two caseworkers, an administrator and an auditor in it."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock
        self.shared, self.admin, _ = SharedVault.create(
            folder,
            name="Hà",
            passphrase=phrase_of("Hà"),
            cost=_CHEAP,
            clock=clock,
            platform=ThisPlatform(),
            elapsed=hours(),
            ballast_bytes=0,
        )
        self.lan = self._joined("Lan", Role.CASEWORKER)
        self.hue = self._joined("Huế", Role.CASEWORKER)
        self._auditor = self._joined("Vy", Role.AUDITOR)
        self._known = 0

    def forget(self) -> None:
        """Let nobody have set up anything, and nothing be noted."""
        for vault in (self.lan, self.hue):
            for name in ("second.factors", "second.wrong", "second.anew-used"):
                vault.drop_setting(name)
            self.admin.drop_setting(f"organisation.second-anew.{id_of(vault)}")
        self._known = len(self._entries())

    @property
    def noted(self) -> list[tuple[str, str, str]]:
        """What was noted of the second factor: what, by whom, about whom."""
        return [
            (one.what, one.by, one.about)
            for one in self._entries()[self._known :]
            if one.what.startswith("second.")
        ]

    def start_anew(self) -> None:
        """End the program and start it again: Lan comes in once more."""
        self.shared.close()
        self.shared = SharedVault.hold(
            self._folder, clock=self._clock, platform=ThisPlatform(), elapsed=hours()
        )
        self.admin = self.shared.enter("Hà", passphrase=phrase_of("Hà"))
        self.lan = self.shared.enter("Lan", passphrase=phrase_of("Lan"))
        self.hue = self.shared.enter("Huế", passphrase=phrase_of("Huế"))
        self._auditor = self.shared.enter("Vy", passphrase=phrase_of("Vy"))

    def _entries(self) -> tuple[View, ...]:
        assert self._auditor.audit is not None
        return self._auditor.audit.entries(limit=10_000)

    def _joined(self, name: str, role: Role) -> Vault:
        code = self.admin.invite(name, role, _CHEAP)
        return self.shared.accept(name, code.text, phrase_of(name), _CHEAP)[0]


def id_of(vault: Vault) -> str:
    """Return the user id of who is in."""
    assert vault.person is not None
    return vault.person.user_id


class Half:
    """Somebody whose passphrase was right."""

    def __init__(self, vault: Vault, clock: FakeClock, origin: str = ORIGIN) -> None:
        assert vault.person is not None
        self.vault = vault
        self.person: Person = vault.person
        self.language = Language.EN
        self.origin = origin
        self.clock = clock
        self.kept: dict[str, object] = {}
        self.is_in = self.is_over = False
        self.shown: tuple[str, dict[str, object]] = ("", {})
        self._factor = PasskeyOrCode(clock)

    def show(self, template: str, *, status: int = 200, **values: object) -> Response:
        self.shown = (template, values)
        return HTMLResponse(template, status_code=status)

    def let_in(self) -> Response:
        self.is_in = True
        return Response(status_code=303, headers={"location": "/"})

    def end(self) -> None:
        self.is_over = True
        self.kept.clear()

    def get(self, path: str) -> Response:
        return self._factor.routes.pages[path](self, Asked(path=path))

    def post(self, path: str, **fields: str) -> Response:
        asked = Asked(path=path, fields=tuple(fields.items()))
        return self._factor.routes.forms[path](self, asked)

    def asked(self, path: str) -> str:
        """Return what the browser is asked, as JSON."""
        return bytes(self.post(path).body).decode()

    @property
    def pages(self) -> tuple[str, ...]:
        return tuple(self._factor.routes.pages)

    @property
    def forms(self) -> tuple[str, ...]:
        return tuple(self._factor.routes.forms)

    @property
    def begins_at(self) -> str:
        return self._factor.begins_at(self.vault)

    @property
    def said(self) -> str:
        """The code of the error that was shown last."""
        error = self.shown[1].get("error")
        return "" if error is None else str(getattr(error, "code", ""))


def code_at(key: bytes, clock: FakeClock, offset: int = 0) -> str:
    """Return the code that an app with this key shows, *offset* half minutes from now."""
    seconds = clock.now().timestamp() + 30 * offset
    app = TOTP(key, 6, SHA1(), 30)  # noqa: S303 - inside HMAC, as apps speak
    return app.generate(int(seconds)).decode()


def app_of(half: Half) -> bytes:
    """Set up an app and return its key."""
    half.get("/second/app")
    key = half.kept["second.new_key"]
    assert isinstance(key, bytes)
    assert half.post("/second/app", code=code_at(key, half.clock)).status_code == 303
    return key


def _at_once(_seconds: float) -> None:
    return None
