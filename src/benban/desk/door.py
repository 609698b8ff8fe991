"""Who may come in: a token that works once, then a cookie that ends with the program."""

import hashlib
import hmac
import secrets
import threading

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
        self._cookies: set[bytes] = set()
        self._tries = 0

    def new_token(self) -> str:
        """Return a token for the fragment of the start address; it works once."""
        return self._kept(secrets.token_urlsafe(_TOKEN_BYTES))

    def new_code(self) -> str:
        """Return a code to be typed, in groups of four; it works once."""
        signs = "".join(secrets.choice(_CODE_SIGNS) for _ in range(_CODE_LENGTH))
        self._kept(signs)
        return "-".join(signs[at : at + _GROUP] for at in range(0, _CODE_LENGTH, _GROUP))

    def enter(self, untrusted_token: str) -> str | None:
        """Return the value of a new cookie; None when the token or code opens nothing."""
        wanted = (_digest(untrusted_token.strip()), _digest(_typed(untrusted_token)))
        with self._lock:
            if self._tries >= _MOST_TRIES:
                return None
            found = [one for one in self._tokens for way in wanted if hmac.compare_digest(one, way)]
            if not found:
                self._tries += 1
                return None
            # Token and code of one start are two ways to the same: both are used up.
            self._tokens.clear()
            self._tries = 0
            cookie = secrets.token_urlsafe(_TOKEN_BYTES)
            self._cookies.add(_digest(cookie))
            return cookie

    def is_known(self, untrusted_cookie: str) -> bool:
        """Return whether this is the cookie of somebody who came in."""
        given = _digest(untrusted_cookie)
        with self._lock:
            return any(hmac.compare_digest(one, given) for one in self._cookies)

    def lock(self) -> None:
        """Let every cookie and every token open nothing from now on."""
        with self._lock:
            self._tokens.clear()
            self._cookies.clear()

    def _kept(self, token: str) -> str:
        with self._lock:
            self._tokens.add(_digest(token))
        return token


def _typed(untrusted: str) -> str:
    return "".join(sign for sign in untrusted.upper() if sign not in " -\t")


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
