"""The looks of the watch that a dossier may tell."""

from collections.abc import Iterable, Sequence

from benban.dossier.looked import Looked
from benban.model.sighting import Sighting
from benban.model.watch import Look, Place


def looked_of(
    sightings: Sequence[Sighting], places: Iterable[Place], looks: Iterable[Look]
) -> tuple[Looked, ...]:
    """
    Return the looks at each of *sightings*, oldest first.

    A place without a sighting is somewhere that the person only suspects: nobody is told of it.

    Args:
        sightings: those that the dossier speaks of.
        places: of the case.
        looks: of the case.
    """
    of_place = {one.id: one.sighting_id for one in places}
    found: dict[str, list[Look]] = {}
    for look in looks:
        sighting_id = of_place.get(look.place_id)
        if sighting_id is not None:
            found.setdefault(sighting_id, []).append(look)
    return tuple(
        Looked(
            sighting_id=one.id,
            looks=tuple(sorted(found[one.id], key=lambda look: look.at)),
        )
        for one in sightings
        if one.id in found
    )
