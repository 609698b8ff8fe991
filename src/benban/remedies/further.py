"""
Who stands above an addressee that refused, or did not answer in time.

No step here claims a clock for the person: an office decides by its own rules, and the hours that
an authority's demand starts are started by the authority alone (facts/law.md 0.2).

Source: facts/law.md section 3 (escalation), facts/channels.md sections 1 and 8.6; decree 147/2024
art. 23(7); Regulation (EU) 2022/2065 arts 20, 21, 53; Criminal Procedure Code of Viet Nam art. 145.
"""

from benban.model.catalogue import Regime
from benban.model.remedy import Notice, NoticeState, Step, StepKind
from benban.model.routes import LinkTo
from benban.remedies.earlier import moved_at, root_of, went_unheard
from benban.remedies.rules_in_force import (
    EU_FURTHER_RULES,
    IN_COMPLAINT_RULES,
    US_REQUEST_RULES,
    VN_DEMAND_RULES,
    VN_FURTHER_RULES,
    VN_PROCURACY_RULES,
)
from benban.remedies.scene import Scene

FTC = "regulators-us"
DSA_COORDINATOR = "regulators-eu"
OFCOM = "regulators-uk"
GRIEVANCE_APPEAL = "in_gac-1"
ABEI = "vn_abei-1"
PROCURACY = "vn_procuracy-1"

# Who was asked there is no service that Ofcom would hear about.
_OFFICES = {Regime.CRIME_REPORT, Regime.ESCALATION}


def further_steps(scene: Scene) -> list[Step]:
    """Return the steps that follow a notice which was refused or went unheard; none without one."""
    if scene.minor:
        return []
    by_regime = _unheard_by_regime(scene)
    return [
        *_trade_commission(scene, by_regime.get(Regime.US_TIDA)),
        *_dsa(scene, by_regime.get(Regime.EU_DSA)),
        *_grievance_committee(scene, by_regime.get(Regime.IN_IT_RULES)),
        *_ministry(scene, by_regime),
        *_ofcom(scene, by_regime),
    ]


def further_police_steps(scene: Scene, demands: tuple[str, ...]) -> list[Step]:
    """Return steps towards police and procuracy that follow; they stand last (HARM 8)."""
    by_regime = _unheard_by_regime(scene)
    steps: list[Step] = []
    if by_regime.keys() - _OFFICES and not scene.minor:
        steps.append(
            scene.advice(
                "cyber-police",
                StepKind.POLICE,
                "cyber-police",
                rules=(*VN_DEMAND_RULES, *demands),
            )
        )
    reported = by_regime.get(Regime.CRIME_REPORT)
    if reported is not None and not scene.minor:
        steps += scene.from_channel(
            PROCURACY,
            StepKind.POLICE,
            "procuracy",
            VN_PROCURACY_RULES,
            form="complaint-procuracy",
            step_id="procuracy",
            follows=reported.id,
        )
    return steps


def _unheard_by_regime(scene: Scene) -> dict[Regime, Notice]:
    """Return the newest of each regime; of several places, the one of the sighting's service."""
    found: dict[Regime, Notice] = {}
    mine = [one for one in scene.notices if one.sighting_id == scene.sighting.id]
    helped = {str(one.step_id) for one in mine if one.state is NoticeState.REMOVED}
    # Google asked beside the page is no answer to what the platform did.
    for one in sorted(mine, key=lambda one: (_is_to_the_service(one, scene), moved_at(one))):
        if str(one.step_id) in helped or not went_unheard(one, scene.now):
            continue
        form = scene.catalogue.form(root_of(one, scene.notices).form)
        if form is not None and form.id != "complaint-procuracy":
            found[form.regime] = one
    return found


def _is_to_the_service(notice: Notice, scene: Scene) -> bool:
    channel = scene.catalogue.channel(notice.channel_id)
    return channel is None or (scene.service is not None and channel.service == scene.service.id)


def _trade_commission(scene: Scene, unheard: Notice | None) -> list[Step]:
    if unheard is None:
        return []
    return scene.from_channel(
        FTC,
        StepKind.ESCALATION,
        "us-ftc",
        US_REQUEST_RULES,
        form="complaint-ftc",
        step_id="us-ftc",
        follows=unheard.id,
    )


def _dsa(scene: Scene, unheard: Notice | None) -> list[Step]:
    if unheard is None:
        return []
    # What the person took further before any answer came was not decided on.
    was_answered = unheard.state is NoticeState.ESCALATED and bool(unheard.replies)
    has_decision = unheard.state is NoticeState.REFUSED or was_answered
    inside = [
        # Article 20 is about decisions; silence is none.
        scene.advice(
            "eu-dsa-complaint",
            StepKind.ESCALATION,
            "eu-dsa-complaint",
            form="complaint-dsa",
            rules=EU_FURTHER_RULES,
            follows=unheard.id,
        ),
        scene.advice("eu-dsa-body", StepKind.ESCALATION, "eu-dsa-body", rules=EU_FURTHER_RULES),
    ]
    coordinator = scene.from_channel(
        DSA_COORDINATOR,
        StepKind.ESCALATION,
        "eu-dsc",
        EU_FURTHER_RULES,
        form="complaint-dsc",
        step_id="eu-dsc",
        follows=unheard.id,
    )
    is_tied = scene.has_link(LinkTo.EUROPEAN_UNION)
    return [*(inside if has_decision else []), *(coordinator if is_tied else [])]


def _grievance_committee(scene: Scene, unheard: Notice | None) -> list[Step]:
    if unheard is None:
        return []
    return scene.from_channel(
        GRIEVANCE_APPEAL,
        StepKind.ESCALATION,
        "in-gac",
        IN_COMPLAINT_RULES,
        form="complaint-gac",
        step_id="in-gac",
        follows=unheard.id,
    )


def _ministry(scene: Scene, by_regime: dict[Regime, Notice]) -> list[Step]:
    # Decree 147/2024 art. 23.7 speaks of foreign providers.
    service = scene.service
    unheard = by_regime.get(Regime.VN_DECREE_147) or by_regime.get(Regime.SERVICE)
    if unheard is None or service is None or not service.has_vn_complaint:
        return []
    if not _is_to_the_service(unheard, scene):
        return []
    if not scene.rules(VN_FURTHER_RULES):
        return []
    return [
        *scene.from_channel(
            ABEI,
            StepKind.ESCALATION,
            "vn-abei",
            VN_FURTHER_RULES,
            form="complaint-abei",
            step_id="vn-abei",
            follows=unheard.id,
        ),
        scene.advice("vn-court", StepKind.ESCALATION, "vn-court", rules=VN_FURTHER_RULES),
    ]


def _ofcom(scene: Scene, by_regime: dict[Regime, Notice]) -> list[Step]:
    asked = [one for regime, one in by_regime.items() if regime not in _OFFICES]
    if not asked or not scene.has_link(LinkTo.UNITED_KINGDOM):
        return []
    # As above: what was asked of the service itself is told before what was asked beside it.
    newest = max(asked, key=lambda one: (_is_to_the_service(one, scene), moved_at(one)))
    return scene.from_channel(
        OFCOM,
        StepKind.ESCALATION,
        "uk-ofcom",
        form="complaint-ofcom",
        step_id="uk-ofcom",
        follows=newest.id,
    )
