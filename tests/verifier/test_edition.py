"""What only some dossiers have: a comparison, and originals for an authority."""

import hashlib
import io
import json
import tarfile
from datetime import timedelta
from pathlib import Path

import pytest
from benban_verify import Anchors, Report, verify
from benban_verify.comparison import VeiledRun
from benban_verify.messages import Language
from benban_verify.pair_pictures import LinkPicture, PatchPicture

from tests.verifier.dossier_maker import (
    EXHIBITS,
    Files,
    Json,
    canonical,
    event,
    list_files_anew,
    opening,
    payload_of,
    seal,
    started_case,
    zip_of,
)
from tests.verifier.tsa_maker import STAMPED_AT

NOW = STAMPED_AT + timedelta(days=30)
PICTURE = "data/comparison/cmp-0000000000000001.png"
OTHER_PICTURE = "data/comparison/cmp-0000000000000003.png"
GEOMETRY = "data/comparison/geometry.json"
RUN: dict[str, Json] = {
    "id": "cmp-0000000000000001",
    "exhibit": EXHIBITS[0].subject,
    "tier": "A",
    "original": None,
    "registration": {"questioned_size_px": [24, 16]},
    "change_map": {"cell_px": 8, "columns": 3, "rows": 2, "cells": "012331"},
    "veiled": PICTURE,
}
LINKS, PATCHES, OVERLAY, MAP = (
    PICTURE.replace(".png", f"-{kind}.png") for kind in ("links", "patches", "overlay", "map")
)
WINDOWS: dict[str, Json] = {
    "picture": PATCHES,
    "side_px": 48,
    "windows": [{"x_px": 0, "y_px": 8, "zncc": "0.98"}],
}
LARGE_RUN: dict[str, Json] = {
    **RUN,
    "registration": {
        "questioned_size_px": [64, 56],
        "homography": ["1.0", "0.0", "0.0", "0.0", "1.0", "0.0", "0.0", "0.0", "1.0"],
        "tolerance_px": "3.0",
        "inliers": 9,
    },
    "change_map": {"cell_px": 8, "columns": 8, "rows": 7, "cells": "1" * 56},
    "links": {"picture": None, "points": []},
    "patches": WINDOWS,
}
QUIET: dict[str, Json] = {"id": "cmp-0000000000000002", "exhibit": EXHIBITS[0].subject, "tier": "C"}


def checked(folder: Path, files: Files, originals: Path | None = None) -> Report:
    path = folder / "d.zip"
    path.write_bytes(zip_of(files))
    return verify(path, anchors=Anchors(), now=NOW, program=None, originals=originals)


def found(report: Report, name: str) -> str:
    return next(check.message_id for check in report.checks if check.name == name)


def with_grid(**changes: Json) -> dict[str, Json]:
    grid = RUN["change_map"]
    assert isinstance(grid, dict)
    return {**RUN, "change_map": {**grid, **changes}}


def with_comparison(*runs: Json, pictures: tuple[str, ...] = (PICTURE,)) -> Files:
    case = started_case()
    geometry = canonical({"v": 1, "method": "m", "comparisons": list(runs)})
    more = {GEOMETRY: geometry, **dict.fromkeys(pictures, b"png")}
    return seal(case, {**payload_of(case), **more})


SEARCHED: dict[str, Json] = {
    "id": "cmp-0000000000000002",
    "declared": 40,
    "by_index": 38,
    "in_full": 10,
    "unread": 2,
    "part": None,
}


def with_searched(**changes: Json) -> Files:
    case = started_case()
    said: dict[str, Json] = {"v": 1, "method": "m", "comparisons": [QUIET]}
    geometry = canonical({**said, "searched": [{**SEARCHED, **changes}]})
    return seal(case, {**payload_of(case), GEOMETRY: geometry})


@pytest.mark.parametrize(
    ("changes", "is_refused"),
    [
        ({}, False),
        ({"by_index": None}, False),
        ({"in_full": 39}, True),
        ({"by_index": 41}, True),
        ({"by_index": None, "in_full": 39}, True),
        ({"id": "cmp-0000000000000009"}, True),
        ({"unread": "2"}, True),
        ({"photo": "a.jpg"}, True),
    ],
)
def test_how_far_a_run_looked_must_be_possible(
    tmp_path: Path, changes: dict[str, Json], is_refused: bool
) -> None:
    report = checked(tmp_path, with_searched(**changes))

    assert (found(report, "comparison") == "comparison.unreadable") is is_refused


