"""A unit of a scan to the items in it: plain files, records of web archives, rows of tables."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import BinaryIO

from benban.errors import BenbanError, FileUnreadableError, ImportDamagedError
from benban.errors.scan import ScanSourceError
from benban.outside.scan_places import Place
from benban.outside.scan_tables import rows_of
from benban.scan.ports import Work
from benban.scan.record import Item
from benban.scan.unit import Kind, Unit
from benban.unpack.parts import Part, Resource
from benban.unpack.source import single_source, zip_source
from benban.unpack.wacz import WaczReader
from benban.unpack.warc import WarcReader


def items_of(unit: Unit, work: Work, place: Place, *, held: ExitStack) -> Iterator[Item]:
    """
    Yield the items of a unit; what cannot be taken apart is an item with its problem.

    Args:
        unit: of *place*.
        work: names the column of a table.
        place: the source.
        held: keeps an archive open; until it is closed its items can be opened.
    """
    match unit.kind:
        case Kind.FILES:
            for name in unit.names:
                yield Item(path=name, open=partial(place.open, name))
        case Kind.WARC:
            yield from _guarded(unit, place, held=held, taken_apart=_warc_parts)
        case Kind.WACZ:
            yield from _guarded(unit, place, held=held, taken_apart=_wacz_parts)
        case Kind.PARQUET:
            yield from _guarded(
                unit, place, held=held, taken_apart=partial(_table, unit, work.column)
            )


def _guarded(
    unit: Unit,
    place: Place,
    *,
    held: ExitStack,
    taken_apart: Callable[[BinaryIO, str], Iterator[Item]],
) -> Iterator[Item]:
    """Yield what is taken out of the unit's one file, and a last item where that broke off."""
    (name,) = unit.names
    try:
        yield from taken_apart(held.enter_context(place.open(name)), name)
    except OSError:
        yield _broken(name, FileUnreadableError.code)
    except BenbanError as error:
        yield _broken(name, error.code)


def _warc_parts(stream: BinaryIO, name: str) -> Iterator[Item]:
    source = single_source(stream, name)
    reader = WarcReader()
    if not reader.recognises(source):
        raise ImportDamagedError
    yield from (_item(name, part) for part in reader.parts(source))


def _wacz_parts(stream: BinaryIO, name: str) -> Iterator[Item]:
    source = zip_source(stream, name)
    reader = WaczReader()
    if not reader.recognises(source):
        raise ImportDamagedError
    yield from (_item(name, part) for part in reader.parts(source))


def _table(unit: Unit, column: str, stream: BinaryIO, name: str) -> Iterator[Item]:
    for row, data in rows_of(stream, unit.group, column, groups=unit.groups):
        if data is None:
            yield Item(path=name, within=row, open=_nothing, problem=FileUnreadableError.code)
        else:
            yield Item(path=name, within=row, open=partial(io.BytesIO, data))


def _item(name: str, part: Part) -> Item:
    if isinstance(part, Resource):
        return Item(
            path=name, within=part.position, address=part.address, open=partial(_open_part, part)
        )
    return Item(path=name, within=part.position, open=_nothing, problem=ImportDamagedError.code)


def _open_part(part: Resource) -> BinaryIO:
    return part.open()


def _broken(name: str, code: str) -> Item:
    return Item(path=name, open=_nothing, problem=code)


def _nothing() -> BinaryIO:
    raise ScanSourceError
