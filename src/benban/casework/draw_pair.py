"""
Make the pictures of a comparison that may be seen, or none.

All pictures that one questioned picture ever gets show together no more than one finding may:
a further source gets none, and a later run gets none that would show another region beside what an
earlier one showed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import BinaryIO, TypeVar

from benban.casework.pair_pictures import (
    CHANGE_MAP,
    LAID_PAIR,
    LINKED_PAIR,
    PATCHED_PAIR,
    VEILED_PAIR,
)
from benban.compare.sources import LEAST_CELLS, agreed_region
from benban.fingerprint.ports import Decoder, LinkedPair, PairFinding, PatchedPair
from benban.model.exhibit import Exhibit
from benban.model.finding import ChangeMap, CommonOrigin, DrawnLinks, DrawnPatches
from benban.model.ids import Digest
from benban.seal.digests import sha256_of
from benban.vault import CaseStore, Derived

Drawing = TypeVar("Drawing")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPair:
    """What may be seen of a pair: made from the veiled pair alone, in the fence, or the map."""

    veiled: bytes
    laid: bytes
    change_map: bytes
    linked: LinkedPair
    patched: PatchedPair

    def said_in(self, finding: CommonOrigin) -> CommonOrigin:
        """Return *finding* with the digests: the report's pictures are bound to the log."""
        return replace(
            finding,
            veiled_picture=sha256_of(self.veiled),
            overlay_picture=sha256_of(self.laid),
            map_picture=sha256_of(self.change_map),
            links=DrawnLinks(links=self.linked.links, picture=_digest(self.linked.png)),
            patches=DrawnPatches(
                side_px=self.patched.side_px,
                patches=self.patched.patches,
                picture=_digest(self.patched.png),
            ),
        )

    def kept_for(self, finding: CommonOrigin) -> tuple[Derived, ...]:
        """Return the pictures to keep with *finding*; none where there was nothing to draw."""
        pictures = (
            (VEILED_PAIR, self.veiled),
            (LAID_PAIR, self.laid),
            (CHANGE_MAP, self.change_map),
            (LINKED_PAIR, self.linked.png),
            (PATCHED_PAIR, self.patched.png),
        )
        return tuple(
            Derived(owner=finding.id, kind=kind, data=png) for kind, png in pictures if png
        )


def draw_pair(
    store: CaseStore, finding: CommonOrigin, pair: PairFinding | None, decoder: Decoder
) -> DrawnPair | None:
    """Return the pictures of a pair; None where none may be made."""
    original_id, change_map = finding.original_id, finding.change_map
    if pair is None or original_id is None or change_map is None:
        return None
    if not change_map.shows_alteration:
        # Where nothing was altered the agreed cells are the whole picture: it would leave unveiled.
        return None
    is_further = finding.part is not None and finding.part.number > 1
    if is_further or not _shows_no_more(change_map, _shown_before(store, finding)):
        return None
    # Late: who never compares does not wait for the library.
    from benban.compare.map_picture import change_map_png

    def drawn(act: Callable[[BinaryIO, BinaryIO, PairFinding], Drawing]) -> Drawing:
        with (
            store.open_exhibit(finding.exhibit_id) as questioned,
            store.open_original(original_id) as original,
        ):
            return act(questioned, original, pair)

    return DrawnPair(
        veiled=drawn(decoder.veil_pair),
        laid=drawn(decoder.lay_pair),
        # Made of numbers alone: no byte of a picture from outside is in it.
        change_map=change_map_png(change_map),
        linked=drawn(decoder.link_pair),
        patched=drawn(decoder.patch_pair),
    )


def _shown_before(store: CaseStore, finding: CommonOrigin) -> list[ChangeMap]:
    """Return what was shown of this picture, also where the same file was kept twice."""
    digest = store.get(Exhibit, finding.exhibit_id).sha256
    same = {one.id for one in store.all(Exhibit) if one.sha256 == digest}
    return [
        one.change_map
        for one in store.all(CommonOrigin)
        if one.exhibit_id in same and one.veiled_picture is not None and one.change_map is not None
    ]


def _shows_no_more(change_map: ChangeMap, before: list[ChangeMap]) -> bool:
    """Return whether all maps together agree hardly anywhere where the largest alone does not."""
    grids = {(one.cell_px, one.columns, one.rows) for one in (change_map, *before)}
    if len(grids) > 1:
        return False
    regions = [agreed_region(one) for one in (change_map, *before)]
    return len(frozenset().union(*regions)) - max(map(len, regions)) < LEAST_CELLS


def _digest(png: bytes) -> Digest | None:
    return sha256_of(png) if png else None
