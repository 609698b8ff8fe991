"""What the person answers about routes, and what was looked up: the circumstances of a plan."""

from benban.casework.events import event, open_field, sealed_field
from benban.model.clock import Clock
from benban.model.custody import EventKind
from benban.model.routes import Circumstances, HostFacts, LinkAnswer, LinkTo, SourcePhoto
from benban.model.sighting import Answer, Sighting
from benban.vault import CaseStore


def circumstances_of(store: CaseStore, sighting: Sighting) -> Circumstances:
    """Return what is known beside *sighting*; nothing in it tells real from altered (HARM 5)."""
    address = sighting.address
    return Circumstances(
        links=store.all(LinkAnswer),
        photo=store.maybe(SourcePhoto, sighting.id),
        host=None if address is None else store.maybe(HostFacts, address.host),
    )


def answer_tie(store: CaseStore, to: LinkTo, answer: Answer, clock: Clock) -> LinkAnswer:
    """Return the answer as kept; a later one replaces it. Both stand in the log as commitments."""
    kept = LinkAnswer(to=to, answer=answer, answered_at=clock.now())
    logged = event(
        EventKind.ROUTE_ANSWERED,
        "",
        sealed_field("place", to.value),
        sealed_field("answer", answer.value),
    )
    store.record(logged, save=[kept])
    return kept


def answer_copyright(
    store: CaseStore,
    sighting: Sighting,
    *,
    owns_it: Answer,
    has_read_warning: Answer,
    photo: str,
    clock: Clock,
) -> SourcePhoto:
    """Return what was said about the source photo of *sighting*, kept whatever it was."""
    kept = SourcePhoto(
        sighting_id=sighting.id,
        owns_it=owns_it,
        has_read_warning=has_read_warning,
        photo=photo.strip(),
        answered_at=clock.now(),
    )
    logged = event(
        EventKind.ROUTE_ANSWERED,
        sighting.id,
        sealed_field("owns", owns_it.value),
        sealed_field("read_warning", has_read_warning.value),
        sealed_field("photo", kept.photo),
    )
    store.record(logged, save=[kept])
    return kept


def keep_host_facts(store: CaseStore, sighting: Sighting, facts: HostFacts) -> HostFacts:
    """Return *facts* after they were logged and kept; a later look-up replaces them."""
    logged = event(
        EventKind.HOST_LOOKED_UP,
        sighting.id,
        open_field("asked", len(facts.asked)),
        open_field("missing", " ".join(facts.missing)),
        sealed_field("host", facts.host),
        sealed_field("registries", " ".join(facts.asked)),
        sealed_field("addresses", " ".join(facts.addresses)),
    )
    store.record(logged, save=[facts])
    return facts
