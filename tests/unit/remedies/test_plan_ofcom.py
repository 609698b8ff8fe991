"""Ofcom hears how services act, and rules on nobody's case."""

from datetime import timedelta

from benban.model.routes import LinkTo
from benban.remedies.describe import describe_step
from benban.wording import Language
from tests.unit.remedies.scenes import CATALOGUE, NOW, X, plan, sent_notice, sighting, step, tied


def test_ofcom_rules_on_no_single_case_and_says_so() -> None:
    sent = sent_notice(X, "vn-complaint")
    asked = step(
        sighting(X),
        "uk-ofcom",
        now=NOW + timedelta(hours=49),
        notices=(sent,),
        circumstances=tied(LinkTo.UNITED_KINGDOM),
    )

    text = CATALOGUE.form(asked.notice_form)
    said = describe_step(asked, CATALOGUE, Language.EN)
    assert "does not rule on single cases" in said.reason
    assert text is not None
    assert "does not rule on single cases" in text.text(Language.EN).body
    assert (asked.follows, "ofcom.org.uk" in said.where) == (sent.id, True)


def test_ofcom_hears_of_services_and_not_of_the_police() -> None:
    report = sent_notice(X, "vn_police-1")
    made = plan(
        sighting(X),
        (report,),
        now=NOW + timedelta(days=40),
        circumstances=tied(LinkTo.UNITED_KINGDOM),
    )

    assert [one for one in made.steps if one.id == "uk-ofcom"] == []
