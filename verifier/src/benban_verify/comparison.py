"""
The picture comparison: what it names, and through ``pixels`` what it shows.

Source: docs/reference/bag-format.md, comparison/geometry.json.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from benban_verify.bag import Bag, read_whole
from benban_verify.bagit import COMPARISON, sha256_of
from benban_verify.canonical import (
    JsonRefusedError,
    JsonValue,
    integer_of,
    list_of,
    object_of,
    parse_canonical,
    text_of,
)
from benban_verify.inventory import Inventory
from benban_verify.limits import MAX_JSON_BYTES, MAX_PICTURE_BYTES
from benban_verify.pair_pictures import Grid, LinkPicture, PatchPicture, links_of, patches_of
from benban_verify.records import Record
from benban_verify.refusal import Refusal, printable

_GEOMETRY: Final = COMPARISON + "geometry.json"
_TIERS: Final = frozenset({"A", "B", "C", "0"})
# EVIDENCE 5: a tier C or 0 says its tier and nothing more.
_SILENT_TIERS: Final = frozenset({"C", "0"})
# Of each run how far it looked, for every tier, and under which name its record says so.
_COUNTS: Final = (
    ("declared", "originals_declared"),
    ("by_index", "originals_searched"),
    ("in_full", "originals_compared"),
    ("unread", "originals_unread"),
)
_SEARCHED: Final = ("id", *(name for name, _ in _COUNTS), "part")


@dataclass(frozen=True, slots=True, kw_only=True)
class VeiledRun:
    """
    A run with a picture: where it lies and what its parts mean.

    Attributes:
        subject: its id.
        width_px, height_px: of each half of the picture.
        cells: row major, one digit 0..3 per square cell of *cell_px*; 1 is agreed.
        overlay, change_map: paths of both halves on one grid and of the drawn cells; empty where
            the run tells of none.
        links, patches: what lies beside it; None where the run tells of none.
    """

    subject: str = ""
    path: str
    width_px: int
    height_px: int
    cell_px: int
    columns: int
    rows: int
    cells: str
    overlay: str = ""
    change_map: str = ""
    links: LinkPicture | None = None
    patches: PatchPicture | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """All pictures of the run."""
        drawn = [one.path for one in (self.links, self.patches) if one is not None]
        return (self.path, *filter(None, (self.overlay, self.change_map, *drawn)))


class PixelProgram(Protocol):
    """Recomputes a veiled picture."""

    def agreed_share(self, run: VeiledRun, png: bytes) -> float:
        """Return the share of shown patches that agree, 0..1; Refusal or NotDone otherwise."""

    def check_overlay(self, run: VeiledRun, veiled: bytes, png: bytes) -> None:
        """Refuse a picture that is not the shown pixels of the veiled pair in turn."""

    def check_map(self, run: VeiledRun, png: bytes) -> None:
        """Refuse a picture that is not the cells of the run, each with its pattern."""

    def check_links(self, run: VeiledRun, links: LinkPicture, veiled: bytes, png: bytes) -> None:
        """Refuse a picture of links that is not the veiled pair with marks at the links."""

    def check_patches(
        self, run: VeiledRun, patches: PatchPicture, veiled: bytes, png: bytes
    ) -> None:
        """Refuse a picture that is not the windows of the veiled pair, or another correlation."""


def check_comparison(
    bag: Bag, inventory: Inventory, records: Mapping[int, Record]
) -> tuple[VeiledRun, ...]:
    """Return the runs with a picture; refuse a section that names others or says too much."""
    pictures = {path for path in bag.paths if path.startswith(COMPARISON)} - {_GEOMETRY}
    try:
        if _GEOMETRY not in bag.paths:
            raise JsonRefusedError("geometry.json is missing")
        top = object_of(parse_canonical(read_whole(bag, _GEOMETRY, MAX_JSON_BYTES)))
        if integer_of(top.get("v")) != 1:
            raise JsonRefusedError("another version")
        exhibits = {item.subject for item in inventory.exhibits}
        runs = [
            _check_run(object_of(run), exhibits, records) for run in list_of(top.get("comparisons"))
        ]
        _check_searched(top.get("searched", []), top, records)
    except JsonRefusedError as error:
        raise Refusal("comparison.unreadable", why=str(error)) from error
    veiled = tuple(run for run in runs if run is not None)
    paths = [path for run in veiled for path in run.paths]
    named = set(paths)
    if named != pictures or len(named) != len(paths):
        # A path in the geometry is text like any other: it may hold what a terminal obeys.
        other = printable(min(named ^ pictures, default=_GEOMETRY))
        raise Refusal("comparison.other_pictures", name=other)
    for one in veiled:
        _check_logged(bag, one, records)
    return veiled


def recompute(bag: Bag, runs: Sequence[VeiledRun], program: PixelProgram) -> int:
    """Return the smallest share of agreeing patches among *runs*, in per cent."""
    shares = []
    for run in runs:
        veiled = read_whole(bag, run.path, MAX_PICTURE_BYTES)
        # First what lies beside it: it can be judged also where too little is shown for a share.
        if run.overlay:
            program.check_overlay(run, veiled, read_whole(bag, run.overlay, MAX_PICTURE_BYTES))
        if run.change_map:
            program.check_map(run, read_whole(bag, run.change_map, MAX_PICTURE_BYTES))
        if run.links is not None and run.links.path:
            png = read_whole(bag, run.links.path, MAX_PICTURE_BYTES)
            program.check_links(run, run.links, veiled, png)
        if run.patches is not None and run.patches.path:
            png = read_whole(bag, run.patches.path, MAX_PICTURE_BYTES)
            program.check_patches(run, run.patches, veiled, png)
        shares.append(program.agreed_share(run, veiled))
    return round(100 * min(shares))


def recomputed(runs: Sequence[VeiledRun], percent: int) -> tuple[str, Mapping[str, str | int]]:
    """Return what is said of runs that were recomputed, with its values."""
    about: dict[str, str | int] = {"pictures": len(runs), "percent": percent}
    if not any(len(run.paths) > 1 for run in runs):
        return "comparison.pass", about
    links = sum(len(run.links.seen) for run in runs if run.links)
    patches = sum(len(run.patches.windows) for run in runs if run.patches)
    about |= {"links": links, "patches": patches}
    # Older dossiers have neither: nothing is claimed of what is not there.
    is_drawn = all(run.overlay and run.change_map for run in runs)
    return "comparison.pass_with_map" if is_drawn else "comparison.pass_with_links", about


def _check_run(
    run: Mapping[str, JsonValue], exhibits: set[str], records: Mapping[int, Record]
) -> VeiledRun | None:
    exhibit, tier = text_of(run.get("exhibit")), text_of(run.get("tier"))
    if exhibit not in exhibits or tier not in _TIERS:
        raise Refusal("comparison.other_exhibit", subject=printable(exhibit))
    if tier in _SILENT_TIERS:
        if set(run) != {"id", "exhibit", "tier"}:
            raise Refusal("comparison.says_too_much", subject=printable(exhibit))
        return None
    if run.get("original") is not None:
        _check_original(object_of(run["original"], ("subject", "sha256", "position")), records)
    if run.get("veiled") is None:
        # What lies beside a veiled picture is made from it.
        if any(run.get(name) is not None for name in ("overlay", "map", "links", "patches")):
            raise Refusal("comparison.says_too_much", subject=printable(exhibit))
        return None
    return _with_pictures(_veiled_run(run), run)


def _check_searched(
    untrusted: JsonValue, top: Mapping[str, JsonValue], records: Mapping[int, Record]
) -> None:
    """How far each run looked must be possible, and what its record says; older bags tell none."""
    runs = {text_of(object_of(run).get("id")) for run in list_of(top.get("comparisons"))}
    logged = {one.subject: one.plain for one in records.values() if one.kind == "compared"}
    told = [object_of(one, _SEARCHED) for one in list_of(untrusted)]
    if len({text_of(one["id"]) for one in told} & runs) != len(told):
        raise JsonRefusedError("searched names another run")
    for one in told:
        counts = {name: integer_of(one[key]) for key, name in _COUNTS if one[key] is not None}
        declared, unread = counts["originals_declared"], counts["originals_unread"]
        most = counts.get("originals_searched", declared - unread)
        is_possible = counts["originals_compared"] <= most <= declared - unread
        if min(counts.values()) < 0 or not is_possible:
            raise JsonRefusedError("searched more than was there")
        if one["part"] is not None:
            counts |= zip(("part", "parts"), map(integer_of, list_of(one["part"])), strict=True)
        plain = logged.get(text_of(one["id"]))
        names = {*counts, "originals_searched", "part"}
        said = {name: str(counts[name]) if name in counts else None for name in names}
        if plain is not None and said != {name: plain.get(name) for name in names}:
            raise JsonRefusedError("searched differs from its record")
    untold = runs - {text_of(one["id"]) for one in told}
    if any("originals_declared" in (logged.get(run) or {}) for run in untold):
        raise JsonRefusedError("searched is missing for a run")


def _veiled_run(run: Mapping[str, JsonValue]) -> VeiledRun:
    registration, grid = object_of(run.get("registration")), object_of(run.get("change_map"))
    size = list_of(registration.get("questioned_size_px"))
    if len(size) != 2:  # noqa: PLR2004 -- width and height
        raise JsonRefusedError("size")
    width, height = integer_of(size[0]), integer_of(size[1])
    cell, columns, rows = (integer_of(grid.get(name)) for name in ("cell_px", "columns", "rows"))
    cells = text_of(grid.get("cells"))
    if len(cells) != columns * rows or set(cells) - set("0123"):
        raise JsonRefusedError("cells")
    return VeiledRun(
        subject=text_of(run.get("id")),
        path=text_of(run["veiled"]),
        width_px=width,
        height_px=height,
        cell_px=cell,
        columns=columns,
        rows=rows,
        cells=cells,
    )


def _with_pictures(veiled: VeiledRun, run: Mapping[str, JsonValue]) -> VeiledRun:
    """Return *veiled* with what lies beside it, where the run tells of any."""
    veiled = replace(
        veiled,
        overlay=_path_beside(veiled.path, "overlay", run.get("overlay")),
        change_map=_path_beside(veiled.path, "map", run.get("map")),
    )
    grid = Grid(
        width_px=veiled.width_px,
        height_px=veiled.height_px,
        cell_px=veiled.cell_px,
        columns=veiled.columns,
        rows=veiled.rows,
        cells=veiled.cells,
    )
    links, patches = run.get("links"), run.get("patches")
    registration = object_of(run.get("registration"))
    name = printable(veiled.path)
    if links is not None:
        try:
            drawn = links_of(links, registration, grid, veiled.path)
        except JsonRefusedError:
            raise
        except ValueError as error:
            raise Refusal("comparison.links", name=name) from error
        veiled = replace(veiled, links=drawn)
    if patches is not None:
        try:
            windows = patches_of(patches, grid, veiled.path)
        except JsonRefusedError:
            raise
        except ValueError as error:
            raise Refusal("comparison.patches", name=name) from error
        veiled = replace(veiled, patches=windows)
    return veiled


def _path_beside(veiled: str, kind: str, untrusted: JsonValue) -> str:
    if untrusted is None:
        return ""
    if text_of(untrusted) != f"{veiled.removesuffix('.png')}-{kind}.png":
        raise Refusal("comparison.other_pictures", name=printable(text_of(untrusted)))
    return text_of(untrusted)


def _check_logged(bag: Bag, run: VeiledRun, records: Mapping[int, Record]) -> None:
    """Refuse a picture of which the run's entry opens another digest; older entries open none."""
    drawn = {
        "veiled_picture": run.path,
        "overlay_picture": run.overlay,
        "map_picture": run.change_map,
        "links_picture": run.links.path if run.links else "",
        "patches_picture": run.patches.path if run.patches else "",
    }
    for record in records.values():
        if (record.kind, record.subject) != ("compared", run.subject):
            continue
        for name in drawn.keys() & record.opened.keys():
            path = drawn[name]
            if not path or record.opened[name] != f"sha256:{sha256_of(bag, path)}":
                raise Refusal("comparison.other_picture", name=printable(path or run.path))


def _check_original(original: Mapping[str, JsonValue], records: Mapping[int, Record]) -> None:
    """A photo that is named must be the one that the log took in; its entry is disclosed."""
    subject = text_of(original["subject"])
    record = records.get(integer_of(original["position"]))
    if record is None:
        raise Refusal("comparison.no_record", subject=printable(subject))
    said = (record.kind, record.subject, record.opened.get("sha256"))
    if said != ("original added", subject, text_of(original["sha256"])):
        raise Refusal("comparison.other_original", subject=printable(subject))
