"""``benban plan``: what can be done next, in order, with the reason for each step."""

from typing import Any

import click

from benban.casework.make_plan import make_plan
from benban.cli.options import common_options
from benban.cli.out import Json, Out
from benban.cli.session import opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.model.remedy import Deadline, Plan, Step
from benban.model.sighting import Sighting
from benban.wiring_case import catalogue, system_clock
from benban.wording import Language


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("plan", help=words("cli.plan.help"))
    @click.argument("case")
    @common_options(words)
    def plan(case: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            sightings = store.all(Sighting)
            plans = [
                make_plan(store, sighting, catalogue(), system_clock()) for sighting in sightings
            ]
        for sighting, one in zip(sightings, plans, strict=True):
            print_plan(out, sighting, one)
        if not plans:
            out.say("cli.plan.none")
        out.document({"plans": [plan_json(words, one) for one in plans]})

    return plan


def print_plan(out: Out, sighting: Sighting, plan: Plan) -> None:
    """Print the steps of one sighting; none is pre-selected."""
    address = sighting.address.raw if sighting.address else out.words("cli.address-unknown")
    out.line()
    out.line(f"{sighting.id}  {address}")
    if plan.is_minor_path:
        out.say("cli.plan.minor-first")
    out.say("cli.plan.choose")
    for step in plan.steps:
        _print_step(out, step)


def _print_step(out: Out, step: Step) -> None:
    words = out.words
    out.line()
    out.line(f"{step.order:>2}. {words(step.reason_id)}")
    if step.channel is not None:
        where = step.channel.address or step.channel.path
        out.line(f"      {where}")
    for rule in step.provisions:
        title = rule.title_vi if words.language is Language.VI else rule.title_en
        out.line(f"      § {title} ({rule.instrument}, {rule.article})")
        if not rule.reviewed_by:
            out.say("cli.plan.unreviewed", date=f"{rule.checked_on:%d/%m/%Y}")
    if step.deadline is not None:
        out.line("      " + words(_clock_id(step.deadline), hours=step.deadline.hours))
    if step.age_warning and step.channel is not None:
        out.say("cli.plan.aged", date=f"{step.channel.checked_on:%d/%m/%Y}")
    if step.notice_form:
        out.say("cli.plan.has-notice", step=step.id)


def _clock_id(deadline: Deadline) -> str:
    is_theirs = deadline.started_by != "authority-demand"
    return "cli.plan.clock" if is_theirs else "cli.plan.clock-authority"


def plan_json(words: Words, plan: Plan) -> dict[str, Json]:
    """Return the plan as the commands print it."""
    return {
        "sighting": plan.sighting_id,
        "minor_path": plan.is_minor_path,
        "catalogue": plan.catalogue_version,
        "steps": [
            {
                "step": step.id,
                "order": step.order,
                "kind": step.kind.value,
                "channel": step.channel.id if step.channel else None,
                "address": step.channel.address if step.channel else None,
                "provisions": [rule.id for rule in step.provisions],
                "reason": words(step.reason_id),
                "form": step.notice_form or None,
                "hours": step.deadline.hours if step.deadline else None,
                "started_by": step.deadline.started_by if step.deadline else None,
                "age_warning": step.age_warning,
            }
            for step in plan.steps
        ],
    }
