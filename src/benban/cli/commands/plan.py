"""``benban plan``: what can be done next, in order, with the reason for each step."""

import textwrap
from typing import Any

import click

from benban.casework.make_plan import make_plan
from benban.casework.paper_ledgers import limits_of
from benban.cli.limits import limits_json, print_limits
from benban.cli.options import common_options
from benban.cli.out import Json, Out
from benban.cli.session import opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.model.remedy import Plan, Step, StepKind
from benban.model.sighting import Sighting
from benban.remedies.describe import describe_step
from benban.wiring_case import catalogue, system_clock

_INDENT = "    "


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("plan", help=words("cli.plan.help"))
    @click.argument("case")
    @click.option("--laws", "has_laws", is_flag=True, help=words("cli.plan.o.laws"))
    @common_options(words)
    def plan(case: str, has_laws: bool, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            sightings = store.all(Sighting)
            plans = [
                make_plan(store, sighting, catalogue(), system_clock()) for sighting in sightings
            ]
            case_id = store.case.id
            limits = limits_of(store, catalogue())
        for sighting, one in zip(sightings, plans, strict=True):
            print_plan(out, case_id, sighting, one, has_laws=has_laws)
        if not plans:
            out.say("cli.plan.none")
        print_limits(out, limits)
        out.document(
            {
                "plans": [plan_json(words, one) for one in plans],
                "limits": limits_json(limits),
            }
        )

    return plan


def print_plan(out: Out, case: str, sighting: Sighting, plan: Plan, *, has_laws: bool) -> None:
    """Print one plan as people read it."""
    address = sighting.address.shown if sighting.address else out.words("cli.address-unknown")
    out.line()
    out.line(f"{sighting.id}  {address}")
    if plan.is_minor_path:
        out.say("cli.plan.minor-first")
    out.say("cli.plan.choose")
    for step in plan.steps:
        _print_step(out, step, has_laws=has_laws)
        if step.notice_form:
            # On a line of its own, whole, so that it can be copied.
            out.line(_INDENT + out.words("cli.plan.has-notice"))
            out.say("cli.plan.draft", case=case, sighting=sighting.id, step=step.id)
        _print_what_opens_it(out, case, sighting, step)
        if step.kind is StepKind.POLICE:
            out.say("cli.plan.papers", case=case)
    if not has_laws and any(step.provisions for step in plan.steps):
        out.line()
        out.say("cli.plan.laws-are-there", case=case)


def _print_what_opens_it(out: Out, case: str, sighting: Sighting, step: Step) -> None:
    is_closed = step.reason_id == "plan.reason.platform-us-only"
    if is_closed:
        out.line(_INDENT + out.words("cli.plan.tie-needed"))
    if is_closed or step.kind is StepKind.QUESTION:
        out.say("cli.plan.ties", case=case)
    if step.kind is StepKind.HOST and step.id == "host" and not step.recipient:
        out.say("cli.plan.look-up", case=case, sighting=sighting.id)


def _print_step(out: Out, step: Step, *, has_laws: bool) -> None:
    text = describe_step(step, catalogue(), out.words.language)
    out.line()
    out.line(f"{step.order:>2}. {text.title}")
    laws = text.law if has_laws else ()
    for line in (text.reason, text.where, *laws, text.clock, *text.warnings):
        if line:
            out.line(_wrapped(line))


def _wrapped(text: str) -> str:
    return textwrap.fill(
        text, 96, initial_indent=_INDENT, subsequent_indent=_INDENT, break_long_words=False
    )


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
                "reason": words(step.reason_id, **dict(step.values)),
                "recipient": step.recipient or None,
                "follows": step.follows,
                "form": step.notice_form or None,
                "hours": step.deadline.hours if step.deadline else None,
                "started_by": step.deadline.started_by if step.deadline else None,
                "age_warning": step.age_warning,
            }
            for step in plan.steps
        ],
    }
