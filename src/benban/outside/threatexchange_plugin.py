"""
An exchange as a ``SignalExchangeAPI`` of python-threatexchange: its ``TX_MANIFEST`` module.

Imported by that program under this name, never by this one, which does not need it
(docs/reference/exchange-bridges.md).
Source: python-threatexchange 1.2.17, exchanges/signal_exchange_api.py, extensions/manifest.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, Self

from threatexchange.exchanges.auth import CredentialHelper, SignalExchangeWithAuth
from threatexchange.exchanges.collab_config import CollaborationConfigWithDefaults
from threatexchange.exchanges.fetch_state import (
    FetchCheckpointBase,
    FetchDelta,
    FetchedSignalMetadata,
    SignalOpinion,
    SignalOpinionCategory,
)
from threatexchange.exchanges.signal_exchange_api import SignalExchangeAPI
from threatexchange.extensions.manifest import ThreatExchangeExtensionManifest

from benban.bank.words import as_words, distances
from benban.errors.exchange import FeedRefusedError
from benban.exchange.feed import Delta, FeedItem, require_fresh
from benban.exchange.matcher import RADIUS_BITS
from benban.outside.subscription import Subscription

_NAME = "benban"
_PDQ = "pdq"


class NamedSignalType(Protocol):
    """What is asked of a signal type of that program."""

    @classmethod
    def get_name(cls) -> str:
        """Return its name."""
        ...


@dataclass
class _Exchange:
    """Which exchange; these have no default, so they stand before those that have one."""

    exchange_url: str = field(metadata={"help": "address of the exchange"})
    member: str = field(metadata={"help": "your own id there, such as mem-..."})
    public_key: str = field(metadata={"help": "the exchange's key: 64 digits, from its card"})


@dataclass
class BenbanCollabConfig(CollaborationConfigWithDefaults, _Exchange):  # type: ignore[misc] # not installed here
    """Settings of one subscription."""

    api: str = field(init=False, default=_NAME)


@dataclass
class BenbanCheckpoint(FetchCheckpointBase):  # type: ignore[misc] # not installed here
    """How far a subscription is, and when that was said."""

    through: int
    made_at: int

    def is_stale(self) -> bool:
        """Return whether nobody knows any more what was withdrawn: all of it must go."""
        try:
            require_fresh(datetime.fromtimestamp(self.made_at, UTC), datetime.now(UTC))
        except FeedRefusedError:
            return True
        return False

    def get_progress_timestamp(self) -> int | None:
        """Return the time of the newest delta, in seconds since 1970."""
        return self.made_at


@dataclass
class BenbanRecord(FetchedSignalMetadata):  # type: ignore[misc] # not installed here
    """
    One shared hash.

    Attributes:
        signal: 64 hexadecimal digits.
        is_negative: near it nothing matches; never itself a signal.
    """

    signal: str
    is_negative: bool

    def get_as_opinions(self) -> Sequence[SignalOpinion]:
        """Return that a person has to look: an exchange never says more."""
        return [SignalOpinion(False, SignalOpinionCategory.INVESTIGATION_SEED, set())]


@dataclass
class BenbanCredentials(CredentialHelper):  # type: ignore[misc] # not installed here
    """A key with scope ``subscribe``."""

    ENV_VARIABLE = "BENBAN_EXCHANGE_KEY"
    FILE_NAME = "~/.benban-exchange-key"

    key: str = field(repr=False)

    @classmethod
    def _from_str(cls, s: str) -> Self:
        return cls(s.strip())

    def _are_valid(self) -> bool:
        return self.key.startswith("bbx_")


class BenbanExchangeAPI(
    SignalExchangeWithAuth[BenbanCollabConfig, BenbanCredentials],  # type: ignore[misc]
    SignalExchangeAPI[BenbanCollabConfig, BenbanCheckpoint, BenbanRecord, str, BenbanRecord],  # type: ignore[misc]
):
    """
    Reads an exchange; nothing is handed in this way, since that needs a person's consent.

    Args:
        subscription: to the exchange.
    """

    def __init__(self, subscription: Subscription) -> None:
        super().__init__()
        self._subscription = subscription

    @classmethod
    def get_name(cls) -> str:
        """Return the name under which that program stores what it fetched."""
        return _NAME

    @staticmethod
    def get_config_cls() -> type[BenbanCollabConfig]:
        """Return the class of settings."""
        return BenbanCollabConfig

    @staticmethod
    def get_checkpoint_cls() -> type[BenbanCheckpoint]:
        """Return the class of checkpoints."""
        return BenbanCheckpoint

    @staticmethod
    def get_record_cls() -> type[BenbanRecord]:
        """Return the class of records."""
        return BenbanRecord

    @staticmethod
    def get_credential_cls() -> type[BenbanCredentials]:
        """Return the class of credentials."""
        return BenbanCredentials

    @classmethod
    def for_collab(
        cls, collab: BenbanCollabConfig, credentials: BenbanCredentials | None = None
    ) -> Self:
        """
        Return an instance for one subscription; the key is looked for if none is given.

        Raises:
            ValueError: the exchange's key is not 64 hexadecimal digits.
        """
        found = credentials or BenbanCredentials.get(cls)
        return cls(
            Subscription(
                base_url=collab.exchange_url,
                key=found.key,
                member=collab.member,
                public_key=bytes.fromhex(collab.public_key),
            )
        )

    def fetch_iter(
        self,
        _supported_signal_types: Sequence[type[NamedSignalType]],
        checkpoint: BenbanCheckpoint | None,
    ) -> Iterator[FetchDelta[str, BenbanRecord, BenbanCheckpoint]]:
        """
        Return signed deltas as that program takes them: None is for what must be dropped.

        Raises:
            FeedRefusedError: BB-959.
            PeerUnreachableError: BB-978.
        """
        after = 0 if checkpoint is None else checkpoint.through
        for delta in self._subscription.deltas(after):
            yield FetchDelta(_updates(delta), _checkpoint(delta))

    @classmethod
    def naive_convert_to_signal_type(
        cls,
        signal_types: Sequence[type[NamedSignalType]],
        _collab: BenbanCollabConfig,
        fetched: Mapping[str, BenbanRecord | None],
    ) -> dict[type[NamedSignalType], dict[str, BenbanRecord]]:
        """
        Return what is to be matched: no negative hash, and none that lies near a negative one.

        That program's index knows no negative hashes. A picture that is near one and near a
        positive hash farther off still matches there, and is then no match at the exchange.
        """
        pdq = next((one for one in signal_types if one.get_name() == _PDQ), None)
        if pdq is None:
            return {}
        kept = [one for one in fetched.values() if one is not None]
        negative = [one.signal for one in kept if one.is_negative]
        positive = {one.signal: one for one in kept if not one.is_negative}
        for near in _near(list(positive), negative):
            positive.pop(near, None)
        return {pdq: positive} if positive else {}


def _updates(delta: Delta) -> dict[str, BenbanRecord | None]:
    return {item.number: _record(item) for item in delta.items}


def _record(item: FeedItem) -> BenbanRecord | None:
    if item.pdq is None:
        return None
    return BenbanRecord(signal=item.pdq.hex, is_negative=item.is_negative)


def _checkpoint(delta: Delta) -> BenbanCheckpoint:
    return BenbanCheckpoint(through=delta.through, made_at=int(delta.made_at.timestamp()))


def _near(positive: Sequence[str], negative: Sequence[str]) -> set[str]:
    near: set[str] = set()
    if not positive:
        return near
    words = as_words(positive)
    for one in as_words(negative) if negative else ():
        found = (distances(words, one) <= RADIUS_BITS).nonzero()[0]
        near.update(positive[at] for at in found.tolist())
    return near


TX_MANIFEST = ThreatExchangeExtensionManifest(apis=(BenbanExchangeAPI,))
