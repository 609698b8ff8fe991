"""The code of an app (RFC 6238): six digits for each half minute, from a key both sides hold."""

import hmac
import os
import re
from datetime import datetime
from io import BytesIO

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from markupsafe import Markup

# What every app speaks; RFC 4226 asks for a key of 160 bits.
_KEY_BYTES = 20
_DIGITS = 6
_STEP_S = 30
# RFC 6238, 5.2: one step for a clock that is off and for the time that typing takes.
_WINDOW = (-1, 0, 1)
# All that an app shows: nothing of what the program is for.
_SHOWN_AS = "desk"
_TYPED_IN_GROUPS_OF = 4
_QUIET_MODULES = 4


def new_key() -> bytes:
    """Return a random key."""
    return os.urandom(_KEY_BYTES)


def step_of_code(key: bytes, untrusted_code: str, now: datetime) -> int | None:
    """
    Return the number of the half minute whose code this is; None if it is of none near *now*.

    The caller refuses a step that was used already.
    """
    code = re.sub(r"[\s-]", "", untrusted_code).encode("utf-8", "surrogatepass")
    current = int(now.timestamp()) // _STEP_S
    generator = _generator(key)
    found = None
    # No early end: how long it takes says nothing of which step it was.
    for step in (max(current + offset, 0) for offset in _WINDOW):
        if hmac.compare_digest(generator.generate(step * _STEP_S), code):
            found = step
    return found


def typed_key(key: bytes) -> str:
    """Return the key as somebody types it into an app, in groups."""
    text = _generator(key).get_provisioning_uri(_SHOWN_AS, _SHOWN_AS)
    secret = re.search(r"secret=([A-Z2-7]+)", text)
    if secret is None:
        raise ValueError("no key in the address of the library")
    signs = secret.group(1)
    size = _TYPED_IN_GROUPS_OF
    return " ".join(signs[at : at + size] for at in range(0, len(signs), size))


def key_address(key: bytes, name: str) -> str:
    """Return the address that an app reads from a picture; *name* is the person's."""
    return _generator(key).get_provisioning_uri(name, _SHOWN_AS)


def key_picture(key: bytes, name: str) -> Markup:
    """Return :func:`key_address` as inline SVG of attributes alone: no script, style or data."""
    code = segno.make(key_address(key, name), error="m", micro=False)
    out = BytesIO()
    code.save(
        out,
        kind="svg",
        border=_QUIET_MODULES,
        light="#fff",
        xmldecl=False,
        svgns=False,
        svgclass=None,
        lineclass=None,
        omitsize=True,
        nl=False,
    )
    # segno writes numbers and colours alone; nothing of the name is in it as text.
    return Markup(out.getvalue().decode("ascii"))  # noqa: S704


def _generator(key: bytes) -> TOTP:
    return TOTP(key, _DIGITS, SHA1(), _STEP_S)  # noqa: S303 - inside HMAC, as apps speak
