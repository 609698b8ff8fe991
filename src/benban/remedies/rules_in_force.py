"""Which rules belong to which step, and which of them were in force on the day that counts."""

from datetime import date, datetime, timedelta, timezone

from benban.model.catalogue import Catalogue
from benban.model.remedy import Channel, Confidence, Provision
from benban.model.sighting import Sighting

VN_COMPLAINT_RULES = ("vn-nd147-23i", "vn-nd147-23-7", "vn-l116-7", "vn-l116-13")
VN_CHILD_RULES = ("vn-child-36", "vn-l116-16")
VN_DATA_RULES = ("vn-l91-14", "vn-nd330-13", "vn-pc-288", "vn-l116-7")
EU_NOTICE_RULES = ("eu-dsa-16",)
US_REQUEST_RULES = ("us-tida-3",)
US_COPYRIGHT_RULES = ("us-dmca-512",)
VN_ERASURE_RULES = ("vn-l91-14",)
IN_COMPLAINT_RULES = ("in-itr-3-2-b",)
AU_COMPLAINT_RULES = ("au-osa-32",)
SG_REPORT_RULES = ("sg-osc",)
EU_FURTHER_RULES = ("eu-dsa-22",)
VN_FURTHER_RULES = ("vn-nd147-23-7",)
VN_DEMAND_RULES = ("vn-nd333-11", "vn-l116-25")
VN_PROCURACY_RULES = ("vn-cpc-147", "vn-cpc-144")
HOTLINE_RULES = ("vn-111",)
TOOL_RULES = ("vn-l134-7", "vn-l116-7", "vn-nd330-15", "eu-aia-5")
CRIME_RULES = (
    "vn-cpc-155",
    "vn-pc-155",
    "vn-pc-156",
    "vn-pc-288",
    "vn-pc-326",
    "vn-l116-7",
    "vn-l116-13",
    "vn-l116-25",
    "vn-nd333-11",
)
CRIME_RULES_FOR_THREATS = ("vn-pc-170", *CRIME_RULES)
CRIME_RULES_MINOR = ("vn-pc-326", "vn-pc-288", "vn-l116-16", "vn-l116-25", "vn-nd330-31")

# What the authority may demand of the service, by where the service is at home.
DEMANDS_ON_DOMESTIC = ("vn-nd147-24-4",)
DEMANDS_ON_FOREIGN = ("vn-nd147-23-5",)

# Rules about what an agency, a service or a court does when it is asked: the day of asking counts.
# All others judge an act: the day of the act counts (facts/law.md 0.1).
_ASKED_NOW = frozenset({"removal", "procedure", "deadline", "hotline", "escalation", "evidence"})

# facts/channels.md section 8: forms change sooner than laws.
CHANNEL_GOOD_FOR = timedelta(days=90)
PROVISION_GOOD_FOR = timedelta(days=180)

# The day is counted where the rules apply; Viet Nam has had no summer time since 1975.
_VIET_NAM = timezone(timedelta(hours=7))


def day_of_act(sighting: Sighting, now: datetime) -> date:
    """Return the day that picks the rules on acts: as stated, else when seen, else today."""
    if sighting.act_on is not None:
        return sighting.act_on
    return (sighting.seen_at or now).astimezone(_VIET_NAM).date()


def rules_for(
    ids: tuple[str, ...], catalogue: Catalogue, *, act_on: date, asked_on: date
) -> tuple[Provision, ...]:
    """Return the known ones of *ids* that were in force on the day that counts for each."""
    found = (catalogue.provision(one) for one in ids)
    return tuple(
        rule
        for rule in found
        if rule is not None and is_in_force(rule, asked_on if rule.kind in _ASKED_NOW else act_on)
    )


def is_in_force(rule: Provision, day: date) -> bool:
    """Whether *rule* applied on *day*; the last day of ``valid_until`` is included."""
    has_begun = rule.valid_from is not None and rule.valid_from <= day
    return has_begun and (rule.valid_until is None or day <= rule.valid_until)


def today_in_viet_nam(now: datetime) -> date:
    """Return the date of *now* in Viet Nam."""
    return now.astimezone(_VIET_NAM).date()


def is_aged(channel: Channel | None, rules: tuple[Provision, ...], today: date) -> bool:
    """Whether a fact of the step must be opened and compared before use (DESIGN promise 8)."""
    # C rests on one secondary source: it is compared however fresh it is.
    is_channel_aged = channel is not None and (
        channel.confidence is Confidence.C or today - channel.checked_on > CHANNEL_GOOD_FOR
    )
    return is_channel_aged or any(today - rule.checked_on > PROVISION_GOOD_FOR for rule in rules)
