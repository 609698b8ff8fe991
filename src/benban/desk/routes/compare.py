"""The comparison with one's own photos: offered, never needed; what it shows and does not."""

from collections.abc import Callable

from starlette.responses import Response

from benban.casework.clip_words import clip_sentences
from benban.casework.compare_case import compare_case
from benban.casework.compare_clips import compare_clips
from benban.casework.fingerprints import fingerprint_exhibits
from benban.casework.originals import declared_photos, declared_videos, digest_only_originals
from benban.casework.show import ShownPicture, veiled_pair
from benban.casework.uncompared import failed_ways
from benban.casework.videos import is_video
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.pages import go_to, show
from benban.dossier.mask import make_masker
from benban.dossier.rates import RATE_COLUMNS, measured_library, measured_rates, rate_in_words
from benban.dossier.searched import searched_said
from benban.dossier.view import OwnAccount
from benban.dossier.voice import Voice
from benban.errors import PageMissingError
from benban.model.exhibit import Exhibit, Original
from benban.model.finding import MOST_PATCHES, Against, Cell, CommonOrigin, Direction, Order
from benban.model.ids import ComparisonId, ExhibitId, OriginalId
from benban.wiring_case import CaseStore, opened_fence

ROUTES = Routes()
ROUTES.step(55, "desk.compare.step", "compare")


@ROUTES.page("/c/{case}/compare")
def comparison(desk: Desk, asked: Asked) -> Response:
    """Show what was found so far, and offer to compare."""
    with desk.case(asked.parts["case"]) as store:
        return show(
            desk,
            "compare.html.j2",
            case=store.case,
            questioned=sum(_can_be_compared(one) for one in store.all(Exhibit)),
            originals=len(declared_photos(store)) + len(declared_videos(store)),
            by_digest=len(digest_only_originals(store)),
            runs=_runs(store, _voice(desk)),
            clips=_clips(store),
            failed=_failed(store),
            columns=RATE_COLUMNS,
            rates=_rates(desk),
            library=measured_library(),
        )


@ROUTES.form("/c/{case}/compare")
def compare(desk: Desk, asked: Asked) -> Response:
    """Begin to compare; nothing leaves this computer."""
    case_id = asked.parts["case"]
    job = desk.jobs.start("desk.compare.job", _comparing(desk, case_id), case_id=case_id)
    return go_to(f"/jobs/{job.id}")


@ROUTES.form("/c/{case}/compare/{comparison}/pair")
def look(desk: Desk, asked: Asked) -> Response:
    """Let the covered pair be seen; that it was stands in the log."""
    # Late: the first page does not wait for the libraries that handle pictures.
    from benban.compare.map_picture import change_map_png

    with desk.case(asked.parts["case"]) as store:
        finding = store.get(CommonOrigin, ComparisonId(asked.parts["comparison"]))
        if finding.change_map is None:
            raise PageMissingError
        kept = veiled_pair(store, finding.id)
        shown = ShownPicture(png=kept.veiled, is_veiled=True)
        # A run from before has no kept map; it is made of numbers.
        beside = {"map": kept.change_map or change_map_png(finding.change_map)}
        beside |= {"overlay": kept.overlay} if kept.overlay else {}
        beside |= {"links": kept.links} if kept.links else {}
        beside |= {"patches": kept.patches} if kept.patches else {}
        number = desk.look_at(store.case.id, finding.id, shown, beside)
        return go_to(f"/c/{store.case.id}/compare/{finding.id}/pair/{number}")


@ROUTES.page("/c/{case}/compare/{comparison}/pair/{pair}")
def pair(desk: Desk, asked: Asked) -> Response:
    """Show the pair and the map beside it, with what they say in words."""
    with desk.case(asked.parts["case"]) as store:
        finding = store.get(CommonOrigin, ComparisonId(asked.parts["comparison"]))
        number = asked.parts["pair"]
        if desk.looks.is_veiled(number, store.case.id, finding.id) is None:
            return go_to(f"/c/{store.case.id}/compare")
        return show(
            desk,
            "compare_pair.html.j2",
            case=store.case,
            run=_run(store, finding, _voice(desk)),
            drawn=_drawn(desk, finding),
            pair=number,
            is_work=desk.is_work,
        )


def _comparing(desk: Desk, case_id: str) -> Callable[[Progress], str]:
    def work(progress: Progress) -> str:
        with desk.case(case_id) as store, opened_fence() as fence:
            progress.say("desk.compare.measuring", 1, 3)
            fingerprint_exhibits(store, fence)
            progress.say("desk.compare.comparing", 2, 3)
            compare_case(
                store,
                fence,
                desk.clock,
                tell=_telling(progress, "desk.compare.comparing"),
                tell_index=_telling(progress, "desk.compare.indexing"),
            )
            compare_clips(store, fence, desk.clock, tell=_telling(progress, "desk.clip.comparing"))
        return f"/c/{case_id}/compare"

    return work


