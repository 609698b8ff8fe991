"""A small identity provider on loopback; it lets its one person in at once."""

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import parse_qs, urlencode

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID, CLIENT_SECRET = "benban exchange", "bí mật của client: 1+1"

Claims = dict[str, object]


class Provider:
    """
    What an organisation signs its people in with.

    Attributes:
        issuer: its own address, known once it answers.
        subject: who is signed in there.
        make: of claims a token; a test puts a forgery in its place.
        asked: how often its keys were.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.issuer, self.subject = "", "an@here"
        self.key = ECKey.generate_key("P-256", {"kid": "one", "use": "sig"}, private=True)
        self.make: Callable[[Claims], str] = self.signed
        self.asked = 0
        self._now, self._waiting = now, dict[str, Mapping[str, str]]()
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._described),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
            ]
        )

    def signed(self, claims: Claims) -> str:
        """Return an honest token."""
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key)

    def keys(self) -> dict[str, object]:
        """Return its public keys."""
        return {**KeySet([self.key]).as_dict(private=False)}

    def claims(self, nonce: str) -> Claims:
        """Return what it says of its person."""
        at = int(self._now().timestamp())
        return {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT_ID,
            "iat": at,
            "exp": at + 300,
            "nonce": nonce,
        }

    async def _described(self, _request: Request) -> Response:
        places = {"authorization": "authorize", "token": "token"}
        said = {f"{one}_endpoint": f"{self.issuer}/{path}" for one, path in places.items()}
        return JSONResponse({"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **said})

    async def _keys(self, _request: Request) -> Response:
        self.asked += 1
        return JSONResponse(self.keys())

    async def _authorize(self, request: Request) -> Response:
        said = dict(request.query_params)
        assert said["response_type"] == "code"
        assert (said["client_id"], said["scope"]) == (CLIENT_ID, "openid")
        assert said["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(24)
        self._waiting[code] = said
        back = urlencode({"code": code, "state": said["state"], "iss": self.issuer})
        return RedirectResponse(f"{said['redirect_uri']}?{back}", status_code=303)

    async def _token(self, request: Request) -> Response:
        form = {name: one[0] for name, one in parse_qs((await request.body()).decode()).items()}
        said = self._waiting.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        is_good = said is not None and said["code_challenge"] == challenge
        named = urlencode({"": CLIENT_ID})[1:] + ":" + urlencode({"": CLIENT_SECRET})[1:]
        basic = f"Basic {base64.b64encode(named.encode()).decode()}"
        if not is_good or said is None or request.headers["authorization"] != basic:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        assert form["redirect_uri"] == said["redirect_uri"]
        token = self.make(self.claims(said["nonce"]))
        return JSONResponse({"id_token": token, "access_token": "a", "token_type": "Bearer"})
