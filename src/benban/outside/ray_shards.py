"""
Look-ups beyond one machine: Ray actors that each hold a shard of a bank, all asked at once.

An actor holds nothing that is not in its shard's files: one that is lost is begun anew, on its
node or another, and reads them again. Meanwhile a copy answers, or the question waits. There is
no answer that leaves a shard out.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benban.bank.shards import Shard, ShardPlan, joined, read_plan, withdraw
from benban.bank.words import Matches, Numbers, Words
from benban.errors import BenbanError
from benban.errors.scan import ScanEngineError
from benban.outside.ray_cluster import joined as joined_to_ray

# A lost node is noticed, and its actors are begun elsewhere, within half a minute.
_PATIENCE_S = 300.0
# After it another copy is asked; the first may answer still, and what it says is the same.
_TURN_S = 15.0
_PAUSE_S = 0.2
# Its words, its number and its places in the tables: what an actor maps of each fingerprint.
_BYTES_EACH = 104


@contextmanager
def open_ray_shards(folder: Path, *, address: str = "", copies: int = 1) -> "Iterator[RayShards]":
    """
    Give look-ups over the shards in *folder*, spread over a Ray cluster; they end with the block.

    Args:
        folder: from :func:`benban.bank.shards.write_shards`; every node reaches it by this path.
        address: of a cluster that runs; empty: one on this machine.
        copies: actors for each shard; with two, a question need not wait for a lost one.

    Raises:
        BankDamagedError: BB-332.
        ScanEngineError: BB-984, there is no such cluster, or Ray is not installed.
    """
    with joined_to_ray(address) as ray:
        shards = RayShards(ray, folder, copies=copies)
        try:
            yield shards
        finally:
            shards.close()


class RayShards:
    """
    The :class:`benban.scan.banked.Shards` of a cluster; exact: what one bank of all would say.

    Any process of the same job that makes one with the same folder asks the same actors.
    """

    def __init__(
        self,
        ray: Any,  # noqa: ANN401 - loaded late
        folder: Path,
        *,
        copies: int = 1,
        patience_s: float = _PATIENCE_S,
    ) -> None:
        """
        Begin the actors that are not there yet; each reads its shard when it is first asked.

        Args:
            ray: joined to a cluster.
            folder: of shards.
            copies: actors for each shard.
            patience_s: for how long a question waits for a lost shard before it fails.

        Raises:
            BankDamagedError: BB-332, the folder's plan.
        """
        self._ray, self._folder, self._copies = ray, folder.absolute(), max(1, copies)
        self._patience_s, self._turn = patience_s, 0
        self._plan = read_plan(folder)
        self._actor = ray.remote(num_cpus=0, max_restarts=-1, max_task_retries=0)(_Holder)
        self._holders = {
            (index, copy): self._begun(index, copy)
            for index in range(len(self._plan))
            for copy in range(self._copies)
        }

    def __len__(self) -> int:
        """Return how many fingerprints can be found."""
        return sum(self._everywhere("count"))

    def near_many(self, asked: Words, radius_bits: int) -> Matches:
        """
        Return the neighbours of each of *asked* (q x 4), as one bank of all shards gives them.

        Raises:
            ValueError: shape or kind does not fit, or a radius outside 0 .. 47.
            BankDamagedError: BB-332, a shard's files are not those that the plan names.
            ScanEngineError: BB-984, a shard could not be asked in time; nothing is answered.
        """
        return joined(self._everywhere("near", asked, radius_bits))

    def held(self) -> Iterator[tuple[Numbers, Words]]:
        """Yield numbers and fingerprints of each shard, read from its files by this process."""
        return (Shard(self._folder, self._plan, at).held() for at in range(len(self._plan)))

    def withdraw(self, numbers: Numbers) -> None:
        """Return once *numbers* are on disk as gone; the next question finds none of them."""
        withdraw(self._folder, numbers)

    def close(self) -> None:
        """End the actors."""
        for holder in self._holders.values():
            self._ray.kill(holder, no_restart=True)
        self._holders = {}

    def _everywhere(self, act: str, *given: object) -> list[Any]:
        """Return the answer of every shard; they work side by side."""
        self._turn += 1
        asked = [self._ask(index, self._turn, act, given) for index in range(len(self._plan))]
        return [self._answer(index, one, act, given) for index, one in enumerate(asked)]

    def _ask(self, index: int, turn: int, act: str, given: tuple[object, ...]) -> Any:  # noqa: ANN401 - Ray's reference
        holder = self._holders[index, turn % self._copies]
        return getattr(holder, act).remote(*given)

    def _answer(self, index: int, answer: Any, act: str, given: tuple[object, ...]) -> Any:  # noqa: ANN401 - as above
        """Return what a shard says, asked again and of its other copies for as long as it takes."""
        until = time.monotonic() + self._patience_s
        turn = self._turn
        while (left_s := until - time.monotonic()) > 0:
            try:
                return self._ray.get(answer, timeout=min(left_s, self._longest_turn_s()))
            except self._ray.exceptions.GetTimeoutError:
                pass
            except self._ray.exceptions.RayTaskError as error:
                if isinstance(error.cause, BenbanError | ValueError):
                    raise error.cause from error
                raise ScanEngineError("a shard failed") from error
            except self._ray.exceptions.ActorDiedError:
                # Not even Ray brings it back (its owner ended, or it was killed for good).
                self._begin_anew(index, turn % self._copies)
            except self._ray.exceptions.RayError:
                time.sleep(_PAUSE_S)
            turn += 1
            answer = self._ask(index, turn, act, given)
        raise ScanEngineError("a shard is out of reach")

    def _longest_turn_s(self) -> float:
        return _TURN_S if self._copies > 1 else self._patience_s

    def _begin_anew(self, index: int, copy: int) -> None:
        time.sleep(_PAUSE_S)  # the dead one's name is given free
        try:
            self._holders[index, copy] = self._begun(index, copy)
        except (ValueError, self._ray.exceptions.RayError):
            return  # its name is taken still; the next turn tries again

    def _begun(self, index: int, copy: int) -> Any:  # noqa: ANN401 - Ray's handle
        """Return the actor, that of another process where one began it."""
        named = self._actor.options(
            name=name_of(self._plan, index, copy),
            get_if_exists=True,
            memory=self._plan.counts[index] * _BYTES_EACH,
            scheduling_strategy="SPREAD",
        )
        return named.remote(str(self._folder), self._plan, index)


def name_of(plan: ShardPlan, index: int, copy: int = 0) -> str:
    """Return the name in the cluster of the actor that holds a shard."""
    return f"{plan.digests[index]}-{index}-{copy}"


class _Holder:
    """One shard in a process of its own, somewhere."""

    def __init__(self, folder: str, plan: ShardPlan, index: int) -> None:
        # Opened at the first question: what is wrong with its files is then an answer, with a code.
        self._place = (Path(folder), plan, index)
        self._shard: Shard | None = None

    def near(self, asked: Words, radius_bits: int) -> Matches:
        return self._opened().near_many(asked, radius_bits)

    def count(self) -> int:
        return len(self._opened())

    def _opened(self) -> Shard:
        if self._shard is None:
            self._shard = Shard(*self._place)
        return self._shard
