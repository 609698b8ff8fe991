"""One sighting with everything its steps are built from."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from benban.model.case import Case
from benban.model.catalogue import Catalogue, Regime, Service
from benban.model.ids import NoticeId, StepId
from benban.model.remedy import Channel, Deadline, Notice, Provision, Step, StepKind
from benban.model.routes import Circumstances, LinkTo
from benban.model.sighting import Answer, Sighting
from benban.remedies.channel_choice import is_offered
from benban.remedies.earlier import Earlier, Standing, earlier_at
from benban.remedies.rules_in_force import (
    EU_NOTICE_RULES,
    US_COPYRIGHT_RULES,
    US_REQUEST_RULES,
    day_of_act,
    is_aged,
    rules_for,
    today_in_viet_nam,
)

# The form for anybody who may be under 18 where a form for adults would stand.
MINOR_FORM = "minor-report"

# To any service, under no law of a place.
GENERAL_FORM = "generic-platform"

# The form that quotes an earlier notice with its number.
FOLLOW_UP = "follow-up"

# A second letter of this kind is no follow-up: it goes to whoever stands above.
_NO_FOLLOW_UP = frozenset({Regime.CRIME_REPORT, Regime.ESCALATION, Regime.US_DMCA})
_RULES_OF_REGIME = {
    Regime.US_TIDA: US_REQUEST_RULES,
    Regime.EU_DSA: EU_NOTICE_RULES,
    Regime.US_DMCA: US_COPYRIGHT_RULES,
}
_REASON_OF_KIND = {
    "in_app": "platform-in-app",
    "in_product": "platform-in-app",
    "email": "platform-mail",
    "web_form": "platform-form",
    "web_page": "platform-form",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """
    What the steps of one plan are built from.

    Attributes:
        notices: of this sighting.
        circumstances: ties to places, the source photo, who hosts the site.
        minor: an age answer is not yes.
    """

    sighting: Sighting
    case: Case
    catalogue: Catalogue
    now: datetime
    notices: tuple[Notice, ...]
    circumstances: Circumstances
    minor: bool

    @property
    def service(self) -> Service | None:
        """The catalogue's service of the address; None for an unknown host or no address."""
        address = self.sighting.address
        return None if address is None else self.catalogue.service(address.service)

    @property
    def today(self) -> date:
        """The date of now in Viet Nam."""
        return today_in_viet_nam(self.now)

    def has_link(self, to: LinkTo) -> bool:
        """Whether the person said that they have a tie to *to*."""
        return self.circumstances.link(to) is Answer.YES

    def platform(
        self,
        channel: Channel,
        *,
        kind: StepKind = StepKind.PLATFORM,
        reason: str = "",
        takes_notice: bool = True,
        form: str = "",
    ) -> Step:
        """Return the step for one channel of a service; *form* stands for the channel's own."""
        form = (form or self._form_for(channel)) if takes_notice else ""
        # A page of a service may take requests under US law without saying whose: the law is named,
        # and its time, by those who said that the route is open to them.
        is_unclaimed = self._regime(form) is Regime.US_TIDA and not self.has_link(
            LinkTo.UNITED_STATES
        )
        form = GENERAL_FORM if is_unclaimed else form
        regime = self._regime(form)
        ids = _RULES_OF_REGIME.get(regime, ()) if regime is not None else ()
        rules = self.rules(ids)
        # A text that rests on a rule is not offered before the rule is in force, nor its time.
        is_founded = bool(rules) or not ids
        form = form if is_founded else ""
        deadline = None
        if channel.deadline_h is not None and takes_notice and is_founded and not is_unclaimed:
            deadline = Deadline(
                basis_id=channel.id,
                hours=channel.deadline_h,
                started_by=channel.deadline_starts_with,
            )
        return self._step(
            StepId(channel.id),
            kind,
            reason or _reason(channel, has_text=bool(form)),
            channel=channel,
            rules=rules,
            form=form,
            deadline=deadline,
        )

    def from_channel(
        self,
        channel_id: str,
        kind: StepKind,
        reason: str,
        rules: tuple[str, ...] = (),
        *,
        form: str = "",
        clock: str = "",
        step_id: str = "",
        follows: NoticeId | None = None,
    ) -> list[Step]:
        """Return the step for a named channel, or none when the catalogue withholds it."""
        channel = self.catalogue.channel(channel_id)
        if channel is None:
            return []
        found = self.rules(rules)
        return [
            self._step(
                StepId(step_id or channel_id),
                kind,
                reason,
                channel=channel,
                rules=found,
                form=form,
                deadline=_clock_of(found, clock) if form else None,
                follows=follows,
            )
        ]

    def statutory(
        self,
        step_id: str,
        reason: str,
        form: str,
        rules: tuple[str, ...],
        *,
        recipient: str = "",
        channel_id: str = "",
    ) -> list[Step]:
        """
        Return the step of a notice under *rules*.

        None when the first rule is not in force or withheld, or when the channel is withheld.
        """
        found = self.rules(rules)
        channel = self.catalogue.channel(channel_id) if channel_id else None
        if not found or found[0].id != rules[0] or (channel_id and channel is None):
            return []
        return [
            self._step(
                StepId(step_id),
                StepKind.STATUTORY_NOTICE,
                reason,
                channel=channel,
                rules=found,
                form=form,
                deadline=_clock_of(found, rules[0]) if form else None,
                recipient=recipient,
            )
        ]

    def advice(
        self,
        step_id: str,
        kind: StepKind,
        reason: str,
        *,
        form: str = "",
        rules: tuple[str, ...] = (),
        recipient: str = "",
        follows: NoticeId | None = None,
        values: tuple[tuple[str, str], ...] = (),
    ) -> Step:
        """Return a step that goes through no channel of the catalogue."""
        return self._step(
            StepId(step_id),
            kind,
            reason,
            channel=None,
            rules=self.rules(rules),
            form=form,
            recipient=recipient,
            follows=follows,
            values=values,
        )

    def channels_for(self, condition: str) -> tuple[Channel, ...]:
        """Return the channels of other services that exist for just this condition."""
        return tuple(
            channel
            for service in self.catalogue.services
            if not service.domains or service.id == "google_search"
            for channel in service.channels
            if channel.only_if == condition
            and is_offered(channel, frozenset({condition}), self.minor)
        )

    def rules(self, ids: tuple[str, ...]) -> tuple[Provision, ...]:
        """Return those of *ids* that were in force on the day that counts."""
        return rules_for(
            ids,
            self.catalogue,
            act_on=day_of_act(self.sighting, self.now),
            asked_on=self.today,
        )

    def numbered(self, steps: list[Step]) -> tuple[Step, ...]:
        """Return *steps* with their place in the plan, from 1."""
        return tuple(replace(step, order=place) for place, step in enumerate(steps, start=1))

    def _form_for(self, channel: Channel) -> str:
        form_id = self.catalogue.form_of(channel.id)
        if not form_id or not self.minor:
            return form_id
        form = self.catalogue.form(form_id)
        return form_id if form is not None and form.is_for_minors else MINOR_FORM

    def _step(
        self,
        step_id: StepId,
        kind: StepKind,
        reason: str,
        *,
        channel: Channel | None,
        rules: tuple[Provision, ...],
        form: str = "",
        deadline: Deadline | None = None,
        recipient: str = "",
        follows: NoticeId | None = None,
        values: tuple[tuple[str, str], ...] = (),
    ) -> Step:
        earlier = self._earlier(step_id) if form else None
        if earlier is not None:
            may_follow = earlier.may_follow_up and self._regime(form) not in _NO_FOLLOW_UP
            form = FOLLOW_UP if may_follow else ""
            follows = earlier.latest.id if may_follow else None
            deadline, values = earlier.deadline, ()
            is_by_hand = earlier.standing is Standing.QUIET and not may_follow
            reason = "no-answer-by-hand" if is_by_hand else earlier.standing.value
        return Step(
            id=step_id,
            kind=kind,
            order=0,
            channel=channel,
            provisions=rules,
            reason_id=f"plan.reason.{reason}",
            notice_form=form,
            deadline=deadline,
            age_warning=is_aged(channel, rules, self.today),
            recipient=recipient,
            follows=follows,
            values=values,
        )

    def _earlier(self, step_id: StepId) -> Earlier | None:
        return earlier_at(self.notices, self.sighting.id, step_id, self.now)

    def _regime(self, form_id: str) -> Regime | None:
        form = self.catalogue.form(form_id)
        return None if form is None else form.regime


def _reason(channel: Channel, *, has_text: bool) -> str:
    reason = _REASON_OF_KIND.get(channel.kind, "platform-other")
    is_written = reason in {"platform-mail", "platform-form"}
    return f"{reason}-own-words" if is_written and not has_text else reason


def _clock_of(rules: tuple[Provision, ...], rule_id: str) -> Deadline | None:
    for rule in rules:
        # DESIGN promise 8 and facts/law.md 0.2: a letter of the person never starts the clock that
        # only an authority's demand starts.
        starts_here = rule.clock_started_by not in {"", "authority-demand"}
        if rule.id == rule_id and rule.clock_h is not None and starts_here:
            return Deadline(basis_id=rule.id, hours=rule.clock_h, started_by=rule.clock_started_by)
    return None
