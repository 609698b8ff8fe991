"""What can be done about one sighting, in order. Pure: no clock, no socket, no comparison."""

from datetime import datetime
from typing import assert_never

from benban.model.case import Capacity, Case
from benban.model.catalogue import Catalogue
from benban.model.remedy import Channel, Notice, Plan, Step, StepKind
from benban.model.routes import NOTHING_ANSWERED, Circumstances, LinkTo
from benban.model.sighting import Answer, Sighting, SightingKind
from benban.remedies.abroad import open_questions, routes_by_tie
from benban.remedies.channel_choice import search_channels, service_channels
from benban.remedies.further import further_police_steps, further_steps
from benban.remedies.hosting import host_steps, minor_host_steps
from benban.remedies.rules_in_force import (
    CRIME_RULES,
    CRIME_RULES_FOR_THREATS,
    CRIME_RULES_MINOR,
    DEMANDS_ON_DOMESTIC,
    DEMANDS_ON_FOREIGN,
    EU_NOTICE_RULES,
    HOTLINE_RULES,
    TOOL_RULES,
    US_COPYRIGHT_RULES,
    VN_CHILD_RULES,
    VN_COMPLAINT_RULES,
    VN_DATA_RULES,
    VN_ERASURE_RULES,
)
from benban.remedies.scene import MINOR_FORM, Scene

STOPNCII = "stopncii-1"
TAKE_IT_DOWN = "ncmec_take_it_down-1"
HOTLINE_111 = "vn_child_111-1"
POLICE_LOCAL = "vn_police-1"
POLICE_APP = "vn_police-2"


def plan_removal(
    sighting: Sighting,
    case: Case,
    catalogue: Catalogue,
    now: datetime,
    notices: tuple[Notice, ...] = (),
    *,
    circumstances: Circumstances = NOTHING_ANSWERED,
) -> Plan:
    """
    Return the steps for *sighting*, the first to consider first; none is pre-selected.

    Whether a picture is real or altered is not known here and changes nothing (HARM 5): the
    function takes no comparison. Unless all three age answers are yes, the plan for people under 18
    is made (HARM 3). Police stands last and is nobody's condition (HARM 8).

    Args:
        sighting: its kind, address and answers choose the steps; the day of the act (``act_on``,
            else ``seen_at``, else *now*, counted in Viet Nam) chooses the rules on acts.
        case: whose capacity decides whether an authorisation is needed.
        catalogue: checked facts.
        now: aware UTC; ages of facts are counted from it.
        notices: those of this sighting; a channel with an open one is not asked twice, and one
            that went unheard is followed up, then taken to whoever stands above.
        circumstances: ties to places, the source photo, who hosts the site. Only a yes opens a
            route; what was not asked makes one step that asks.

    Source: facts/channels.md sections 1, 3, 4; facts/law.md sections 0 and 1; HARM 3, 5-8, 14, 15.
    """
    is_minor = not sighting.answers.all_yes
    scene = Scene(
        sighting=sighting,
        case=case,
        catalogue=catalogue,
        now=now,
        notices=notices,
        circumstances=circumstances,
        minor=is_minor,
    )
    steps = _minor_steps(scene) if is_minor else _adult_steps(scene)
    return Plan(
        sighting_id=sighting.id,
        made_at=now,
        is_minor_path=is_minor,
        steps=scene.numbered(steps),
        catalogue_version=catalogue.version,
    )


def _adult_steps(scene: Scene) -> list[Step]:
    match scene.sighting.kind:
        case SightingKind.PUBLISHED:
            return _published(scene)
        case SightingKind.THREATENED:
            return _threatened(scene)
        case SightingKind.PERSONAL_DATA_EXPOSED:
            return _without_notice(scene, "personal-data", VN_DATA_RULES)
        case SightingKind.IMPERSONATION:
            return _without_notice(scene, "impersonation", ())
        case SightingKind.THE_SERVICE_ITSELF:
            return _without_notice(scene, "the-service-itself", TOOL_RULES)
        case SightingKind.TALK_ABOUT_IT:
            return _without_notice(scene, "talk", ())
    assert_never(scene.sighting.kind)


