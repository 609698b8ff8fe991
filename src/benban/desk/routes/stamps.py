"""The time stamps of a case: what there is, what is missing, and asking after a page said whom."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from starlette.responses import Response

from benban.casework.retry import HostedAuthority
from benban.casework.stamp_acts import (
    StampAct,
    ask_for_stamps,
    asked_by,
    id_of,
    is_wanted,
    learned_by,
    stamps_of,
    state_hosts,
)
from benban.casework.standing import give_permission, live_permission, revoke_permission
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.pages import go_to, show
from benban.desk.stamping import TellingSource, ask_again, telling
from benban.errors import AnswerMissingError, BenbanError, OthersNamedError, PageMissingError
from benban.model.standing import StandingAct, StandingPermission
from benban.outside.authorities import SETTING, all_authorities, changed_setting
from benban.outside.revocation import HttpRevocationSource
from benban.seal.stamp_settings import Choice
from benban.wiring_case import CaseStore, authorities

ROUTES = Routes()
ROUTES.step(68, "desk.stamps.step", "stamps")
# A day at least between two requests: the ways of asking that make sense to choose from.
_EVERY_H = (24, 168)
_DAYS = (7, 30, 90, 365)


@ROUTES.page("/c/{case}/stamps")
def stamps(desk: Desk, asked: Asked) -> Response:
    """Show which stamps there are, what they cover, and what is missing; nobody is asked."""
    now = desk.clock.now()
    with desk.case(asked.parts["case"]) as store:
        return show(
            desk,
            "stamps.html.j2",
            case=store.case,
            stamps=stamps_of(store, now),
            names=_names(desk),
            permission=live_permission(store, StandingAct.STAMP, now),
        )


@ROUTES.page("/c/{case}/stamps/ask/{act}")
def ask(desk: Desk, asked: Asked) -> Response:
    """Say exactly what would go to whom; nothing goes by being read (HARM 7)."""
    act = _act(asked)
    with desk.case(asked.parts["case"]) as store:
        if not is_wanted(store, act, desk.clock.now()):
            return go_to(f"/c/{store.case.id}/stamps")
        return _asking(desk, store, act, None)


@ROUTES.form("/c/{case}/stamps/ask/{act}")
def begin_asking(desk: Desk, asked: Asked) -> Response:
    """Begin to ask those whom the page named, and nobody else."""
    act, case_id = _act(asked), asked.parts["case"]
    with desk.case(case_id) as store:
        whom = asked_by(store, act, authorities(desk.vault))
        if not whom or tuple(one.host for one in whom) != asked.every("host"):
            # The settings changed between the page and the click.
            return _asking(desk, store, act, OthersNamedError())
    job = desk.jobs.start("desk.stamps.job", _stamping(desk, case_id, act, whom), case_id=case_id)
    return go_to(f"/jobs/{job.id}")


@ROUTES.page("/c/{case}/stamps/standing")
def standing(desk: Desk, asked: Asked) -> Response:
    """Say what would repeat by itself, whom it reaches and until when; nothing is chosen."""
    with desk.case(asked.parts["case"]) as store:
        return _standing(desk, store, asked, None)


@ROUTES.form("/c/{case}/stamps/standing")
def give_standing(desk: Desk, asked: Asked) -> Response:
    """Keep the permission for the hosts that the page named, and ask for what is waited for."""
    every = {str(one): one for one in _EVERY_H}
    days = {str(one): one for one in _DAYS}
    case_id = asked.parts["case"]
    with desk.case(case_id) as store:
        try:
            every_h = every[_one_of(every, asked, "every")]
            until = desk.clock.now() + timedelta(days=days[_one_of(days, asked, "days")])
            hosts = learned_by(authorities(desk.vault))
            if tuple(one.host for one in hosts) != asked.every("host"):
                raise OthersNamedError
            give_permission(
                store,
                StandingAct.STAMP,
                hosts,
                every_h=every_h,
                until=until.replace(microsecond=0),
                clock=desk.clock,
            )
        except BenbanError as error:
            return _standing(desk, store, asked, error)
    job = desk.jobs.start("desk.stamps.again-job", _asking_again(desk, case_id), case_id=case_id)
    return go_to(f"/jobs/{job.id}")


@ROUTES.form("/c/{case}/stamps/standing/end")
def end_standing(desk: Desk, asked: Asked) -> Response:
    """End every permission of this kind that stands; one click."""
    with desk.case(asked.parts["case"]) as store:
        for one in store.all(StandingPermission):
            if one.act is StandingAct.STAMP:
                revoke_permission(store, one.id, desk.clock)
        return go_to(f"/c/{store.case.id}/stamps/standing")


@ROUTES.page("/settings/stamps")
def whom(desk: Desk, _asked: Asked) -> Response:
    """Show which authorities are known, and which of them are asked; each can be switched."""
    known = all_authorities(desk.vault.setting(SETTING))
    return show(desk, "stamps_whom.html.j2", known=known)


@ROUTES.form("/settings/stamps")
def switch(desk: Desk, asked: Asked) -> Response:
    """Switch one authority on or off; nobody is asked by that."""
    setting = desk.vault.setting(SETTING)
    wanted, is_on = asked.first("authority"), asked.first("to") == "on"
    if wanted in {one.id for one in all_authorities(setting)}:
        changed = changed_setting(setting, Choice(id=wanted, is_enabled=is_on))
        desk.vault.set_setting(SETTING, changed)
    return go_to("/settings/stamps")


def _one_of(known: Mapping[str, int], asked: Asked, name: str) -> str:
    typed = asked.needed(name, f"desk.stamps.standing.{name}")
    if typed not in known:
        raise AnswerMissingError(f"desk.stamps.standing.{name}")
    return typed


def _standing(desk: Desk, store: CaseStore, asked: Asked, error: BenbanError | None) -> Response:
    given = [one for one in store.all(StandingPermission) if one.act is StandingAct.STAMP]
    return show(
        desk,
        "stamps_standing.html.j2",
        status=400 if error else 200,
        case=store.case,
        hosts=learned_by(authorities(desk.vault)),
        every=_EVERY_H,
        days=_DAYS,
        chosen={name: asked.first(name) for name in ("every", "days")},
        permission=live_permission(store, StandingAct.STAMP, desk.clock.now()),
        over=[one for one in given if not one.is_live(desk.clock.now())],
        error=error,
    )


def _asking_again(desk: Desk, case_id: str) -> Callable[[Progress], str]:
    def work(progress: Progress) -> str:
        with desk.case(case_id) as store:
            ask_again(desk, store, progress)
        progress.require_wanted()
        return f"/c/{case_id}/stamps/standing"

    return work


def _act(asked: Asked) -> StampAct:
    known = {one.value: one for one in StampAct}
    if asked.parts["act"] not in known:
        raise PageMissingError
    return known[asked.parts["act"]]


def _names(desk: Desk) -> Mapping[str, str]:
    return {one.id: one.name for one in all_authorities(desk.vault.setting(SETTING))}


def _asking(desk: Desk, store: CaseStore, act: StampAct, error: BenbanError | None) -> Response:
    whom = asked_by(store, act, authorities(desk.vault))
    return show(
        desk,
        "stamps_ask.html.j2",
        status=400 if error else 200,
        case=store.case,
        act=act.value,
        hosts=learned_by(whom),
        named=[one.host for one in whom],
        states=state_hosts(store, whom),
        error=error,
    )


def _stamping(
    desk: Desk, case_id: str, act: StampAct, whom: tuple[HostedAuthority, ...]
) -> Callable[[Progress], str]:
    signed: list[tuple[str, int]] = []

    def work(progress: Progress) -> str:
        with desk.case(case_id) as store:
            # Begun once more after a stop: what came is kept, only what did not is asked for.
            is_rest = bool(signed) and is_wanted(store, StampAct.RETRY, desk.clock.now())
            done = ask_for_stamps(
                store,
                StampAct.RETRY if is_rest else act,
                telling(whom, progress),
                desk.clock,
                lists=TellingSource(HttpRevocationSource(), progress),
            )
            signed.extend(id_of(one) for one in done.tokens)
        # A stop leaves each stamp that came, and the others waiting.
        progress.require_wanted()
        return f"/c/{case_id}/stamps"

    return work
