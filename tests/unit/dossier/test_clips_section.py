import json
from dataclasses import replace
from typing import Any

import pytest

from benban.dossier.mask import make_masker
from benban.dossier.payload import payload_files
from benban.dossier.report import render_pdf
from benban.dossier.view import ComparisonEntry, DossierView
from benban.model.finding import Against, ClipPlace, CommonOrigin, Showing, Tier
from benban.wording import Language, say
from tests.unit.dossier.example import comparison, drawing, finding, full_view
from tests.unit.dossier.fakelog import logged
from tests.unit.dossier.reading import facts, squeezed, text

PLACE = ClipPlace(
    from_ms=12_000,
    to_ms=17_500,
    at_ms=14_700,
    rate=1.25,
    is_mirrored=True,
    frames_compared=12,
    frames_agreeing=11,
    frames_mapped=8,
)
CLIP = replace(
    finding(1, Tier.A, 2), registration=None, against=Against.VIDEOS, clip=PLACE, roughness_px=None
)
SHOWN = replace(
    finding(1, Tier.B, 2),
    registration=None,
    change_map=None,
    log10_nfa=None,
    against=Against.PHOTOS_BY_FINGERPRINT,
    showings=(Showing(from_ms=3_000, to_ms=5_000, frames=3, distance_bits=14, dihedral=0),),
)


def _view(run: CommonOrigin) -> DossierView:
    entry = ComparisonEntry(finding=run)
    view = full_view(exhibits=2)
    return replace(view, comparison=replace(comparison(), entries=(entry,), not_compared=()))


def _said(run: CommonOrigin) -> dict[str, Any]:
    view, _ = logged(_view(run))
    made = {one.path: one.data for one in payload_files(view, make_masker(view.own_account))}
    (said,) = json.loads(made["data/comparison/geometry.json"])["comparisons"]
    return dict(said)


@pytest.mark.parametrize("language", Language)
def test_a_run_with_videos_is_printed_in_words_and_numbers(language: Language) -> None:
    pdf = render_pdf(_view(CLIP), language)
    comma = "," if language is Language.VI else "."

    printed = text(pdf)
    limits = squeezed(say(language, "dossier.comparison.clip-limits"))
    wanted = [f"12{comma}0", f"17{comma}5", f"14{comma}7", "412", f"125{comma}0%", limits]
    assert ([one for one in wanted if one not in printed], facts(pdf).pictures) == ([], 0)


def test_the_showings_of_a_photo_are_printed() -> None:
    printed = text(render_pdf(_view(SHOWN), Language.EN))

    assert squeezed("from 3.0 s to 5.0 s (3 frames, distance 14 of 256 bits)") in printed


@pytest.mark.parametrize("tier", [Tier.C, Tier.NONE])
def test_tier_c_and_0_of_a_video_say_their_statement_and_nothing_more(tier: Tier) -> None:
    # Everything that must not be printed is there to be printed.
    loud = replace(CLIP, tier=tier, originals_compared=2917)
    view = _view(loud)
    assert view.comparison is not None
    seen = replace(view.comparison.entries[0], veiled_png=drawing())
    pdf = render_pdf(
        replace(view, comparison=replace(view.comparison, entries=(seen,))), Language.EN
    )

    printed = text(pdf)
    loud_words = ("log10NFA", "412.7", "2,917", "14.7", "125.0%", "11of12")
    assert (
        f"Tier{tier.value}." in printed,
        facts(pdf).pictures,
        [told for told in loud_words if told in printed],
        set(_said(loud)),
    ) == (True, 0, [], {"id", "exhibit", "tier"})


def test_the_geometry_tells_place_and_showings() -> None:
    clip, shown = _said(CLIP), _said(SHOWN)

    assert (clip["against"], clip["clip"]["rate"], clip["clip"]["at_ms"]) == (
        "videos",
        "1.25",
        14_700,
    )
    assert (clip["registration"], clip["veiled"], clip["showings"]) == (None, None, [])
    assert (shown["clip"], [one["from_ms"] for one in shown["showings"]]) == (None, [3_000])
