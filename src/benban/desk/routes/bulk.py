"""Many cases at once: looking again, and preparing texts; each is signed by itself."""

from collections.abc import Callable, Iterable

from starlette.responses import Response

from benban.casework.bulk import Preparable, preparable, prepare
from benban.casework.watch_once import hosts_asked
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.pages import go_to, show
from benban.desk.queue import Did
from benban.desk.watching import look_again, told_as
from benban.errors import AnswerMissingError, BenbanError, StoppedError
from benban.model.ids import CaseId
from benban.model.standing import HostLearns
from benban.remedies.describe import describe_step
from benban.wiring_case import catalogue

ROUTES = Routes()
ACTS = ("look", "prepare")


@ROUTES.form("/queue/chosen")
def chosen(desk: Desk, asked: Asked) -> Response:
    """Say what the act would do with the ticked cases; nothing is done by it."""
    cases = _cases(desk, asked)
    if asked.needed("act", "desk.bulk.act") == "look":
        return _before_looking(desk, cases)
    offered = [one for case_id in cases for one in _offered(desk, case_id)]
    return show(
        desk,
        "bulk_prepare.html.j2",
        offered=[
            (_key(one), one, describe_step(one.step, catalogue(), desk.language).title)
            for one in offered
        ],
    )


@ROUTES.form("/queue/look")
def look(desk: Desk, asked: Asked) -> Response:
    """Look again in each of the cases; those alone are asked whom the page before it named."""
    named, cases = frozenset(asked.every("host")), _cases(desk, asked)
    job = desk.jobs.start("desk.bulk.look", _looking(desk, cases, named), cases=cases)
    return go_to(f"/jobs/{job.id}")


@ROUTES.form("/queue/prepare")
def prepare_texts(desk: Desk, asked: Asked) -> Response:
    """Prepare the ticked texts; of each it was said by its own tick what it is about."""
    ticked = frozenset(asked.every("place"))
    if not ticked:
        raise AnswerMissingError("desk.bulk.prepare.legend")
    known = frozenset(desk.vault.case_ids())
    cases = sorted({CaseId(one.partition("|")[0]) for one in ticked} & known)
    job = desk.jobs.start("desk.bulk.prepare", _preparing(desk, cases, ticked), cases=cases)
    return go_to(f"/jobs/{job.id}")


def _cases(desk: Desk, asked: Asked) -> tuple[CaseId, ...]:
    ticked = frozenset(asked.every("case"))
    found = tuple(one for one in desk.vault.case_ids() if one in ticked)
    if not found:
        raise AnswerMissingError("desk.bulk.which")
    desk.note_seen(asked.path, found)
    return found


def _before_looking(desk: Desk, cases: Iterable[CaseId]) -> Response:
    told: set[tuple[str, str]] = set()
    watchable: list[CaseId] = []
    left = 0
    for case_id in cases:
        try:
            hosts = _hosts(desk, case_id)
        except BenbanError:
            left += 1
            continue
        told |= {(one.host, one.learns) for one in hosts}
        watchable.append(case_id)
    return show(
        desk,
        "bulk_look.html.j2",
        cases=watchable,
        left=left,
        # One host may learn different things of different cases: each is said.
        hosts=[HostLearns(host=host, learns=learns) for host, learns in sorted(told)],
    )


def _hosts(desk: Desk, case_id: CaseId) -> tuple[HostLearns, ...]:
    with desk.case(case_id) as store:
        return hosts_asked(store, desk.clock)


def _offered(desk: Desk, case_id: CaseId) -> tuple[Preparable, ...]:
    with desk.case(case_id) as store:
        return preparable(store, catalogue(), desk.clock)


def _key(one: Preparable) -> str:
    return f"{one.case_id}|{one.sighting.id}|{one.step.id}"


def _looking(
    desk: Desk, cases: tuple[CaseId, ...], named: frozenset[str]
) -> Callable[[Progress], str]:
    def one_case(case_id: CaseId, progress: Progress) -> bool:
        hosts = tuple(one for one in _hosts(desk, case_id) if told_as(one) in named)
        with desk.case(case_id) as store:
            taken = look_again(
                desk, store, hosts, progress, on_look=lambda _done, _all: progress.require_wanted()
            )
        # Where nothing was due it is not said that somebody looked.
        return bool(taken.looks)

    def work(progress: Progress) -> str:
        done = _each(cases, progress, one_case)
        return _said(desk, Did(what="look", count=done, left=len(cases) - done))

    return work


def _preparing(
    desk: Desk, cases: list[CaseId], ticked: frozenset[str]
) -> Callable[[Progress], str]:
    made = 0

    def one_case(case_id: CaseId, progress: Progress) -> bool:
        nonlocal made
        for one in _offered(desk, case_id):
            if _key(one) in ticked:
                progress.require_wanted()
                with desk.case(case_id) as store:
                    made += len(
                        prepare(
                            store,
                            [one],
                            language=desk.language,
                            catalogue=catalogue(),
                            clock=desk.clock,
                        )
                    )
        return True

    def work(progress: Progress) -> str:
        _each(cases, progress, one_case)
        return _said(desk, Did(what="prepare", count=made, left=max(0, len(ticked) - made)))

    return work


def _said(desk: Desk, did: Did) -> str:
    """Return the queue with a number under which it says what was done; none can be made up."""
    return f"/queue?did={desk.outcomes.keep(did)}"


def _each(
    cases: Iterable[CaseId], progress: Progress, act: Callable[[CaseId, Progress], bool]
) -> int:
    """Return for how many cases it went well; one that fails leaves the others as they are."""
    every = tuple(cases)
    done = 0
    for position, case_id in enumerate(every):
        progress.say("desk.bulk.step", position, len(every), number=position + 1, all=len(every))
        try:
            done += act(case_id, progress)
        except StoppedError:
            raise
        except BenbanError:
            continue
    return done
