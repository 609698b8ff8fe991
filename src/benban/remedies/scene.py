"""One sighting with everything its steps are built from."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from benban.model.case import Case
from benban.model.catalogue import Catalogue, Regime, Service
from benban.model.ids import StepId
from benban.model.remedy import (
    Channel,
    Deadline,
    Notice,
    NoticeState,
    Provision,
    Step,
    StepKind,
)
from benban.model.sighting import Sighting
from benban.remedies.channel_choice import is_offered
from benban.remedies.rules_in_force import (
    EU_NOTICE_RULES,
    US_REQUEST_RULES,
    day_of_act,
    is_aged,
    rules_for,
    today_in_viet_nam,
)

# Repeating a report "can have the opposite effect" (facts/channels.md 1.8); a refusal is not
# answered with the same text within a week.
COOL_DOWN = timedelta(days=7)

# The form for anybody who may be under 18 where a form for adults would stand.
MINOR_FORM = "minor-report"

_OPEN = frozenset({NoticeState.APPROVED, NoticeState.SENT, NoticeState.ACKNOWLEDGED})
_CLOSED_WITHOUT_REMOVAL = frozenset({NoticeState.REFUSED, NoticeState.ESCALATED})
_RULES_OF_REGIME = {Regime.US_TIDA: US_REQUEST_RULES, Regime.EU_DSA: EU_NOTICE_RULES}
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
        minor: an age answer is not yes.
    """

    sighting: Sighting
    case: Case
    catalogue: Catalogue
    now: datetime
    notices: tuple[Notice, ...]
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

    def platform(
        self,
        channel: Channel,
        *,
        kind: StepKind = StepKind.PLATFORM,
        reason: str = "",
        takes_notice: bool = True,
    ) -> Step:
        """Return the step for one channel of a service."""
        form = self._form_for(channel) if takes_notice else ""
        regime = next((one.regime for one in self.catalogue.forms if one.id == form), None)
        rules = _RULES_OF_REGIME.get(regime, ()) if regime is not None else ()
        deadline = None
        if channel.deadline_h is not None and takes_notice:
            deadline = Deadline(
                basis_id=channel.id,
                hours=channel.deadline_h,
                started_by=channel.deadline_starts_with,
            )
        return self._step(
            StepId(channel.id),
            kind,
            reason or _REASON_OF_KIND.get(channel.kind, "platform-other"),
            channel=channel,
            rules=self.rules(rules),
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
    ) -> list[Step]:
        """Return the step for a named channel, or none when the catalogue withholds it."""
        channel = self.catalogue.channel(channel_id)
        if channel is None:
            return []
        found = self.rules(rules)
        return [
            self._step(
                StepId(channel_id),
                kind,
                reason,
                channel=channel,
                rules=found,
                form=form,
                deadline=_clock_of(found, clock) if form else None,
            )
        ]

    def statutory(self, step_id: str, reason: str, form: str, rules: tuple[str, ...]) -> list[Step]:
        """Return the step of a notice under *rules*; none when the first is not in force."""
        found = self.rules(rules)
        if not found or found[0].id != rules[0]:
            return []
        return [
            self._step(
                StepId(step_id),
                StepKind.STATUTORY_NOTICE,
                reason,
                channel=None,
                rules=found,
                form=form,
                deadline=_clock_of(found, rules[0]),
            )
        ]

    def advice(self, step_id: str, kind: StepKind, reason: str, *, form: str = "") -> Step:
        """Return a step that goes through no channel of the catalogue."""
        return self._step(StepId(step_id), kind, reason, channel=None, rules=(), form=form)

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
    ) -> Step:
        earlier = self._earlier_notice(step_id) if form else None
        if earlier is not None:
            form, deadline = "", earlier.deadline
            reason = "overdue" if _is_overdue(earlier, self.now) else "already-asked"
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
        )

    def _earlier_notice(self, step_id: StepId) -> Notice | None:
        mine = (
            one
            for one in self.notices
            if one.sighting_id == self.sighting.id and one.step_id == step_id
        )
        return next((one for one in mine if _holds_back(one, self.now)), None)


def _holds_back(notice: Notice, now: datetime) -> bool:
    if notice.state in _OPEN:
        return True
    last = max((reply.at for reply in notice.replies), default=notice.sent_at)
    is_recent = last is not None and now - last < COOL_DOWN
    return notice.state in _CLOSED_WITHOUT_REMOVAL and is_recent


def _is_overdue(notice: Notice, now: datetime) -> bool:
    due_at = None if notice.deadline is None else notice.deadline.due_at
    is_waiting = notice.state in {NoticeState.SENT, NoticeState.ACKNOWLEDGED}
    return is_waiting and due_at is not None and due_at < now


def _clock_of(rules: tuple[Provision, ...], rule_id: str) -> Deadline | None:
    for rule in rules:
        # DESIGN promise 8 and facts/law.md 0.2: a letter of the person never starts the clock that
        # only an authority's demand starts.
        starts_here = rule.clock_started_by not in {"", "authority-demand"}
        if rule.id == rule_id and rule.clock_h is not None and starts_here:
            return Deadline(basis_id=rule.id, hours=rule.clock_h, started_by=rule.clock_started_by)
    return None
