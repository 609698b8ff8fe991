"""Search what was just imported for the questioned pictures of the case (HARM 12)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from benban.casework.watch_pictures import Likeness, Wanted, closeness_of, wanted_pictures
from benban.fingerprint.ports import Decoder
from benban.model.exhibit import Exhibit
from benban.model.ids import ExhibitId
from benban.vault import CaseStore


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAgain:
    """An imported picture that is a questioned picture of the case, kept before."""

    exhibit_id: ExhibitId
    same_as: ExhibitId


def search_imported(
    store: CaseStore, imported: Sequence[ExhibitId], decoder: Decoder
) -> tuple[SeenAgain, ...]:
    """
    Return which of the imported pictures are questioned pictures that the case held before.

    The rule is that of the watch: a picture that shows no more than a declared original is no find.

    Raises:
        FenceUnavailableError: BB-306.
    """
    wanted = _held_before(wanted_pictures(store), imported)
    if not wanted.fingerprints:
        return ()
    found = []
    for exhibit in store.all(Exhibit):
        is_picture = exhibit.kind.is_questioned_media and exhibit.media_type.startswith("image/")
        if exhibit.id not in imported or not is_picture:
            continue
        with store.open_exhibit(exhibit.id) as stream:
            close = closeness_of(store, stream.read(), wanted, decoder, is_thorough=True)
        if close.likeness is Likeness.QUESTIONED and close.exhibit_id is not None:
            found.append(SeenAgain(exhibit_id=exhibit.id, same_as=close.exhibit_id))
    return tuple(found)


def _held_before(wanted: Wanted, imported: Sequence[ExhibitId]) -> Wanted:
    kept = tuple(one for one in wanted.fingerprints if one.exhibit_id not in imported)
    return replace(wanted, fingerprints=kept)
