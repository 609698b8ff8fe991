"""A case whose fake was made from a video: compared through the fence, handed on, verified."""

import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from benban_verify import Anchors, CheckResult, verify

from benban.casework.add_files import add_files
from benban.casework.compare_clips import ClipComparison, compare_clips
from benban.casework.conclude import DossierRequest, conclude
from benban.dossier.view import Edition
from benban.model.exhibit import Exhibit, Original
from benban.model.finding import Tier
from benban.outside.fence import Fence
from benban.testing.clips import PER_SECOND, code_video
from benban.testing.clock import FakeClock
from benban.testing.pictures import Subject, draw_example, encode_jpeg
from benban.vault import CaseStore
from benban.wiring_case import opened_fence
from benban.wording import Language
from tests.harm.scenes import a_case, compared, declared, given, new_vault, reported, ticking
from tests.unit.dossier.reading import squeezed, text

Picture = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def _film(seed: int) -> list[Picture]:
    scene = draw_example(Subject.STATUE, seed=seed, width_px=720, height_px=540)
    places = ((8 * number, 140 - 4 * number) for number in range(3 * PER_SECOND))
    return [np.ascontiguousarray(scene[y : y + 360, x : x + 480]) for x, y in places]


class Handed:
    """The dossier of a case with a still, a piece, a foreign still and a video that is none."""

    def __init__(self, store: CaseStore, fence: Fence, clock: FakeClock, folder: Path) -> None:
        sighting = reported(store, clock)
        film = _film(1)
        files = {
            "still.jpg": encode_jpeg(film[20]),
            "piece.mp4": code_video(film[5:25]),
            "khac.jpg": encode_jpeg(draw_example(Subject.CAT, seed=5, width_px=480, height_px=360)),
            "hong.mp4": code_video(film[:5])[:150] + bytes(5_000),
        }
        named = [given(data, name) for name, data in files.items()]
        self.kept: tuple[Exhibit, ...] = add_files(store, sighting, named, clock)
        # A photo and a video, named alike: what they are is read from their bytes.
        photo = encode_jpeg(draw_example(Subject.CAT, seed=8, width_px=480, height_px=360))
        self.originals: tuple[Original, ...] = declared(
            store, fence, clock, code_video([*film, *_film(2)]), photo
        )
        self.pairs = compared(store, fence, clock)
        self.clips: ClipComparison = compare_clips(store, fence, clock)
        self.path = folder / "tai-lieu.zip"
        self.now = clock.now() + timedelta(days=1)
        request = DossierRequest(edition=Edition.READING, languages=tuple(Language))
        with self.path.open("w+b") as out:
            conclude(store, request, (), out_file=out, clock=clock)

    def member(self, ending: str) -> bytes:
        with zipfile.ZipFile(self.path) as bag:
            (name,) = [one for one in bag.namelist() if one.endswith(ending)]
            return bag.read(name)


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Handed]:
    folder, clock = tmp_path_factory.mktemp("clips"), ticking()
    with (
        opened_fence() as fence,
        new_vault(folder / "kho", clock) as vault,
        vault.create_case(a_case()) as store,
    ):
        yield Handed(store, fence, clock, folder)


def test_every_run_stands_in_the_dossier_and_the_verifier_passes_it(handed: Handed) -> None:
    still, piece, foreign, _ = handed.kept
    runs = json.loads(handed.member("comparison/geometry.json"))["comparisons"]

    assert len(runs) == len(handed.pairs.runs) + len(handed.clips.runs) == 6
    told = {one["exhibit"]: one for one in runs if "against" in one}
    assert told[still.id]["original"]["subject"] == handed.originals[0].id
    assert abs(told[still.id]["clip"]["at_ms"] - 2000) <= 500
    assert abs(told[piece.id]["clip"]["from_ms"] - 500) <= 500
    # What was not found says its tier alone: both runs of the foreign still, the piece's photos.
    silent = [one for one in runs if set(one) == {"id", "exhibit", "tier"}]
    assert {one["tier"] for one in silent} == {Tier.NONE.value}
    assert sum(one["exhibit"] == foreign.id for one in silent) == 2
    report = verify(handed.path, anchors=Anchors(), now=handed.now, program=None)
    results = {check.name: check.result for check in report.checks}
    assert CheckResult.FAIL not in results.values()
    assert results["custody"] is CheckResult.PASS


def test_the_report_prints_what_was_found_and_what_could_not_be_read(handed: Handed) -> None:
    broken = handed.kept[3]
    printed = text(handed.member("report.en.pdf"))

    assert [one.exhibit_id for one in handed.clips.failures] == [broken.id, broken.id]
    assert squeezed("with the declared videos") in printed
    # A picture has several runs: runs are counted on the first page, not pictures.
    tiers = [run.finding.tier for run in handed.pairs.runs] + [
        finding.tier for finding in handed.clips.runs
    ]
    assert squeezed(f"runs that give tier 0: {tiers.count(Tier.NONE)}.") in printed
    assert squeezed("declared videos: 1") in printed
    assert squeezed("the picture could not be decoded") in printed
    assert squeezed("Declared original photos and videos") in printed