def _published(scene: Scene) -> list[Step]:
    worldwide, us_only = service_channels(scene, frozenset({"", "adult"}))
    reached = [scene.platform(channel) for channel in worldwide]
    return [
        scene.advice("keep", StepKind.KEEP, "keep-published"),
        *_authorisation(scene),
        *reached,
        *_vn_complaint(scene),
        *routes_by_tie(scene),
        *_us_routes(scene, us_only),
        *(_host(scene) if not reached else []),
        *further_steps(scene),
        *_search(scene),
        *_vn_erasure(scene),
        *_copyright(scene),
        *_hash_programme(scene, _stopncii_reason(scene)),
        *open_questions(scene),
        *_police(scene, "police", CRIME_RULES),
    ]


def _threatened(scene: Scene) -> list[Step]:
    channels, _ = service_channels(scene, frozenset({""}))
    return [
        scene.advice("keep", StepKind.KEEP, "keep-threatened"),
        *_hash_programme(scene, "stopncii-threatened"),
        *[scene.platform(channel, takes_notice=False) for channel in channels],
        *_police(scene, "police-threatened", CRIME_RULES_FOR_THREATS),
    ]


def _without_notice(scene: Scene, what: str, rules: tuple[str, ...]) -> list[Step]:
    # HARM 15: a notice exists only for a published sighting; the service's own routes stay open.
    channels, _ = service_channels(scene, frozenset({"", what}))
    if what == "talk":
        # What people say about it can be news or somebody's own story: the service judges alone.
        channels = tuple(one for one in channels if one.kind == "in_app" or one.only_if == what)
    elsewhere = tuple(one for one in scene.channels_for(what) if one not in channels)
    reached = [scene.platform(one, takes_notice=False) for one in (*channels, *elsewhere)]
    return [
        scene.advice("keep", StepKind.KEEP, f"keep-{what}"),
        *reached,
        *(_shops(scene) if what == "the-service-itself" else []),
        *(_vn_erasure(scene, takes_notice=False) if what == "personal-data" else []),
        *([] if channels or what == "talk" else _host_without_notice(scene)),
        *([] if what == "talk" else _police(scene, "police", rules, with_sheet=False)),
    ]


def _shops(scene: Scene) -> list[Step]:
    # The menus of the two stores are not verified (confidence D): the route is told without them.
    return [
        scene.advice("app-store", StepKind.PLATFORM, "app-store"),
        scene.advice("payment", StepKind.PLATFORM, "payment"),
    ]


def _host_without_notice(scene: Scene) -> list[Step]:
    return [] if scene.sighting.address is None else host_steps(scene, takes_notice=False)


def _minor_steps(scene: Scene) -> list[Step]:
    is_published = scene.sighting.kind is SightingKind.PUBLISHED
    is_threat = scene.sighting.kind is SightingKind.THREATENED
    may_have_letter = is_published or is_threat
    channels, _ = service_channels(scene, frozenset({"", "minor"}))
    # A route that starts from the address comes before one that starts from the picture, and one
    # that wants an identity paper is the last resort.
    ordered = sorted(
        channels,
        key=lambda one: (one.only_if != "minor", one.asks_id == "yes", one.kind == "in_app"),
    )
    return [
        *scene.from_channel(HOTLINE_111, StepKind.HOTLINE, "minor-hotline", HOTLINE_RULES),
        scene.advice("keep", StepKind.KEEP, "minor-keep-threat" if is_threat else "minor-keep"),
        *[
            scene.platform(
                channel, takes_notice=is_published, reason=_minor_reason(channel.only_if)
            )
            for channel in ordered
        ],
        *(_minor_host(scene) if is_published and not channels else []),
        *(_vn_child(scene) if is_published else []),
        *(
            scene.from_channel(TAKE_IT_DOWN, StepKind.HASH_PROGRAMME, "minor-take-it-down")
            if may_have_letter
            else []
        ),
        *([scene.advice("letter", StepKind.KEEP, "minor-letter")] if may_have_letter else []),
        *_police(scene, "minor-police", CRIME_RULES_MINOR, with_sheet=may_have_letter),
    ]


def _minor_reason(only_if: str) -> str:
    return "minor-channel" if only_if == "minor" else "minor-platform"


