"""The comparison with one's own photos: offered, never needed; what it shows and does not."""

from collections.abc import Callable

from starlette.responses import Response

from benban.casework.compare_case import compare_case
from benban.casework.fingerprints import fingerprint_exhibits, questioned_pictures
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.pages import go_to, show
from benban.model.exhibit import Exhibit, Original
from benban.model.finding import Cell, CommonOrigin, Direction, Order
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
            questioned=len(questioned_pictures(store)),
            originals=len(store.all(Original)),
            runs=_runs(store),
        )


@ROUTES.form("/c/{case}/compare")
def compare(desk: Desk, asked: Asked) -> Response:
    """Begin to compare; nothing leaves this computer."""
    case_id = asked.parts["case"]
    job = desk.jobs.start("desk.compare.job", _comparing(desk, case_id), case_id=case_id)
    return go_to(f"/jobs/{job.id}")


def _comparing(desk: Desk, case_id: str) -> Callable[[Progress], str]:
    def work(progress: Progress) -> str:
        with desk.case(case_id) as store, opened_fence() as fence:
            progress.say("desk.compare.measuring", 1, 3)
            fingerprint_exhibits(store, fence)
            progress.say("desk.compare.comparing", 2, 3)
            compare_case(store, fence, desk.clock)
        return f"/c/{case_id}/compare"

    return work


def _runs(store: CaseStore) -> list[dict[str, object]]:
    """Return each finding as the page shows it; tiers C and 0 hold nothing but their sentence."""
    kept = {one.id: one for one in store.all(Exhibit)}
    directions = {one.comparison_id: one for one in store.all(Direction)}
    runs: list[dict[str, object]] = []
    for finding in store.all(CommonOrigin):
        row: dict[str, object] = {"tier": finding.tier.value, "exhibit": kept[finding.exhibit_id]}
        if finding.registration is not None and finding.change_map is not None:
            shares = {
                name: round(100 * finding.change_map.share(cell))
                for name, cell in (
                    ("agree", Cell.AGREE),
                    ("changed", Cell.CHANGED),
                    ("undecided", Cell.UNDECIDED),
                )
            }
            order = directions.get(finding.id)
            is_later = order is not None and order.order is Order.QUESTIONED_IS_LATER
            row |= {"shares": shares, "original": finding.original_id or "", "is_later": is_later}
        runs.append(row)
    return runs
