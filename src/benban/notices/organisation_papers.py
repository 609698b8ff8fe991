"""The three drafts of an organisation: state, catalogue and typed words become a paper; pure."""

from collections.abc import Callable, Mapping

from benban.model.organisation_paper import MeasureState, OrganisationPaperKind
from benban.model.paper import Paper, PaperItems, PaperPart, PaperSignature, PaperText, Piece
from benban.notices.organisation_lines import ASKED, SEEN, Desk, OrganisationFacts
from benban.notices.organisation_measures import OPEN, RISKS, SHIELDS, Risk
from benban.notices.organisation_recipients import outside_count, recipients_of
from benban.wording import say

Parts = tuple[PaperPart, ...]
_WHO = ("organisation", "address", "officer", "contact")
# The fields that a face offers for a paper; every other question is answered by hand.
FIELDS: Mapping[OrganisationPaperKind, tuple[str, ...]] = {
    OrganisationPaperKind.PROCESSING_RECORD: (*_WHO, "legal-basis", "retention"),
    OrganisationPaperKind.IMPACT_ASSESSMENT: (*_WHO, "legal-basis", "necessity"),
    OrganisationPaperKind.BREACH_FORM: (*_WHO, "happened", "noticed", "done"),
}
# Longer answers.
LONG_FIELDS = frozenset({"happened", "done", "necessity"})
# Why data are there; words under ``organisation.purpose.<name>`` and ``.data``, ``.persons``.
_PURPOSES = ("evidence", "removal", "comparison", "papers", "watch", "running")
_PERSONS = ("person", "others", "posters", "helpers", "minors")


def write_organisation_paper(facts: OrganisationFacts) -> Paper:
    """Return the draft; what the program did not see is a question, and no word is markup."""
    desk = Desk(facts)
    language = facts.language
    checked = ""
    if desk.duties:
        oldest = min(one.rule.checked_on for one in desk.duties)
        checked = say(language, "paper.checked", date=desk.day(oldest))
    return Paper(
        kind=facts.kind,
        title=desk.say(f"title.{facts.kind.value}"),
        subject=desk.say(f"subject.{facts.kind.value}"),
        to=(),
        parts=(*_legend(desk), *_WRITERS[facts.kind](desk)),
        signatures=(_signature(desk, "head"), _signature(desk, "officer")),
        review=f"{say(language, 'paper.not-reviewed')} {checked}".strip(),
        made_on=facts.made_on,
        has_place_and_date=False,
        is_official=False,
        annexes=_annexes(desk) if facts.kind is OrganisationPaperKind.BREACH_FORM else (),
        draft=desk.say("draft", day=desk.day(facts.made_on)),
        language=language,
    )


def _legend(desk: Desk) -> Parts:
    state = desk.facts.state
    return (
        desk.text("legend", seen=SEEN.strip(), asked=ASKED.strip()),
        desk.text(
            "made-from",
            day=desk.day(desk.facts.made_on),
            version=state.version,
            catalogue=state.catalogue_version,
        ),
        desk.heading("who"),
        *desk.asked(*_WHO),
    )


def _record(desk: Desk) -> Parts:
    return (
        *_purposes(desk),
        desk.heading("persons"),
        desk.seen(*(f"person.{one}" for one in _PERSONS)),
        *_recipients(desk),
        *_places(desk),
        desk.heading("retention"),
        desk.seen("kept.nothing-goes", "kept.forget", "kept.copies"),
        *desk.asked("retention", "retention-after"),
        desk.heading("measures"),
        desk.measure_table(desk.measures),
        *desk.asked("measures-outside"),
        *_numbers(desk),
        desk.heading("law"),
        *desk.duty_parts(),
        desk.heading("questions"),
        *desk.asked("legal-basis", "consent", "rights", "processors", "staff"),
    )


def _assessment(desk: Desk) -> Parts:
    return (
        *_purposes(desk),
        desk.heading("necessity"),
        desk.seen("needed.one-thing", "needed.no-doubt", "needed.optional"),
        *desk.written("necessity", 3),
        *desk.asked("legal-basis", "less"),
        desk.heading("risks"),
        desk.text("risks.about"),
        _risks(desk),
        desk.heading("measures"),
        desk.measure_table(desk.measures),
        *_numbers(desk),
        desk.heading("open"),
        desk.seen(*(f"open.{one}" for one in OPEN)),
        *_places(desk),
        desk.heading("law"),
        *desk.duty_parts(),
        desk.heading("questions"),
        *desk.asked("first-day", "heard", "balance", "decision", "again"),
    )


def _breach(desk: Desk) -> Parts:
    return (
        desk.heading("happened"),
        *desk.written("happened", 4),
        *desk.asked("noticed", "lasted", "who-found"),
        *desk.written("done", 3),
        desk.heading("concerned"),
        desk.text("concerned.about"),
        desk.seen(*(f"kind.{one}" for one in ("record", "content", "notices", "accounts"))),
        *_numbers(desk),
        *desk.asked("kinds-really", "people-really"),
        desk.heading("shields"),
        desk.text("shields.about"),
        desk.measure_table(SHIELDS),
        *_tries(desk),
        *desk.asked("open-at-the-time", "passphrase-known"),
        desk.heading("times"),
        *desk.duty_parts(),
        desk.text("times.start"),
        *desk.asked("clock", "sent"),
        desk.heading("whom"),
        *_agency(desk),
        *desk.asked("agency-contact", "others-told"),
    )


