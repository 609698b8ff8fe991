"""Which of the folders and archives that were handed over are parts of one and the same."""

from collections.abc import Sequence

from benban.model.own_photo import PhotoService
from benban.unpack.own_photos.joined import archive_name
from benban.unpack.own_photos.reading import recognise_service
from benban.unpack.parts import Source


def archives_apart(sources: Sequence[Source]) -> tuple[tuple[Source, ...], ...]:
    """
    Return *sources* by what they are parts of, one :func:`~benban.casework.audit.run_audit` each.

    All that is of one service is one archive. Some parts hold nothing that a service is recognised
    by: these go with the part whose name differs in its number alone.
    """
    archives: dict[PhotoService, list[Source]] = {}
    unclear: list[Source] = []
    for source in sources:
        service = recognise_service(source)
        if service is PhotoService.FOLDER:
            unclear.append(source)
        else:
            archives.setdefault(service, []).append(source)
    by_name = {archive_name(one.name): parts for parts in archives.values() for one in parts}
    alone: list[tuple[Source, ...]] = []
    for source in unclear:
        parts = by_name.get(archive_name(source.name))
        if parts is None:
            alone.append((source,))
        else:
            parts.append(source)
    return (*(tuple(parts) for parts in archives.values()), *alone)