class Asked:
    """Pixels that answer what they are told to."""

    def __init__(self, share: float) -> None:
        self.share = share
        self.runs: list[VeiledRun] = []

    def agreed_share(self, run: VeiledRun, png: bytes) -> float:
        assert png == b"png"
        self.runs.append(run)
        return self.share

    def check_overlay(self, run: VeiledRun, veiled: bytes, png: bytes) -> None:
        assert (veiled, png) == (b"png", b"png")
        self.runs.append(run)

    def check_map(self, run: VeiledRun, png: bytes) -> None:
        assert png == b"png"
        self.runs.append(run)

    def check_links(self, run: VeiledRun, links: LinkPicture, veiled: bytes, png: bytes) -> None:
        raise AssertionError(links, run, veiled, png)

    def check_patches(
        self, run: VeiledRun, patches: PatchPicture, veiled: bytes, png: bytes
    ) -> None:
        assert (veiled, png) == (b"png", b"png")
        self.runs.append(run)


def with_logged(**digests: str) -> Files:
    """A dossier with a veiled picture, and the entry of its run with what it opens."""
    case = started_case()
    named: dict[str, str] = {f"{name}_picture": value for name, value in digests.items()}
    entry = event("6", "compared", subject=str(RUN["id"]), plain={"tier": "A"}, sensitive=named)
    case.events.append(entry)
    geometry = canonical({"v": 1, "method": "m", "comparisons": [RUN]})
    files = seal(case, {**payload_of(case), GEOMETRY: geometry, PICTURE: b"png"})
    proofs = json.loads(files["proofs.json"])
    proofs["records"].insert(-1, opening(case, 6, tuple(named)))
    files["proofs.json"] = canonical(proofs)
    return list_files_anew(files)


TRUE_DIGEST = f"sha256:{hashlib.sha256(b'png').hexdigest()}"


@pytest.mark.parametrize(
    ("digests", "message_id"),
    [
        ({"veiled": TRUE_DIGEST}, "comparison.no_pixels"),
        ({}, "comparison.no_pixels"),
        ({"veiled": f"sha256:{'0' * 64}"}, "comparison.other_picture"),
        ({"veiled": TRUE_DIGEST[7:]}, "comparison.other_picture"),
        ({"veiled": TRUE_DIGEST, "map": TRUE_DIGEST}, "comparison.other_picture"),
    ],
    ids=["as logged", "not opened", "another", "other spelling", "of a picture that is not there"],
)
def test_a_picture_is_the_one_whose_digest_the_log_took_in(
    tmp_path: Path, digests: dict[str, str], message_id: str
) -> None:
    assert found(checked(tmp_path, with_logged(**digests)), "comparison") == message_id


def test_a_recomputed_comparison_passes_with_its_smallest_share(tmp_path: Path) -> None:
    path = tmp_path / "d.zip"
    path.write_bytes(zip_of(with_comparison(RUN, QUIET)))
    asked = Asked(0.876)
    report = verify(path, anchors=Anchors(), now=NOW, program=None, pixels=asked)
    check = next(check for check in report.checks if check.name == "comparison")
    assert (check.message_id, dict(check.about)) == (
        "comparison.pass",
        {"pictures": 1, "percent": 88},
    )
    assert [(run.path, run.cells) for run in asked.runs] == [(PICTURE, "012331")]


def test_patches_beside_a_veiled_picture_are_counted_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "d.zip"
    path.write_bytes(zip_of(with_comparison(LARGE_RUN, pictures=(PICTURE, PATCHES))))
    asked = Asked(0.876)
    report = verify(path, anchors=Anchors(), now=NOW, program=None, pixels=asked)
    check = next(check for check in report.checks if check.name == "comparison")
    assert (check.message_id, dict(check.about)) == (
        "comparison.pass_with_links",
        {"pictures": 1, "percent": 88, "links": 0, "patches": 1},
    )
    assert len(asked.runs) == 2


