"""
Addresses against the matchers of two downloaders: what they call one thing is one place for us.

``./run bench addresses`` compares; ``python -m benchmarks.addresses write`` in ``.venv-bench``
writes what the matchers say of our made-up addresses into ``vectors/addresses/``, where the tests
read it. Their own example addresses are read in memory only: some lead to real people.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from benban.errors import NotAnAddressError, PrivateAddressError
from benban.model.sighting import UNKNOWN_SERVICE, Address
from benban.remedies import packaged_catalogue, parse_address
from benchmarks._document import Claim, Comparison, Document
from benchmarks._matchers import GalleryDl, Matcher, YtDlp

VECTORS = Path(__file__).parents[1] / "vectors" / "addresses" / "variants.json"


def run(*, quick: bool) -> Document:
    """Return the claims; *quick* changes nothing, all of it takes some ten seconds."""
    matchers: tuple[Matcher, ...] = (YtDlp(), GalleryDl())
    groups = json.loads(VECTORS.read_text(encoding="utf-8"))["groups"]
    return Document(
        name="addresses",
        claims=(
            *(_variants(groups, one, quick=quick) for one in matchers),
            *_peers_own(YtDlp(), quick=quick),
        ),
        packages=("yt-dlp", "gallery-dl"),
    )


def write() -> None:
    """Write what each matcher says of each made-up address into the vectors."""
    matchers: tuple[Matcher, ...] = (YtDlp(), GalleryDl())
    read = json.loads(VECTORS.read_text(encoding="utf-8"))
    for group in read["groups"]:
        group["matchers"] = {
            one.name: {
                variant: said
                for variant in group["variants"]
                if (said := one.what(variant)) is not None
            }
            for one in matchers
        }
    text = json.dumps(read, ensure_ascii=False, indent=1) + "\n"
    VECTORS.write_text(text, encoding="utf-8")


def _variants(groups: list[dict[str, object]], matcher: Matcher, *, quick: bool) -> Claim:
    known = packaged_catalogue()
    pairs = agreed = 0
    for group in groups:
        variants = group["variants"]
        if not isinstance(variants, list):
            raise TypeError(type(variants))
        said = [(one, matcher.what(one)) for one in variants]
        heard = [(one, what) for one, what in said if what is not None]
        for (one, what), (other, what_else) in pairwise(heard):
            pairs += 1
            is_one = parse_address(one, known).canonical == parse_address(other, known).canonical
            agreed += is_one == (what == what_else)
    return Claim(
        name=f"variants_as_{matcher.name}",
        value=agreed / pairs,
        unit="share of pairs",
        target=1.0,
        comparison=Comparison.EQUAL,
        n=pairs,
        note="neighbouring spellings in vectors/addresses that the matcher knows"
        + ("; quick run" if quick else ""),
    )


def _peers_own(matcher: YtDlp, *, quick: bool) -> Iterator[Claim]:
    things: dict[str, set[str]] = defaultdict(set)
    places: dict[str, set[str]] = defaultdict(set)
    count = 0
    for address in matcher.own_examples():
        place = _known(address)
        what = matcher.what(address)
        if place is None or what is None:
            continue
        count += 1
        things[what].add(place.canonical)
        places[place.canonical].add(what.partition(" ")[2])
    merged = sum(len(one) > 1 for one in places.values())
    split = sum(len(one) > 1 for one in things.values())
    note = f"{count} example addresses of {matcher.name}, {len(things)} things" + (
        "; quick run" if quick else ""
    )
    yield Claim(
        name="different_things_taken_for_one",
        value=merged,
        unit="places",
        target=0,
        comparison=Comparison.EQUAL,
        n=len(places),
        note=note,
    )
    yield Claim(
        name="one_thing_under_several_places",
        value=split,
        unit="things",
        n=len(things),
        note=note + "; mostly lists and their pages, which stay apart on purpose",
    )


def _known(address: str) -> Address | None:
    try:
        found = parse_address(address, packaged_catalogue())
    except (NotAnAddressError, PrivateAddressError):
        return None
    return None if found.service == UNKNOWN_SERVICE else found


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        write()
