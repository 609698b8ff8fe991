"""
The base classes of python-threatexchange that a plug-in extends, where it is not installed.

Shapes only, written after version 1.2.17: what they do by themselves is what the plug-in relies
on there. Where the true ones are installed the same tests run on these.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from importlib.util import find_spec
from types import ModuleType
from typing import Generic, TypeVar

_A = TypeVar("_A")
_B = TypeVar("_B")
_C = TypeVar("_C")
_D = TypeVar("_D")
_E = TypeVar("_E")


@dataclass
class _Collab:
    name: str
    api: str
    enabled: bool


@dataclass
class _CollabWithDefaults(_Collab):
    api: str = ""
    enabled: bool = True


@dataclass
class _Checkpoint:
    pass


@dataclass
class _Delta(Generic[_A, _B, _C]):
    updates: dict[_A, _B | None]
    checkpoint: _C


class _Category(IntEnum):
    NEGATIVE_CLASS = 0
    INVESTIGATION_SEED = 1
    POSITIVE_CLASS = 2


@dataclass
class _Opinion:
    is_mine: bool
    category: _Category
    tags: set[str]


@dataclass
class _Metadata:
    pass


class _Api(Generic[_A, _B, _C, _D, _E]):
    @classmethod
    def fetch_value_merge(cls, _old: _E | None, new: _E | None) -> _E | None:
        return new


class _WithAuth(Generic[_A, _B]):
    pass


class _Credentials:
    pass


@dataclass
class _Manifest:
    signal_types: tuple[type, ...] = ()
    content_types: tuple[type, ...] = ()
    apis: tuple[type, ...] = ()


_SHAPES: dict[str, dict[str, type]] = {
    "exchanges.auth": {"CredentialHelper": _Credentials, "SignalExchangeWithAuth": _WithAuth},
    "exchanges.collab_config": {"CollaborationConfigWithDefaults": _CollabWithDefaults},
    "exchanges.fetch_state": {
        "FetchCheckpointBase": _Checkpoint,
        "FetchDelta": _Delta,
        "FetchedSignalMetadata": _Metadata,
        "SignalOpinion": _Opinion,
        "SignalOpinionCategory": _Category,
    },
    "exchanges.signal_exchange_api": {"SignalExchangeAPI": _Api},
    "extensions.manifest": {"ThreatExchangeExtensionManifest": _Manifest},
}
PLUGIN = "benban.outside.threatexchange_plugin"


def standing_in() -> Iterator[None]:
    """Let the plug-in be imported; the shapes are taken away afterwards."""
    if find_spec("threatexchange") is not None:
        yield
        return
    made = {"threatexchange": ModuleType("threatexchange")}
    for name, classes in _SHAPES.items():
        made["threatexchange." + name.partition(".")[0]] = ModuleType(name.partition(".")[0])
        made[f"threatexchange.{name}"] = module = ModuleType(name)
        vars(module).update(classes)
    sys.modules.update(made)
    yield
    for name in (*made, PLUGIN):
        sys.modules.pop(name, None)
