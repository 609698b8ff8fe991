"""Who may come in: a token that works once, then a cookie that ends with the program."""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable

# 256 bits; 80 bits (16 signs of 32) for what is typed, and few tries for that.
_TOKEN_BYTES = 32
_MOST_TRIES = 10
_CODE_SIGNS = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"
_CODE_LENGTH = 16
_GROUP = 4


class Door:
    """The one way in; after :meth:`lock` nobody who was in is in any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: set[bytes] = set()
        self._codes: set[bytes] = set()
        self._cookies: set[bytes] = set()
        self._tries = 0
        self._is_shut = False
        # Told when somebody came in, e.g. to remove what led here.
        self.on_entry: Callable[[], None] = lambda: None

    def new_token(self) -> str:
        """Return a token for the fragment of the start address; it works once."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        with self._lock:
            self._tokens.add(_digest(token))
        return token

    def new_code(self) -> str:
        """Return a code to be typed, in groups of four; it works once, ten wrong ones end it."""
        signs = "".join(secrets.choice(_CODE_SIGNS) for _ in range(_CODE_LENGTH))
        with self._lock:
            self._codes.add(_digest(signs))
            self._tries = 0
        return "-".join(signs[at : at + _GROUP] for at in range(0, _CODE_LENGTH, _GROUP))

    def enter(self, untrusted_token: str) -> str | None:
        """Return the value of a new cookie; None when the token or code opens nothing."""
        token, code = _digest(untrusted_token.strip()), _digest(_typed(untrusted_token))
        with self._lock:
            if self._is_shut or not (_is_in(self._tokens, token) or _is_in(self._codes, code)):
                self._note_wrong()
                return None
            # Token and code of one start are two ways to the same: both are used up.
            self._tokens.clear()
            self._codes.clear()
            cookie = secrets.token_urlsafe(_TOKEN_BYTES)
            self._cookies.add(_digest(cookie))
        self.on_entry()
        return cookie

    def is_known(self, untrusted_cookie: str) -> bool:
        """Return whether this is the cookie of somebody who came in."""
        given = _digest(untrusted_cookie)
        with self._lock:
            return _is_in(self._cookies, given)

    def lock(self) -> None:
        """Let every cookie and every token open nothing from now on, also those made later."""
        with self._lock:
            self._is_shut = True
            self._tokens.clear()
            self._codes.clear()
            self._cookies.clear()

    def _note_wrong(self) -> None:
        # Only what is typed can be guessed; a token stays, else any program here could shut us out.
        self._tries += 1
        if self._tries >= _MOST_TRIES:
            self._codes.clear()


def _is_in(known: set[bytes], given: bytes) -> bool:
    return any(hmac.compare_digest(one, given) for one in known)


def _typed(untrusted: str) -> str:
    return "".join(sign for sign in untrusted.upper() if sign not in " -\t")


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
