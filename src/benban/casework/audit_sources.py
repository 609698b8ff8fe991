"""Which of the folders and archives that were handed over are parts of one and the same."""

from collections.abc import Sequence

from benban.model.own_photo import PhotoService
from benban.unpack.own_photos.reading import recognise_service
from benban.unpack.parts import Entry, Source


def archives_apart(sources: Sequence[Source]) -> tuple[tuple[Source, ...], ...]:
    """
    Return *sources* by what they are parts of, for one :func:`~benban.casework.audit.run_audit` each.

    A service gives its archive in several parts, and only some of them hold what it is recognised
    by: a part that nothing recognises goes with the archive when there is just one. A folder of
    photos is never a part of another.
    """
    of_service: dict[PhotoService, list[Source]] = {}
    unclear: list[Source] = []
    for source in sources:
        service = recognise_service(source)
        if service is PhotoService.FOLDER:
            unclear.append(source)
        else:
            of_service.setdefault(service, []).append(source)
    archives = list(of_service.values())
    if len(archives) == 1:
        archives[0] += [one for one in unclear if _is_part(one, archives[0])]
        unclear = [one for one in unclear if one not in archives[0]]
    return (*(tuple(one) for one in archives), *((one,) for one in unclear))


def _is_part(source: Source, archive: Sequence[Source]) -> bool:
    # Parts of one archive lie in the same folders; whatever else was named does not.
    folders = {_top(one) for part in archive for one in part.entries()} - {""}
    return bool(source.entries()) and all(_top(one) in folders for one in source.entries())


def _top(entry: Entry) -> str:
    first, _, rest = entry.name.partition("/")
    return first if rest else ""
