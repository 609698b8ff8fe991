"""Drafts for a lawyer: figures from the dossier, nothing signed, nobody named."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from benban.casework.audience import without_others
from benban.dossier.bag import write_dossier
from benban.dossier.drafts import render_drafts
from benban.dossier.view import (
    Audience,
    DossierView,
    Drafts,
    Presence,
    Retraction,
    SeenState,
    VeiledView,
)
from benban.model.remedy import Confidence, Provision
from benban.wording import Language
from tests.unit.dossier.example import drawing, full_view
from tests.unit.dossier.fakelog import logged
from tests.unit.dossier.reading import pages, squeezed, text

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
RULE = Provision(
    id="us-fre-902",
    country="US",
    kind="evidence",
    title_vi="Chứng cứ điện tử tự xác thực",
    title_en="Self-authentication by certification",
    instrument="Federal Rules of Evidence",
    article="902(13), 902(14)",
    confidence=Confidence.A,
    source="https://example.org/rule",
    checked_on=date(2026, 11, 22),
)


def with_drafts(**changes: object) -> DossierView:
    view = full_view()
    exhibit = view.exhibits[0].exhibit
    drafts = Drafts(
        certificate_rule=RULE,
        veiled=(VeiledView(exhibit_id=exhibit.id, png=drawing("veiled")),),
    )
    return replace(view, drafts=replace(drafts, **changes))  # type: ignore[arg-type]


def retracted(view: DossierView) -> DossierView:
    capture, place = view.captures[0], view.captures[0].sighting_id
    states = (
        SeenState(
            capture_id=capture.id,
            at=NOW,
            presence=Presence.THERE,
            reason="media-kept",
            status=200,
            stamped_at=NOW + timedelta(hours=1),
        ),
        SeenState(
            capture_id=capture.id,
            at=NOW + timedelta(days=2),
            presence=Presence.GONE,
            reason="not-found",
            status=404,
        ),
    )
    return replace(view, retractions=(Retraction(sighting_id=place, states=states),))


@pytest.mark.parametrize(
    ("language", "banner"),
    [(Language.VI, "BẢN NHÁP CHO LUẬT SƯ"), (Language.EN, "DRAFT FOR A LAWYER")],
)
def test_every_page_says_that_it_is_a_draft(language: Language, banner: str) -> None:
    found = pages(render_drafts(with_drafts(), language))

    assert (len(found) >= 3, {squeezed(banner) in page for page in found}) == (True, {True})


@pytest.mark.parametrize("language", Language)
def test_the_digests_of_the_dossier_stand_in_the_certificate(language: Language) -> None:
    view = with_drafts()
    printed = squeezed(text(render_drafts(view, language)))

    digests = [entry.exhibit.sha256.hex for entry in view.exhibits]
    assert [digest for digest in digests if digest not in printed] == []


@pytest.mark.parametrize("language", Language)
def test_no_name_place_or_signature_is_filled_in(language: Language) -> None:
    view = with_drafts()
    printed = text(render_drafts(view, language))

    assert printed.count("____") >= 10
    assert squeezed(view.case.title) not in printed


def test_a_rule_is_printed_with_the_day_it_was_checked() -> None:
    printed = text(render_drafts(with_drafts(), Language.EN))

    assert squeezed("902(13), 902(14)") in printed
    assert "2026-11-22" in printed


def test_without_a_rule_that_can_be_used_none_is_named() -> None:
    printed = text(render_drafts(with_drafts(certificate_rule=None), Language.EN))

    assert squeezed("The catalogue has no rule") in printed
    assert squeezed("Federal Rules") not in printed


def test_drafts_lie_in_the_bag_only_when_they_were_asked_for() -> None:
    names = []
    for wanted in (with_drafts(), full_view()):
        view, log = logged(wanted)
        out = io.BytesIO()
        write_dossier(view, out, seal_payload=log.seal)
        with zipfile.ZipFile(out) as bag:
            names.append([name.rpartition("/")[2] for name in bag.namelist()])

    assert [sorted(one for one in each if one.startswith("drafts.")) for each in names] == [
        ["drafts.en.pdf", "drafts.vi.pdf"],
        [],
    ]


@pytest.mark.parametrize("audience", [Audience.SUPPORT, Audience.MYSELF])
def test_who_is_no_lawyer_reads_no_account_of_anybody(audience: Audience) -> None:
    """Promise 10: no paper for the public."""
    telling = full_view()
    accounts = [
        *(one.address.raw for one in telling.sightings if one.address),
        *(one.seen_on for one in telling.sightings if one.seen_on),
        *(one.title for one in telling.captures),
        "kenh_vi_du",
    ]
    view, log = logged(without_others(replace(telling, audience=audience)))
    out = io.BytesIO()

    write_dossier(view, out, seal_payload=log.seal)

    everything = bytearray()
    with zipfile.ZipFile(out) as bag:
        for name in bag.namelist():
            data = bag.read(name)
            everything += text(data).encode() if name.endswith(".pdf") else data
            if name.endswith("proofs.json"):
                opened = [one["opened"] for one in json.loads(data)["records"]]
                assert not any("address" in one for one in opened)
    packed = squeezed(everything.decode("utf-8", errors="replace"))
    assert [one for one in accounts if squeezed(one) in packed] == []


@pytest.mark.parametrize("language", Language)
def test_there_and_then_gone_stands_on_page_1_and_in_its_section(language: Language) -> None:
    from benban.dossier.report import render_pdf

    printed = text(render_pdf(retracted(full_view()), language))

    said = {Language.VI: "không còn ở địa chỉ đó", Language.EN: "no longer at that address"}
    assert squeezed(printed).count(squeezed(said[language])) == 2


def test_nobody_is_to_swear_that_a_browser_received_what_was_handed_in() -> None:
    view = with_drafts()
    given = tuple(one for one in view.exhibits if one.exhibit.capture_id is None)
    received = tuple(one for one in view.exhibits if one.exhibit.capture_id is not None)
    words = (squeezed("a browser received"), squeezed("were not received by this program"))
    said = []
    for exhibits in (view.exhibits, given, received):
        drafts = render_drafts(replace(view, exhibits=exhibits, comparison=None), Language.EN)
        said.append(tuple(one in squeezed(text(drafts)) for one in words))

    assert (bool(given), bool(received)) == (True, True)
    assert said == [(True, True), (False, True), (True, False)]
