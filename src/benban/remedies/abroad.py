"""
Routes that a law opens only to somebody with a tie to a place; each asks its question first.

A place is offered only as far as the catalogue's facts carry: a rule whose first day nobody could
verify (the United Kingdom's 48 hours) is withheld by the catalogue and makes no step.
"""

from benban.model.catalogue import Regime
from benban.model.remedy import Step, StepKind
from benban.model.routes import LinkTo
from benban.model.sighting import Answer
from benban.remedies.channel_choice import service_channels
from benban.remedies.rules_in_force import (
    AU_COMPLAINT_RULES,
    EU_NOTICE_RULES,
    IN_COMPLAINT_RULES,
    SG_REPORT_RULES,
)
from benban.remedies.scene import Scene

# Enacted; its first day is not verified, so the catalogue withholds it (facts/law.md section 2).
UK_REPORT_RULES = ("uk-cpa-48h",)
AU_CHANNEL = "regulators-au"
SG_CHANNEL = "sg_osc-1"


def routes_by_tie(scene: Scene) -> list[Step]:
    """Return the steps under laws of places to which the person said that they have a tie."""
    return [
        *_european_union(scene),
        *_india(scene),
        *_australia(scene),
        *_singapore(scene),
        *_united_kingdom(scene),
    ]


def open_questions(scene: Scene) -> list[Step]:
    """Return one step that asks about ties nobody was asked about; none when all were answered."""
    unasked = [to for to in LinkTo if scene.circumstances.link(to) is Answer.NOT_ANSWERED]
    if not unasked:
        return []
    return [scene.advice("ties", StepKind.QUESTION, "ties")]


def _european_union(scene: Scene) -> list[Step]:
    # Where no channel is known, the host has its step without a question: its text asks whether
    # the service is offered in the Union. A form of the service's own needs no second notice.
    channels, _ = service_channels(scene, frozenset({"", "adult"}))
    forms = (scene.catalogue.form(scene.catalogue.form_of(one.id)) for one in channels)
    has_own = any(form is not None and form.regime is Regime.EU_DSA for form in forms)
    if not channels or has_own or not scene.has_link(LinkTo.EUROPEAN_UNION):
        return []
    return scene.statutory("eu-dsa", "statutory-eu-dsa-known", "eu-dsa", EU_NOTICE_RULES)


def _india(scene: Scene) -> list[Step]:
    if not scene.has_link(LinkTo.INDIA) or scene.service is None:
        return []
    return scene.statutory("in-grievance", "statutory-in", "in-grievance", IN_COMPLAINT_RULES)


def _australia(scene: Scene) -> list[Step]:
    if not scene.has_link(LinkTo.AUSTRALIA) or scene.sighting.address is None:
        return []
    return scene.statutory(
        "au-esafety", "statutory-au", "au-esafety", AU_COMPLAINT_RULES, channel_id=AU_CHANNEL
    )


def _singapore(scene: Scene) -> list[Step]:
    # The commission's form asks for proof of identity: nothing is written beforehand.
    if not scene.has_link(LinkTo.SINGAPORE):
        return []
    return scene.statutory("sg-osc", "statutory-sg", "", SG_REPORT_RULES, channel_id=SG_CHANNEL)


def _united_kingdom(scene: Scene) -> list[Step]:
    if not scene.has_link(LinkTo.UNITED_KINGDOM):
        return []
    in_force = scene.rules(UK_REPORT_RULES)
    if in_force:
        return scene.statutory("uk-report", "statutory-uk", "", UK_REPORT_RULES)
    return [scene.advice("uk-report", StepKind.STATUTORY_NOTICE, "uk-withheld")]
