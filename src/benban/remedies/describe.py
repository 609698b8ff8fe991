"""A step of a plan in the reader's language; the faces and the report print these lines."""

import re
from dataclasses import dataclass
from datetime import timedelta, timezone

from benban.model.catalogue import Catalogue, instrument_name, who_learns
from benban.model.remedy import Channel, Provision, Step
from benban.wording import Language, message_ids, say, say_hours

# People read these; everything else in the catalogue is for its maintainers.
_VIET_NAM = timezone(timedelta(hours=7))
_CALLED = {"phone", "in_person", "post", "app"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepText:
    """
    One step in words.

    Attributes:
        title: what kind of step, and with whom.
        reason: why, and what to do.
        where: address or menu path; empty when the step has none.
        warnings: about age of facts, scope, who may learn the name.
        law: one line per rule that may apply.
        clock: who starts which clock; empty for none.
    """

    title: str
    reason: str
    where: str
    warnings: tuple[str, ...]
    law: tuple[str, ...]
    clock: str


def describe_step(step: Step, catalogue: Catalogue, language: Language) -> StepText:
    """Return *step* in *language*; nothing is left out that the person needs before acting."""
    channel = step.channel
    return StepText(
        title=_title(step, catalogue, language),
        reason=say(language, step.reason_id, **dict(step.values)),
        where=step.recipient if channel is None else _where(channel, language),
        warnings=_warnings(step, language),
        law=tuple(_law(rule, catalogue, language) for rule in step.provisions),
        clock=_clock(step, language),
    )


def _where(channel: Channel, language: Language) -> str:
    way = channel.way_in(language)
    # The name of a bot says nothing of what it is for.
    if channel.kind == "bot" and way:
        return f"{channel.address} ({way})"
    return channel.address or way


def _title(step: Step, catalogue: Catalogue, language: Language) -> str:
    channel = step.channel
    if f"plan.title.{step.id}" in message_ids(language):
        return say(language, f"plan.title.{step.id}")
    kind = say(language, f"plan.kind.{step.kind.value}")
    service = None if channel is None else catalogue.service(channel.service)
    if service is None or channel is None or channel.kind in _CALLED:
        return kind
    return f"{kind}: {service.name}"


def _warnings(step: Step, language: Language) -> tuple[str, ...]:
    channel = step.channel
    lines: list[str] = []
    lines += [say(language, f"notice.reveals.{who}") for who in who_learns(step) if who != "nobody"]
    if channel is not None and channel.needs_account == "yes":
        lines.append(say(language, "plan.needs-account"))
    facts = [rule.checked_on for rule in step.provisions]
    facts += [] if channel is None else [channel.checked_on]
    if facts:
        which = "plan.last-checked-aged" if step.age_warning else "plan.last-checked"
        lines.append(say(language, which, date=f"{min(facts):%d/%m/%Y}"))
    if any(not rule.reviewed_by for rule in step.provisions):
        lines.append(say(language, "plan.law-unreviewed"))
    return tuple(lines)


def _law(rule: Provision, catalogue: Catalogue, language: Language) -> str:
    title = rule.title_vi if language is Language.VI else rule.title_en
    name = instrument_name(rule, language)
    line = say(language, "plan.law", article=rule.article, instrument=name, title=title)
    # facts/terms.md: a quoted statute says whose words these are.
    lower = title.lower()
    quotes = any(
        one.language is language and not one.is_for_minors_only and re.search(one.term, lower)
        for one in catalogue.avoided_terms
    )
    return f"{line} {say(language, 'plan.words-of-the-law')}" if quotes else line


def _clock(step: Step, language: Language) -> str:
    deadline = step.deadline
    if deadline is None:
        return ""
    if deadline.due_at is not None:
        due = f"{deadline.due_at.astimezone(_VIET_NAM):%Y-%m-%d %H:%M} UTC+7"
        return say(
            language, "plan.clock.running", time=say_hours(language, deadline.hours), due=due
        )
    started_by = f"plan.clock.{deadline.started_by}"
    return say(language, started_by, time=say_hours(language, deadline.hours))