def test_overlay_and_map_beside_a_veiled_picture_are_checked_and_said(tmp_path: Path) -> None:
    path = tmp_path / "d.zip"
    run: Json = {**LARGE_RUN, "overlay": OVERLAY, "map": MAP}
    path.write_bytes(zip_of(with_comparison(run, pictures=(PICTURE, PATCHES, OVERLAY, MAP))))
    asked = Asked(0.876)
    report = verify(path, anchors=Anchors(), now=NOW, program=None, pixels=asked)
    assert found(report, "comparison") == "comparison.pass_with_map"
    assert len(asked.runs) == 4


@pytest.mark.parametrize(
    ("files", "message_id"),
    [
        (
            with_comparison({**RUN, "overlay": OVERLAY}),
            "comparison.other_pictures",
        ),
        (
            with_comparison({**RUN, "overlay": MAP, "map": MAP}, pictures=(PICTURE, MAP)),
            "comparison.other_pictures",
        ),
        (
            with_comparison({**RUN, "map": 1}),
            "comparison.unreadable",
        ),
        (
            with_comparison({**RUN, "veiled": None, "map": MAP}, pictures=()),
            "comparison.says_too_much",
        ),
        (with_comparison(LARGE_RUN), "comparison.other_pictures"),
        (with_comparison(RUN, pictures=(PICTURE, PATCHES)), "comparison.other_pictures"),
        (
            with_comparison({**LARGE_RUN, "links": {"picture": LINKS, "points": []}}),
            "comparison.links",
        ),
        (
            with_comparison({**LARGE_RUN, "links": {"picture": None}}),
            "comparison.unreadable",
        ),
        (
            with_comparison({**LARGE_RUN, "patches": {**WINDOWS, "side_px": 40}}),
            "comparison.patches",
        ),
        (
            with_comparison({**LARGE_RUN, "veiled": None}, pictures=()),
            "comparison.says_too_much",
        ),
        (
            with_comparison({**QUIET, "links": None}, pictures=()),
            "comparison.says_too_much",
        ),
    ],
    ids=[
        "no overlay",
        "map twice",
        "no path",
        "map alone",
        "unlisted",
        "untold",
        "no link",
        "shape",
        "side",
        "no veiled picture",
        "silent tier",
    ],
)
def test_links_and_patches_that_contradict_the_dossier_fail(
    tmp_path: Path, files: Files, message_id: str
) -> None:
    report = checked(tmp_path, files)
    assert (found(report, "comparison"), report.exit_code) == (message_id, 1)


def test_a_comparison_without_pictures_has_nothing_to_recompute(tmp_path: Path) -> None:
    report = checked(tmp_path, with_comparison(QUIET, pictures=()))
    assert found(report, "comparison") == "comparison.no_picture"


def test_a_run_of_tier_b_may_come_without_a_picture(tmp_path: Path) -> None:
    quiet: Json = {**QUIET, "tier": "B", "original": None, "veiled": None}
    report = checked(tmp_path, with_comparison(quiet, pictures=()))
    assert found(report, "comparison") == "comparison.no_picture"


def test_pictures_without_their_geometry_fail(tmp_path: Path) -> None:
    case = started_case()
    files = seal(case, {**payload_of(case), PICTURE: b"png"})
    assert found(checked(tmp_path, files), "comparison") == "comparison.unreadable"


def test_a_comparison_is_named_as_not_recomputed(tmp_path: Path) -> None:
    report = checked(tmp_path, with_comparison(RUN, QUIET))
    assert (found(report, "comparison"), report.exit_code) == ("comparison.no_pixels", 2)


