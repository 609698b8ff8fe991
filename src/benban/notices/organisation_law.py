"""What the catalogue knows of duties with personal data; nothing else is law in these papers."""

from dataclasses import dataclass
from datetime import date

from benban.model.catalogue import Catalogue
from benban.model.organisation_paper import OrganisationPaperKind
from benban.model.remedy import Confidence, Provision

# The decree on the Personal Data Protection Law, as the catalogue's list of ended law names it.
DECREE = "356/2025/NĐ-CP"
_RECORD = OrganisationPaperKind.PROCESSING_RECORD
_IMPACT = OrganisationPaperKind.IMPACT_ASSESSMENT
_BREACH = OrganisationPaperKind.BREACH_FORM


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """
    One sentence about one rule; its words stand under ``organisation.duty.<name>``.

    Attributes:
        rule: id of the provision.
        rests_on: words of the catalogue; when an update changes them, the sentence is not printed.
        kinds: the papers that it stands in.
        article: of the law, where the sentence rests on some of the rule's articles; None for all
            of them, empty where it rests on the decree alone.
        decree: article of the decree that says it more closely.
    """

    name: str
    rule: str
    rests_on: str
    kinds: frozenset[OrganisationPaperKind]
    article: str | None = None
    decree: str = ""


DUTIES = (
    Duty(
        name="assessment",
        rule="vn-l91-21",
        rests_on="DPIA file sent within 60 days of first processing",
        kinds=frozenset({_IMPACT}),
        article="21",
    ),
    Duty(
        name="updates",
        rule="vn-l91-21",
        rests_on="updates every 6 months",
        kinds=frozenset({_IMPACT, _RECORD}),
    ),
    Duty(
        name="border",
        rule="vn-l91-21",
        rests_on=(
            "cross-border transfer assessment within 60 days"
            " (not needed when the data subject transfers their own data)"
        ),
        kinds=frozenset({_IMPACT, _RECORD}),
        article="20",
    ),
    Duty(
        name="no-exemption",
        rule="vn-l91-21",
        rests_on="does NOT cover those that directly process sensitive data",
        kinds=frozenset({_IMPACT}),
        article="38(2), 38(3)",
    ),
    Duty(
        name="breach",
        rule="vn-l91-21",
        rests_on="breach notice to the agency within 72 h",
        kinds=frozenset({_BREACH, _IMPACT}),
        article="23",
    ),
    Duty(
        name="sensitive",
        rule="vn-l91-14",
        rests_on=(
            "Image of a person = basic personal data (D356 art.3.6);"
            " data revealing sex life = sensitive"
        ),
        kinds=frozenset({_RECORD, _IMPACT, _BREACH}),
        article="",
        decree="3(6), 4(1)(e)",
    ),
    Duty(
        name="erasure",
        rule="vn-l91-14",
        rests_on=(
            "answers within 2 working days and erases within 20 days (30 when others must act;"
            " one extension up to 20 days). Objection/restriction: 15 days"
        ),
        kinds=frozenset({_RECORD}),
        decree="5(4)",
    ),
    Duty(
        name="urgent",
        rule="vn-l91-19",
        rests_on=(
            "Allowed, in urgent cases, to protect the life, health, honour, dignity or rights of"
            " the data subject or another, and as needed against an infringement; also crime"
            " prevention. The processor must prove it and have rules, safeguards, periodic checks,"
            " complaint channel."
        ),
        kinds=frozenset({_RECORD, _IMPACT}),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDuty:
    """A duty whose rule is in force and still says it."""

    duty: Duty
    rule: Provision


def duties_known(
    kind: OrganisationPaperKind, catalogue: Catalogue, on: date
) -> tuple[KnownDuty, ...]:
    """Return what may be said on a day; a rule that is withheld, ended or changed says nothing."""
    found = []
    for one in DUTIES:
        rule = catalogue.provision(one.rule)
        if kind in one.kinds and rule is not None and _says(rule, one, on):
            found.append(KnownDuty(duty=one, rule=rule))
    return tuple(found)


def _says(rule: Provision, duty: Duty, on: date) -> bool:
    is_valid = rule.valid_from is not None and rule.valid_from <= on
    is_valid = is_valid and (rule.valid_until is None or on <= rule.valid_until)
    still_says = duty.rests_on in f"{rule.gives}\n{rule.note}"
    return is_valid and still_says and rule.confidence is not Confidence.D
