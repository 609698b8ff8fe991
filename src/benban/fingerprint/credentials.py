"""
Content Credentials read from a picture. Runs inside the fence only.

Source: C2PA technical specification 2.2 through c2pa-python; nothing is fetched: neither notes
that lie elsewhere nor the state of certificates.
"""

import importlib.util
import io
import json
from types import ModuleType
from typing import Annotated

import msgspec

from benban.fingerprint.travels import find_traces
from benban.model.credentials import (
    MOST_ACTIONS,
    MOST_CHARACTERS,
    MOST_INGREDIENTS,
    NO_CREDENTIALS,
    Credentials,
    CredentialState,
)
from benban.model.own_photo import Trace

# Beyond, it is no note about a picture.
_MOST_JSON_BYTES = 4 << 20
_TRAINED = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia")
# XMP's name for an address of credentials (C2PA 2.2, 11.4: embedding a reference).
_ELSEWHERE = b"dcterms:provenance"
_FORMATS = frozenset(
    {
        *("image/jpeg", "image/png", "image/webp", "image/gif"),
        *("image/heic", "image/heif", "image/avif", "image/tiff"),
    }
)
_SETTINGS = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": False},
}
_STATES = {"Valid": CredentialState.INTACT, "Trusted": CredentialState.INTACT}


class _Action(msgspec.Struct):
    action: str = ""
    digitalSourceType: str = ""  # noqa: N815 - C2PA's own name


class _Actions(msgspec.Struct):
    actions: list[_Action] = []


class _Assertion(msgspec.Struct):
    label: str = ""
    data: msgspec.Raw = msgspec.Raw(b"null")


class _Program(msgspec.Struct):
    name: str = ""
    version: str = ""


class _Signature(msgspec.Struct):
    issuer: str = ""
    common_name: str = ""
    time: str = ""


class _Manifest(msgspec.Struct):
    claim_generator: str = ""
    claim_generator_info: list[_Program] = []
    signature_info: _Signature = msgspec.field(default_factory=_Signature)
    assertions: list[_Assertion] = []
    ingredients: list[msgspec.Raw] = []


class _Store(msgspec.Struct):
    active_manifest: str = ""
    manifests: Annotated[dict[str, _Manifest], msgspec.Meta(max_length=1_000)] = {}
    validation_state: str = ""


def read_credentials(data: bytes, media_type: str) -> Credentials:
    """
    Return what the Content Credentials in a picture say.

    Args:
        data: the whole file.
        media_type: of its first bytes.
    """
    if Trace.CREDENTIALS not in find_traces(data, media_type).traces:
        is_named = _ELSEWHERE in data
        return Credentials(state=CredentialState.ELSEWHERE) if is_named else NO_CREDENTIALS
    library = load_reader()
    if library is None:
        return Credentials(state=CredentialState.NOT_READ)
    if media_type not in _FORMATS:
        return Credentials(state=CredentialState.UNREADABLE)
    try:
        said = ask_library(library, data, media_type)
        if len(said) > _MOST_JSON_BYTES:
            return Credentials(state=CredentialState.UNREADABLE)
        return _said(msgspec.json.decode(said, type=_Store))
    except (library.C2paError, msgspec.MsgspecError, ValueError, RecursionError):
        return Credentials(state=CredentialState.UNREADABLE)


def load_reader() -> ModuleType | None:
    """Return the optional library; None where its group is not installed."""
    if importlib.util.find_spec("c2pa") is None:
        return None
    import c2pa

    module: ModuleType = c2pa
    return module


def ask_library(library: ModuleType, data: bytes, media_type: str) -> str:
    """
    Return the library's JSON about a picture, unread and untrusted; nothing is fetched.

    Raises:
        library.C2paError: there is nothing in the file that it can read.
    """
    with (
        library.Context(library.Settings.from_json(json.dumps(_SETTINGS))) as context,
        library.Reader(media_type, io.BytesIO(data), context=context) as reader,
    ):
        said: str = reader.json()
        return said


def _said(store: _Store) -> Credentials:
    active = store.manifests.get(store.active_manifest)
    if active is None:
        return Credentials(state=CredentialState.UNREADABLE)
    actions = _actions_of(active)
    sources = [
        one.digitalSourceType
        for manifest in store.manifests.values()
        for one in _actions_of(manifest)
    ]
    program = active.claim_generator_info[0] if active.claim_generator_info else _Program()
    return Credentials(
        state=_STATES.get(store.validation_state, CredentialState.CHANGED),
        generator=_line(f"{program.name} {program.version}".strip() or active.claim_generator),
        signer=_line(active.signature_info.common_name),
        issuer=_line(active.signature_info.issuer),
        signed_at=_line(active.signature_info.time),
        actions=tuple(_line(one.action) for one in actions[:MOST_ACTIONS]),
        says_generated=any(one.rsplit("/", 1)[-1] in _TRAINED for one in sources),
        ingredients=min(len(active.ingredients), MOST_INGREDIENTS),
    )


def _actions_of(manifest: _Manifest) -> list[_Action]:
    found: list[_Action] = []
    for assertion in manifest.assertions:
        if assertion.label.startswith("c2pa.actions"):
            found += msgspec.json.decode(assertion.data, type=_Actions).actions
    return found


def _line(text: str) -> str:
    # What is not printed as a letter of its own could change how the rest is read.
    shown = "".join(one if one.isprintable() else "\ufffd" for one in text)
    return shown[:MOST_CHARACTERS]
