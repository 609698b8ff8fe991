"""Who hosts an unknown site: looked up, never guessed; then the one who can act is asked."""

from benban.model.remedy import Step, StepKind
from benban.model.routes import HostFacts, RegistryContact
from benban.remedies.earlier import went_unheard
from benban.remedies.scene import Scene

CLOUDFLARE = "cloudflare-1"
HOST_FORM = "generic-host"


def host_steps(scene: Scene, *, takes_notice: bool = True) -> list[Step]:
    """
    Return the steps towards whoever hosts the sighting's address.

    Before a look-up: one step that says so. After it: the contact for abuse of the network that
    answers for the address, or Cloudflare's own form when it stands before the host. The network
    above and the registrar follow when that one did not answer (facts/channels.md 8.6), or at once
    when nobody else was found.
    """
    facts = _facts(scene)
    form = HOST_FORM if takes_notice else ""
    if facts is None:
        reason = _lookup_reason(scene) if takes_notice else "host-lookup-own-words"
        return [scene.advice("host", StepKind.HOST, reason, form=form)]
    first = _first(scene, facts, form)
    later = _later(scene, facts, form)
    if first and not _unheard(scene, {str(one.id) for one in first}):
        return first
    if not first and not later:
        return [
            scene.advice("host", StepKind.HOST, "host-not-found", values=(("host", facts.host),))
        ]
    return [*first, *later]


def minor_host_steps(scene: Scene, form: str) -> list[Step]:
    """
    Return the step about the host for somebody who is or may be under 18.

    A host may pass a letter on to its customer; so whom it is about writes none. What was looked
    up is named, for 111 or a grown-up who helps to use.
    """
    facts = _facts(scene)
    contact = None if facts is None else facts.network_abuse or facts.system_abuse
    if facts is None or contact is None or not contact.mails or facts.is_behind_cloudflare:
        return [scene.advice("host", StepKind.HOST, "minor-host", form=form)]
    values = (
        ("name", contact.name or facts.network or facts.host),
        ("mail", contact.mails[0]),
        ("registry", contact.registry),
        ("date", f"{facts.looked_up_at:%Y-%m-%d}"),
    )
    return [scene.advice("host", StepKind.HOST, "minor-host-found", values=values)]


def _lookup_reason(scene: Scene) -> str:
    # A service of the catalogue comes here when none of its own ways is sure enough to be printed.
    return "host-lookup" if scene.service is None else "host-lookup-no-way"


def _facts(scene: Scene) -> HostFacts | None:
    facts, address = scene.circumstances.host, scene.sighting.address
    is_of_this = facts is not None and address is not None and facts.host == address.host
    return facts if is_of_this else None


def _first(scene: Scene, facts: HostFacts, form: str) -> list[Step]:
    if facts.is_behind_cloudflare:
        return scene.from_channel(CLOUDFLARE, StepKind.HOST, "host-cloudflare", form=form)
    return _to(scene, "host", "host-found", facts.network_abuse, facts, form)


def _later(scene: Scene, facts: HostFacts, form: str) -> list[Step]:
    upstream = facts.upstream_abuse or facts.system_abuse
    # The same office twice would be one address asked twice.
    is_new = upstream is not None and (
        facts.network_abuse is None or upstream.mails != facts.network_abuse.mails
    )
    is_ours = is_new and not facts.is_behind_cloudflare
    return [
        *(_to(scene, "host-upstream", "host-upstream", upstream, facts, form) if is_ours else []),
        *_to(scene, "registrar", "host-registrar", facts.registrar_abuse, facts, form),
    ]


def _to(
    scene: Scene,
    step_id: str,
    reason: str,
    contact: RegistryContact | None,
    facts: HostFacts,
    form: str,
) -> list[Step]:
    if contact is None or not contact.mails:
        return []
    values = (
        ("name", contact.name or facts.network or facts.host),
        ("registry", contact.registry),
        ("date", f"{facts.looked_up_at:%Y-%m-%d}"),
    )
    mail = contact.mails[0]
    return [scene.advice(step_id, StepKind.HOST, reason, form=form, recipient=mail, values=values)]


def _unheard(scene: Scene, step_ids: set[str]) -> bool:
    return any(
        str(one.step_id) in step_ids and went_unheard(one, scene.now) for one in scene.notices
    )
