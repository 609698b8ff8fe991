"""
An exchange as a ``SignalExchangeAPI`` of python-threatexchange: its ``TX_MANIFEST`` module.

Imported by that program under this name, never by this one, which does not need it
(docs/reference/exchange-bridges.md).
Source: python-threatexchange 1.2.17, exchanges/signal_exchange_api.py, extensions/manifest.py.
"""

import secrets
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
from benban.errors.exchange import FeedRefusedError, FeedRestartError
from benban.exchange.feed import AHEAD, Delta, FeedItem, require_fresh
from benban.exchange.matcher import RADIUS_BITS
from benban.outside.clock import SystemClock
from benban.outside.subscription import Subscription

_NAME = "benban"
_PDQ = "pdq"
# No number of a hash: under it stands which of the kept records count, and of when they are.
_STATE = "state"


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
    """
    How far a subscription is, and when that was said.

    Attributes:
        mark: of the change ``through``; empty in one of an older version, which counts as stale.
        beginning: names the fetch from 0 after which all of this came.
        is_among_others: records of an earlier beginning lie beside these, and count no more.
    """

    through: int
    made_at: int
    mark: str = ""
    beginning: str = ""
    is_among_others: bool = False

    def is_stale(self) -> bool:
        """Return whether all that is kept must go: too old, or begun anew beside older records."""
        return self.is_among_others or not self.is_to_go_on()

    def is_to_go_on(self) -> bool:
        """Return whether the next fetch may go on from here."""
        return bool(self.mark and self.beginning) and _is_fresh(self.made_at)

    def get_progress_timestamp(self) -> int | None:
        """Return the time of the newest delta, in seconds since 1970."""
        return self.made_at


@dataclass
class BenbanRecord(FetchedSignalMetadata):  # type: ignore[misc] # not installed here
    """
    One shared hash, or, under a key of its own, the state of all of them.

    Attributes:
        signal: 64 hexadecimal digits; empty in the state.
        is_negative: near it nothing matches; never itself a signal.
        beginning: see :class:`BenbanCheckpoint`; only records of the newest one count.
        made_at: of the state: time of the newest delta, in seconds since 1970.
    """

    signal: str
    is_negative: bool
    beginning: str = ""
    made_at: int = 0

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

        Where the exchange was put back from a copy, or too long ago was asked, all is fetched from
        0; from the first of these deltas on nothing that was kept before counts.

        Raises:
            FeedRefusedError: BB-959.
            FeedRestartError: BB-999, it was put back again meanwhile.
            PeerUnreachableError: BB-978.
        """
        if checkpoint is not None and checkpoint.is_to_go_on():
            try:
                yield from self._fetched(checkpoint, checkpoint.made_at)
            except FeedRestartError:
                pass
            else:
                return
        # That program clears what it kept where it looks at ``is_stale``; not every one does.
        nothing = BenbanCheckpoint(
            through=0,
            made_at=0,
            beginning=secrets.token_hex(8),
            is_among_others=checkpoint is not None,
        )
        not_before = 0 if checkpoint is None else checkpoint.made_at
        yield from self._fetched(nothing, not_before)

    def _fetched(
        self, before: BenbanCheckpoint, not_before: int
    ) -> Iterator[FetchDelta[str, BenbanRecord, BenbanCheckpoint]]:
        for delta in self._subscription.deltas(before.through, before.mark):
            made_at = int(delta.made_at.timestamp())
            # Signed, and yet of before: who says 410 need not be the exchange.
            if made_at < not_before - AHEAD.total_seconds():
                raise FeedRefusedError("older than the one before", why="order")
            reached = BenbanCheckpoint(
                through=delta.through,
                made_at=made_at,
                mark=delta.mark,
                beginning=before.beginning,
                is_among_others=before.is_among_others,
            )
            state = BenbanRecord("", is_negative=True, beginning=before.beginning, made_at=made_at)
            yield FetchDelta({**_updates(delta, before.beginning), _STATE: state}, reached)

    @classmethod
    def naive_convert_to_signal_type(
        cls,
        signal_types: Sequence[type[NamedSignalType]],
        _collab: BenbanCollabConfig,
        fetched: Mapping[str, BenbanRecord | None],
    ) -> dict[type[NamedSignalType], dict[str, BenbanRecord]]:
        """
        Return what is to be matched: no negative hash, and none that lies near a negative one.

        Nothing at all after the greatest age, and nothing of before the newest beginning.

        That program's index knows no negative hashes. A picture that is near one and near a
        positive hash farther off still matches there, and is then no match at the exchange.
        """
        pdq = next((one for one in signal_types if one.get_name() == _PDQ), None)
        if pdq is None:
            return {}
        kept = _counting(fetched)
        negative = [one.signal for one in kept if one.is_negative]
        positive = {one.signal: one for one in kept if not one.is_negative}
        for near in _near(list(positive), negative):
            positive.pop(near, None)
        return {pdq: positive} if positive else {}


def _counting(fetched: Mapping[str, BenbanRecord | None]) -> list[BenbanRecord]:
    kept = [one for one in fetched.values() if one is not None and one.signal]
    state = fetched.get(_STATE)
    if state is None:
        # A program that hands over each record by itself has to look at ``is_stale``.
        return kept
    is_fresh = _is_fresh(state.made_at)
    return [one for one in kept if is_fresh and one.beginning == state.beginning]


def _updates(delta: Delta, beginning: str) -> dict[str, BenbanRecord | None]:
    return {item.number: _record(item, beginning) for item in delta.items}


def _record(item: FeedItem, beginning: str) -> BenbanRecord | None:
    if item.pdq is None:
        return None
    return BenbanRecord(signal=item.pdq.hex, is_negative=item.is_negative, beginning=beginning)


def _is_fresh(made_at: int) -> bool:
    try:
        require_fresh(datetime.fromtimestamp(made_at, UTC), SystemClock().now())
    except FeedRefusedError:
        return False
    return True


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
