"""One unit of a scan from its files to its records: what every engine runs."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice

from benban.outside.scan_items import items_of
from benban.outside.scan_places import Place
from benban.scan.batch import BATCH_ITEMS, scan_batch
from benban.scan.ports import Done, Looker, Work
from benban.scan.record import Item
from benban.scan.unit import Unit


def do_unit(unit: Unit, work: Work, place: Place, looker: Looker) -> Done:
    """
    Return the unit with a record for each item.

    Raises:
        FenceUnavailableError: BB-306, no picture can be looked at.
    """
    with ExitStack() as held:
        records = [
            record
            for batch in _batches(items_of(unit, work, place, held=held))
            for record in scan_batch(batch, work.banked, looker, border_bits=work.border_bits)
        ]
    return Done(unit=unit, records=tuple(records))


def _batches(items: Iterable[Item]) -> Iterator[tuple[Item, ...]]:
    taken = iter(items)
    while batch := tuple(islice(taken, BATCH_ITEMS)):
        yield batch