_WRITERS: Mapping[OrganisationPaperKind, Callable[[Desk], Parts]] = {
    OrganisationPaperKind.PROCESSING_RECORD: _record,
    OrganisationPaperKind.IMPACT_ASSESSMENT: _assessment,
    OrganisationPaperKind.BREACH_FORM: _breach,
}


def _purposes(desk: Desk) -> Parts:
    rows = [
        [
            SEEN + desk.say(f"purpose.{one}"),
            desk.say(f"purpose.{one}.data"),
            desk.say(f"purpose.{one}.persons"),
        ]
        for one in _PURPOSES
    ]
    shares = (("purpose", 3), ("data", 5), ("persons", 3))
    return (
        desk.heading("purposes"),
        desk.text("purposes.about"),
        desk.table("purpose", shares, rows),
        *desk.asked("purposes-used"),
    )


def _recipients(desk: Desk) -> Parts:
    rows = [
        [
            SEEN + one.name,
            one.country or desk.say("country-unknown"),
            ", ".join(desk.say(f"data.{data}") for data in one.data),
            ", ".join(desk.say(f"learns.{who}") for who in one.learns),
        ]
        for one in recipients_of(desk.facts.catalogue)
    ]
    shares = (("name", 3), ("country", 2), ("data", 4), ("learns", 3))
    return (
        desk.heading("recipients"),
        desk.text("recipients.about"),
        *_stamp_hosts(desk),
        desk.seen("recipient.authority", "recipient.lawyer", "recipient.organisation"),
        desk.seen(f"recipient.mail.{desk.facts.state.mail.value}"),
        desk.table("recipient", shares, rows),
        *desk.asked("recipients-used"),
    )


def _stamp_hosts(desk: Desk) -> Parts:
    hosts = desk.facts.state.stamp_hosts
    if not hosts:
        return (desk.seen("recipient.stamps-none"),)
    lines = tuple(
        (Piece(text=SEEN + desk.say("recipient.stamps", name=one.name, host=one.host)),)
        for one in hosts
    )
    return (PaperItems(lines=lines),)


def _places(desk: Desk) -> Parts:
    found = recipients_of(desk.facts.catalogue)
    crossing = desk.say("place.border", count=outside_count(found), total=len(found))
    kind = "server" if desk.facts.state.is_shared else "computer"
    return (
        desk.heading("places"),
        desk.seen(f"place.{kind}", "place.unasked"),
        PaperItems(lines=((Piece(text=SEEN + crossing),),)),
        *desk.asked("place-room", "border"),
    )


def _numbers(desk: Desk) -> Parts:
    cases = desk.facts.state.cases
    said = desk.say("cases-hidden") if cases is None else desk.say("cases", count=cases)
    return (
        desk.heading("numbers"),
        PaperItems(lines=((Piece(text=SEEN + said),),)),
        *desk.asked("people-count"),
    )


def _risks(desk: Desk) -> PaperPart:
    rows = [_risk(desk, one) for one in RISKS]
    shares = (("what", 4), ("measures", 5), ("rules", 2), ("left", 3))
    return desk.table("risk", shares, rows)


def _risk(desk: Desk, risk: Risk) -> list[str]:
    named = [desk.measures[one] for one in risk.measures]
    said = [
        f"{desk.say(f'short.{one.name}')}: {desk.say(f'state.{one.state.value}')}" for one in named
    ]
    rules = ", ".join(str(one) for one in risk.rules) or "–"
    # What is missing is named where the reader weighs the risk, not only in the table of measures.
    is_open = any(one.state in {MeasureState.OFF, MeasureState.UNKNOWN} for one in named)
    left = desk.say("risk-open" if is_open else "risk-left")
    return [SEEN + desk.say(f"risk.{risk.name}"), "; ".join(said), rules, ASKED + left]


def _tries(desk: Desk) -> Parts:
    count = desk.facts.state.wrong_tries
    said = desk.say("tries", count=count) if count else desk.say("tries-none")
    return (PaperItems(lines=((Piece(text=SEEN + said),),)),)


def _agency(desk: Desk) -> Parts:
    breach = [one.rule for one in desk.duties if one.duty.name == "breach"]
    if not breach or not breach[0].addressee:
        return (desk.text("agency-unknown"),)
    named = desk.say("agency", addressee=breach[0].addressee)
    return (PaperItems(lines=((Piece(text=SEEN + named),),)),)


def _annexes(desk: Desk) -> tuple[Parts, ...]:
    return tuple(one for one in (_letter(desk), _case_numbers(desk)) if one)


def _letter(desk: Desk) -> Parts:
    lines = ("hello", "what", "not-your-doing", "done", "you-can", "ask", "close")
    return (
        desk.heading("letter"),
        desk.text("letter.about"),
        *(
            PaperText(line=(Piece(text=desk.say(f"letter.{one}")),), is_indented=False)
            for one in lines
        ),
    )


def _case_numbers(desk: Desk) -> Parts:
    listed = desk.facts.case_ids
    if listed is None:
        return ()
    whose = desk.facts.holder
    about = desk.text("annex.holder", name=whose) if whose else desk.text("annex.vault")
    rows = tuple((Piece(text=one, is_code=True),) for one in listed)
    body: Parts = (PaperItems(lines=rows),) if rows else (desk.text("annex.none"),)
    return (desk.heading("annex"), desk.text("annex.about"), about, *body)


def _signature(desk: Desk, name: str) -> PaperSignature:
    return PaperSignature(title=desk.say(f"sign.{name}"), note=desk.say("sign.note"))
