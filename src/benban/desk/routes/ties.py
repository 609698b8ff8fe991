"""Questions that open further steps, and the look-up of a host; each may be left open."""

from starlette.responses import Response

from benban.casework.look_up import contacts_of, host_of, look_up_host
from benban.casework.routes import answer_copyright, answer_tie
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.outward import host_finder, registry_hosts
from benban.desk.pages import go_to, show
from benban.errors import BenbanError
from benban.model.ids import SightingId
from benban.model.routes import HostFacts, LinkAnswer, LinkTo, SourcePhoto
from benban.model.sighting import Answer, Sighting
from benban.wiring_case import CaseStore

ROUTES = Routes()
_ANSWERS = (Answer.YES, Answer.NO, Answer.UNSURE)


@ROUTES.page("/c/{case}/ties")
def ties(desk: Desk, asked: Asked) -> Response:
    """Ask about ties to places; what was said before can be changed, nothing else is ticked."""
    with desk.case(asked.parts["case"]) as store:
        said = {one.to: one.answer.value for one in store.all(LinkAnswer)}
        return show(
            desk,
            "ties.html.j2",
            case=store.case,
            places=tuple(LinkTo),
            answers=_ANSWERS,
            said={to.value: said.get(to, "") for to in LinkTo},
        )


@ROUTES.form("/c/{case}/ties")
def keep_ties(desk: Desk, asked: Asked) -> Response:
    """Keep what was answered; a question that was left open stays open."""
    known = {one.value: one for one in _ANSWERS}
    with desk.case(asked.parts["case"]) as store:
        before = {one.to: one.answer for one in store.all(LinkAnswer)}
        for to in LinkTo:
            answer = known.get(asked.first(to.value))
            if answer is not None and before.get(to) is not answer:
                answer_tie(store, to, answer, desk.clock)
        return go_to(f"/c/{store.case.id}/plan")


@ROUTES.page("/c/{case}/s/{sighting}/photo")
def photo(desk: Desk, asked: Asked) -> Response:
    """Show what a copyright notice costs, and ask whose photo it is."""
    with desk.case(asked.parts["case"]) as store:
        one = store.get(Sighting, SightingId(asked.parts["sighting"]))
        kept = store.maybe(SourcePhoto, one.id)
        chosen = {
            "read": kept.has_read_warning.value if kept else "",
            "owns": kept.owns_it.value if kept else "",
        }
        return show(
            desk,
            "ties_photo.html.j2",
            path=f"/c/{store.case.id}/s/{one.id}",
            answers=_ANSWERS,
            chosen=chosen,
            photo=kept.photo if kept else "",
        )


@ROUTES.form("/c/{case}/s/{sighting}/photo")
def keep_photo(desk: Desk, asked: Asked) -> Response:
    """Keep the answers about the photo, whatever they are; three together open the route."""
    known = {one.value: one for one in _ANSWERS}
    with desk.case(asked.parts["case"]) as store:
        one = store.get(Sighting, SightingId(asked.parts["sighting"]))
        answer_copyright(
            store,
            one,
            owns_it=known.get(asked.first("owns"), Answer.NOT_ANSWERED),
            has_read_warning=known.get(asked.first("read"), Answer.NOT_ANSWERED),
            photo=asked.first("photo"),
            clock=desk.clock,
        )
        return go_to(f"/c/{store.case.id}/s/{one.id}/plan")


@ROUTES.page("/c/{case}/s/{sighting}/host")
def host(desk: Desk, asked: Asked) -> Response:
    """Say who would learn what if the host were looked up, and show what was found before."""
    with desk.case(asked.parts["case"]) as store:
        return _host(desk, store, asked, None)


@ROUTES.form("/c/{case}/s/{sighting}/host")
def look_up(desk: Desk, asked: Asked) -> Response:
    """Ask the registries that the page named; the site itself is not contacted."""
    with desk.case(asked.parts["case"]) as store:
        one = store.get(Sighting, SightingId(asked.parts["sighting"]))
        try:
            look_up_host(store, one, host_finder(), desk.clock)
        except BenbanError as error:
            return _host(desk, store, asked, error)
        return go_to(f"/c/{store.case.id}/s/{one.id}/host")


def _host(desk: Desk, store: CaseStore, asked: Asked, error: BenbanError | None) -> Response:
    one = store.get(Sighting, SightingId(asked.parts["sighting"]))
    name = host_of(one)
    networks, name_registry = registry_hosts(name)
    facts = store.maybe(HostFacts, name)
    return show(
        desk,
        "ties_host.html.j2",
        status=400 if error else 200,
        path=f"/c/{store.case.id}/s/{one.id}",
        host=name,
        registries=", ".join(networks),
        name_registry=name_registry,
        facts=facts,
        contacts=contacts_of(facts) if facts else (),
        error=error,
    )
