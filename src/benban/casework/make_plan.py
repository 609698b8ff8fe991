"""The plan for each sighting of a case; whether a comparison was made changes nothing (HARM 5)."""

from benban.casework.events import event, open_field
from benban.casework.routes import circumstances_of
from benban.model.catalogue import Catalogue
from benban.model.clock import Clock
from benban.model.custody import EventKind
from benban.model.remedy import Notice, Plan
from benban.model.sighting import Sighting
from benban.notices.state import standing_notices
from benban.remedies.plan import plan_removal
from benban.vault import CaseStore


def plan_of(store: CaseStore, sighting: Sighting, catalogue: Catalogue, clock: Clock) -> Plan:
    """Return the steps for one sighting as things stand; nothing is written."""
    notices = tuple(one for one in store.all(Notice) if one.sighting_id == sighting.id)
    return plan_removal(
        sighting,
        store.case,
        catalogue,
        clock.now(),
        standing_notices(notices, catalogue, sighting),
        circumstances=circumstances_of(store, sighting),
    )


def make_plan(store: CaseStore, sighting: Sighting, catalogue: Catalogue, clock: Clock) -> Plan:
    """Return the steps for one sighting, and keep the plan as it was shown."""
    plan = plan_of(store, sighting, catalogue, clock)
    old = tuple(one for one in store.all(Plan) if one.sighting_id == sighting.id)
    planned = event(
        EventKind.PLANNED,
        sighting.id,
        open_field("steps", len(plan.steps)),
        open_field("catalogue", plan.catalogue_version),
    )
    store.record(planned, save=[plan], remove=[one for one in old if one != plan])
    return plan