def _telling(progress: Progress, message: str) -> Callable[[int, int], None]:
    def tell(done: int, count: int) -> None:
        progress.say(message, done, count)

    return tell


def _rates(desk: Desk) -> tuple[tuple[str, str, str, str], ...]:
    """Return what a dossier prints of how often the method was right: the same rows and words."""
    voice = _voice(desk)
    return tuple(rate_in_words(voice, one) for one in measured_rates())


def _voice(desk: Desk) -> Voice:
    # Nothing that somebody typed is said here, so nothing is masked and no letter can be missing.
    return Voice(language=desk.language, masker=make_masker(OwnAccount()), glyphs=frozenset())


def _runs(store: CaseStore, voice: Voice) -> list[dict[str, object]]:
    """Return each finding as the page shows it; tiers C and 0 hold their sentence and counts."""
    findings = store.all(CommonOrigin)
    return [_run(store, one, voice) for one in findings if one.against is Against.PHOTOS]


def _clips(store: CaseStore) -> list[dict[str, object]]:
    """Return each finding with videos: its sentences, and which exhibit they are about."""
    return [
        {
            "heading": f"cli.clip.{one.against.value}",
            "exhibit": store.get(Exhibit, one.exhibit_id),
            "tier": one.tier.value,
            "sentences": clip_sentences(one, _photo(store, one)),
        }
        for one in store.all(CommonOrigin)
        if one.against is not Against.PHOTOS
    ]


def _failed(store: CaseStore) -> list[tuple[str, str]]:
    """Return what could not be read for a comparison, and the code of the reason."""
    failed: dict[tuple[str, str], None] = {}
    for (subject, _), code in failed_ways(store.events(), store.all(CommonOrigin)).items():
        exhibit = store.maybe(Exhibit, ExhibitId(subject))
        original = store.maybe(Original, OriginalId(subject))
        if exhibit is not None:
            failed[exhibit.original_name or exhibit.id, code] = None
        elif original is not None:
            failed[original.original_name or original.id, code] = None
    return list(failed)


def _can_be_compared(exhibit: Exhibit) -> bool:
    is_picture = exhibit.kind.is_questioned_media and exhibit.media_type.startswith("image/")
    return is_picture or is_video(exhibit)


def _run(store: CaseStore, finding: CommonOrigin, voice: Voice) -> dict[str, object]:
    row: dict[str, object] = {
        "tier": finding.tier.value,
        "exhibit": store.get(Exhibit, finding.exhibit_id),
        "said": [
            (message, {name: voice.number(count) for name, count in counts.items()})
            for message, counts in searched_said(finding)
        ],
    }
    if finding.registration is None or finding.change_map is None:
        return row
    shares = {
        name: round(100 * finding.change_map.share(cell))
        for name, cell in (
            ("agree", Cell.AGREE),
            ("changed", Cell.CHANGED),
            ("undecided", Cell.UNDECIDED),
        )
    }
    order = store.maybe(Direction, finding.id)
    # As in a dossier: an order is not said without what it rests on (EVIDENCE 5).
    is_later = order is not None and order.order is Order.QUESTIONED_IS_LATER
    rests_on = order.support if order is not None else ()
    return row | {
        "shares": shares,
        "original": _photo(store, finding),
        "is_later": is_later and bool(rests_on),
        "is_by_times": order is not None and order.rests_on_times,
        "rests_on": rests_on,
        "noted": order.notes if order is not None else (),
        "pair_of": finding.id if finding.veiled_picture is not None else "",
    }


def _drawn(desk: Desk, finding: CommonOrigin) -> dict[str, object]:
    """Return what the page shows beside pair and map; nothing of a run that was made without."""
    voice = _voice(desk)
    said: dict[str, object] = {"overlay": finding.overlay_picture is not None}
    if finding.links is not None:
        said["links"] = len(finding.links.links)
    if finding.patches is not None:
        said["patches"] = [voice.number(one.zncc, 2) for one in finding.patches.patches]
        said["is_fewer"] = len(finding.patches.patches) < MOST_PATCHES
    return said


def _photo(store: CaseStore, finding: CommonOrigin) -> str:
    """Return the name that the person's file came with; its id where it is no longer here."""
    known = None if finding.original_id is None else store.maybe(Original, finding.original_id)
    return known.original_name if known is not None else finding.original_id or ""