def _authorisation(scene: Scene) -> list[Step]:
    if scene.case.capacity is Capacity.SELF:
        return []
    return [scene.advice("authorisation", StepKind.KEEP, "authorisation")]


def _vn_complaint(scene: Scene) -> list[Step]:
    service = scene.service
    if service is None or not service.has_vn_complaint:
        return []
    # Not asked is no obstacle here: the statement that is confirmed at the end asks it.
    if scene.circumstances.link(LinkTo.VIET_NAM) is Answer.NO:
        return []
    return scene.statutory(
        "vn-complaint", "statutory-vn-complaint", "vn-decree-147", VN_COMPLAINT_RULES
    )


def _vn_erasure(scene: Scene, *, takes_notice: bool = True) -> list[Step]:
    if scene.sighting.address is None or scene.circumstances.link(LinkTo.VIET_NAM) is Answer.NO:
        return []
    form = "vn-erasure" if takes_notice else ""
    reason = "vn-erasure" if scene.service is not None else "vn-erasure-unknown-site"
    reason = reason if takes_notice else "vn-erasure-own-words"
    return scene.statutory("vn-erasure", reason, form, VN_ERASURE_RULES)


def _us_routes(scene: Scene, channels: tuple[Channel, ...]) -> list[Step]:
    # The services say "in the United States": without a yes no text is made, so that nobody
    # states a residence that is not true (facts/channels.md 1.2).
    is_open = scene.has_link(LinkTo.UNITED_STATES)
    reason = "platform-us" if is_open else "platform-us-only"
    return [scene.platform(one, reason=reason, takes_notice=is_open) for one in channels]


def _copyright(scene: Scene) -> list[Step]:
    photo = scene.circumstances.photo
    if photo is None or not photo.opens_copyright or photo.sighting_id != scene.sighting.id:
        return []
    if not scene.rules(US_COPYRIGHT_RULES):
        return []
    channels, _ = service_channels(scene, frozenset({"copyright"}))
    return [scene.platform(one, reason="copyright", form="us-dmca") for one in channels]


def _vn_child(scene: Scene) -> list[Step]:
    if scene.service is None:
        return []
    return scene.statutory("vn-child", "minor-law", "vn-child", VN_CHILD_RULES)


def _minor_host(scene: Scene) -> list[Step]:
    if scene.sighting.address is None:
        return []
    return minor_host_steps(scene, MINOR_FORM)


def _host(scene: Scene) -> list[Step]:
    if scene.sighting.address is None:
        return [scene.advice("no-address", StepKind.HOST, "no-address")]
    return [
        *host_steps(scene),
        *scene.statutory("eu-dsa", "statutory-eu-dsa", "eu-dsa", EU_NOTICE_RULES),
    ]


def _search(scene: Scene) -> list[Step]:
    if scene.sighting.address is None:
        return []
    return [
        scene.platform(channel, kind=StepKind.SEARCH_ENGINE, reason="search-engine")
        for channel in search_channels(scene)
    ]


def _hash_programme(scene: Scene, reason: str) -> list[Step]:
    return scene.from_channel(STOPNCII, StepKind.HASH_PROGRAMME, reason)


def _stopncii_reason(scene: Scene) -> str:
    taking_part = "unknown" if scene.service is None else scene.service.stopncii
    return {"yes": "stopncii-takes-part", "no": "stopncii-elsewhere"}.get(taking_part, "stopncii")


def _demands(scene: Scene) -> tuple[str, ...]:
    if scene.service is None:
        return ()
    return DEMANDS_ON_DOMESTIC if scene.service.country == "VN" else DEMANDS_ON_FOREIGN


def _police(
    scene: Scene, reason: str, rules: tuple[str, ...], *, with_sheet: bool = True
) -> list[Step]:
    return [
        *scene.from_channel(
            POLICE_LOCAL,
            StepKind.POLICE,
            reason,
            ("vn-cpc-144", "vn-cpc-147", *rules, *_demands(scene)),
            form="crime-report" if with_sheet else "",
            clock="vn-cpc-147",
        ),
        *(
            []
            if scene.minor
            else scene.from_channel(POLICE_APP, StepKind.POLICE, "police-app", ("vn-cpc-144",))
        ),
        *further_police_steps(scene, _demands(scene)),
    ]