@pytest.mark.parametrize(
    ("files", "message_id"),
    [
        (with_comparison({**RUN, "exhibit": "exh-other"}), "comparison.other_exhibit"),
        (with_comparison({**RUN, "tier": "Z"}), "comparison.other_exhibit"),
        (
            with_comparison(
                {
                    **RUN,
                    "original": {
                        "subject": EXHIBITS[0].subject,
                        "sha256": EXHIBITS[0].values()["sha256"],
                        "position": 2,
                    },
                }
            ),
            "comparison.other_original",
        ),
        (
            with_comparison(
                {**RUN, "original": {"subject": "org-1", "sha256": "0" * 64, "position": 1}}
            ),
            "comparison.no_record",
        ),
        (with_comparison(RUN, pictures=()), "comparison.other_pictures"),
        (with_comparison(RUN, pictures=(PICTURE, OTHER_PICTURE)), "comparison.other_pictures"),
        (
            with_comparison({**QUIET, "log10_nfa": "-3"}, pictures=()),
            "comparison.says_too_much",
        ),
        (with_comparison(RUN, RUN), "comparison.other_pictures"),
        (with_comparison({**RUN, "original": "x"}), "comparison.unreadable"),
        (with_comparison({**RUN, "registration": None}), "comparison.unreadable"),
        (
            with_comparison({**RUN, "registration": {"questioned_size_px": [24]}}),
            "comparison.unreadable",
        ),
        (with_comparison(with_grid(columns=4)), "comparison.unreadable"),
        (with_comparison(with_grid(cell_px="8")), "comparison.unreadable"),
        (with_comparison(with_grid(cells="01233x")), "comparison.unreadable"),
        (with_comparison(with_grid(cells="01233")), "comparison.unreadable"),
    ],
)
def test_a_comparison_that_contradicts_the_dossier_fails(
    tmp_path: Path, files: Files, message_id: str
) -> None:
    report = checked(tmp_path, files)
    assert (found(report, "comparison"), report.exit_code) == (message_id, 1)


def test_what_a_terminal_obeys_is_not_printed(tmp_path: Path) -> None:
    report = checked(tmp_path, with_comparison({**RUN, "veiled": "\x1b[2J\u202edata/x"}))
    shown = [check.message(language) for check in report.checks for language in Language]
    assert all(text.isprintable() for text in shown)


def authority_edition() -> Files:
    case = started_case()
    payload = payload_of(case, edition="authority")
    return seal(case, {**payload, "data/originals.tar.age": b"sealed"}, edition="authority")


def tar_of(*members: tuple[str, bytes], **changes: object) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            for attribute, value in changes.items():
                setattr(info, attribute, value)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


ORIGINAL = EXHIBITS[0].data


def test_sealed_originals_are_named_as_not_looked_at(tmp_path: Path) -> None:
    report = checked(tmp_path, authority_edition())
    assert found(report, "bag info") == "bag_info.pass_authority"
    assert (found(report, "originals"), report.exit_code) == ("originals.sealed", 2)


@pytest.mark.parametrize(
    ("tar", "message_id"),
    [
        (tar_of(("exh-1.png", ORIGINAL)), "originals.pass"),
        (tar_of(("../../any/name", ORIGINAL)), "originals.pass"),
        (tar_of(("exh-1.png", ORIGINAL[:-1] + b"?")), "originals.other"),
        (tar_of(("exh-1.png", ORIGINAL), ("more", b"xx")), "originals.other"),
        (tar_of(("l", b""), type=tarfile.SYMTYPE, linkname="/etc/passwd"), "originals.unreadable"),
        (tar_of(), "originals.unreadable"),
        (b"", "originals.unreadable"),
        (b"hello", "originals.unreadable"),
        (tar_of(("exh-1.png", ORIGINAL))[:514], "originals.unreadable"),
    ],
)
def test_opened_originals_are_compared_byte_for_byte(
    tmp_path: Path, tar: bytes, message_id: str
) -> None:
    opened = tmp_path / "originals.tar"
    opened.write_bytes(tar)
    report = checked(tmp_path, authority_edition(), opened)
    assert found(report, "originals") == message_id


def test_a_missing_file_of_originals_is_said(tmp_path: Path) -> None:
    report = checked(tmp_path, authority_edition(), tmp_path / "none.tar")
    assert (found(report, "originals"), report.exit_code) == ("originals.unopened", 2)


def test_the_tie_between_bag_and_inventory_is_the_edition_too(tmp_path: Path) -> None:
    case = started_case()
    payload = {**payload_of(case), "data/originals.tar.age": b"sealed"}
    report = checked(tmp_path, seal(case, payload, edition="authority"))
    assert json.loads(payload["data/inventory.json"])["edition"] == "reading"
    assert found(report, "bag info") == "bag_info.other"
