import itertools
import re
import tomllib
from dataclasses import replace
from functools import cache
from importlib.resources import files

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benban.compare.veil import print_jpeg
from benban.dossier.mask import MASKED
from benban.dossier.report import render_pdf
from benban.dossier.view import ComparisonEntry, ComparisonSection, Disclosure, DossierView
from benban.model.custody import EventKind, Field
from benban.model.exhibit import Missing
from benban.model.finding import (
    Cell,
    Direction,
    DrawnLinks,
    DrawnPatches,
    Order,
    Searched,
    Tier,
)
from benban.model.ids import ComparisonId
from benban.wording import Language, message_ids, say
from tests.unit.dossier.example import (
    KEY_ID,
    MADE_AT,
    authority_view,
    capture,
    comparison,
    drawing,
    drawn_entry,
    empty_view,
    event,
    exhibit,
    finding,
    full_view,
    own_account,
    sighting,
)
from tests.unit.dossier.reading import facts, headings, images, pages, squeezed, text

SECTIONS = (
    "summary",
    "found",
    "inventory",
    "timeline",
    "captures",
    "comparison",
    "custody",
    "steps",
    "missing",
    "not-shown",
    "challenges",
    "keys",
)
BOTH = pytest.mark.parametrize("language", Language)


def words(language: Language, message: str, **params: str | int) -> str:
    return squeezed(say(language, f"dossier.{message}", **params))


@cache
def pdf_of(view: DossierView, language: Language) -> bytes:
    return render_pdf(view, language)


def crowded_view() -> DossierView:
    """Everything on page 1 at its longest."""
    view = authority_view("age1x", exhibits=60)
    assert view.disclosure is not None
    assert view.declaration is not None
    return replace(
        view,
        disclosure=replace(
            view.disclosure, recipient="R" * 400, purpose="P" * 400, legal_basis="L" * 400
        ),
        declaration=replace(view.declaration, text="Lời khai rất dài. " * 200),
        sightings=tuple(
            replace(sighting(1), id=one.id) for one in (sighting(n) for n in range(1, 40))
        ),
    )


@BOTH
def test_the_report_claims_pdf_a_2a_and_pdf_ua_1_and_its_language(language: Language) -> None:
    said = facts(pdf_of(full_view(), language))

    assert (said.part, said.conformance, said.ua_part, said.language, said.is_tagged) == (
        "2",
        "A",
        "1",
        language.value,
        True,
    )


@BOTH
@pytest.mark.parametrize("view", [full_view(), empty_view()], ids=["full", "empty"])
def test_every_section_is_there_in_order(language: Language, view: DossierView) -> None:
    wanted = [say(language, f"dossier.section.{name}") for name in SECTIONS]

    assert headings(pdf_of(view, language)) == wanted


@BOTH
@pytest.mark.parametrize(
    "view", [full_view(), empty_view(), crowded_view()], ids=["full", "empty", "crowded"]
)
def test_the_summary_is_exactly_the_first_page(language: Language, view: DossierView) -> None:
    first, second, *_ = pages(pdf_of(view, language))

    assert (
        KEY_ID in first,
        words(language, "verify.3") in first,
        words(language, "section.found") in first,
        words(language, "section.found") in second,
    ) == (True, True, False, True)


@BOTH
def test_the_first_page_carries_the_declaration_and_who_checked_it(language: Language) -> None:
    first = pages(pdf_of(full_view(), language))[0]

    assert (
        squeezed("Những ảnh này là ảnh của con mèo trong hồ sơ này") in first,
        words(language, "declaration.stated") in first,
    ) == (True, True)


def test_there_are_as_many_pictures_as_veiled_pairs() -> None:
    assert facts(pdf_of(full_view(), Language.VI)).pictures == 2


def test_a_picture_for_print_takes_the_place_of_the_one_without_loss() -> None:
    section = comparison()
    pixels = np.full((60, 90, 3), 200, np.uint8)
    png = cv2.imencode(".png", pixels)[1].tobytes()
    entries = tuple(
        replace(one, veiled_png=png, print_jpeg=print_jpeg(png)) if one.veiled_png else one
        for one in section.entries
    )
    pdf = render_pdf(full_view(comparison=replace(section, entries=entries)), Language.EN)

    assert set(images(pdf)) == {("/DCTDecode", 90, 60)}


@BOTH
def test_what_lies_beside_the_pair_is_printed_with_its_numbers(language: Language) -> None:
    view = full_view(comparison=replace(comparison(), entries=(drawn_entry(),)))

    pdf = render_pdf(view, language)

    printed, comma = text(pdf), "," if language is Language.VI else "."
    change_map = drawn_entry().finding.change_map
    assert change_map is not None
    share = f"{round(100 * change_map.share(Cell.AGREE))}"
    assert facts(pdf).pictures == 5
    assert share in squeezed(printed)
    assert squeezed(f"(1) 0{comma}98; (2) 0{comma}90") in squeezed(printed)
    assert words(language, "comparison.patches-fewer") in printed


@BOTH
def test_where_there_is_no_link_and_no_patch_it_is_said(language: Language) -> None:
    one = drawn_entry()
    none = replace(
        one.finding,
        links=DrawnLinks(links=(), picture=None),
        patches=DrawnPatches(side_px=0, patches=(), picture=None),
    )
    entry = replace(
        one, finding=none, overlay_png=None, map_png=None, links_png=None, patches_png=None
    )
    pdf = render_pdf(full_view(comparison=replace(comparison(), entries=(entry,))), language)

    said = [words(language, f"comparison.{kind}-none") for kind in ("links", "patches")]
    assert (facts(pdf).pictures, [one in text(pdf) for one in said]) == (1, [True, True])


def test_the_same_view_gives_the_same_bytes() -> None:
    assert render_pdf(full_view(), Language.EN) == render_pdf(full_view(), Language.EN)


@BOTH
def test_every_page_of_a_demonstration_says_so(language: Language) -> None:
    banner = words(language, "demonstration")

    assert {banner in page for page in pages(pdf_of(full_view(), language))} == {True}


@BOTH
def test_no_page_of_a_real_case_says_demonstration(language: Language) -> None:
    assert words(language, "demonstration") not in text(pdf_of(empty_view(), language))


@BOTH
def test_every_page_for_an_authority_names_the_recipient(language: Language) -> None:
    view = authority_view("age1x")
    marking = words(language, "marking", recipient="Phòng An ninh mạng (ví dụ)")

    assert {marking in page for page in pages(pdf_of(view, language))} == {True}


def test_sixty_items_stand_with_both_digests() -> None:
    printed = text(render_pdf(full_view(exhibits=60), Language.VI))
    wanted = [exhibit(number) for number in range(1, 61)]

    assert [
        one.id for one in wanted if one.sha256.hex not in printed or one.sha512.hex not in printed
    ] == []


@pytest.mark.parametrize(
    "hostile",
    [
        '#read("/etc/passwd")',
        '#import "@preview/cetz:0.3.0": canvas',
        "*đậm* _nghiêng_ $x^2$ `mã` <nhãn> @ref = Tiêu đề",
        '"] #panic("x") //',
        "{page} {pages} {0} %s \\u{202e} \\n",
        "<script>alert(1)</script> &amp;",
    ],
)
def test_hostile_text_stays_literal(hostile: str) -> None:
    view = replace(empty_view(), captures=(replace(capture(), title=hostile),))

    assert squeezed(hostile) in text(render_pdf(view, Language.EN))


def test_hidden_controls_are_shown() -> None:
    view = replace(
        empty_view(), captures=(replace(capture(), title="hóa đơn \u202egpj.exe\u200b\x07😀"),)
    )

    assert "hóađơn[U+202E]gpj.exe[U+200B][U+0007][U+1F600]" in text(render_pdf(view, Language.EN))


def test_a_title_of_100_kb_is_shortened_and_the_rest_counted() -> None:
    title = "x" * 50_000 + " " + "y" * 50_000
    view = full_view(captures=(replace(capture(), title=title),))
    printed = text(render_pdf(view, Language.EN))

    assert ("x" * 1000 + "[…99,001morecharacters]" in printed, "y" * 50 in printed) == (True, False)


def test_long_words_of_the_reporter_are_printed_whole_up_to_the_limit() -> None:
    view = full_view(sightings=(sighting(1, text="ǎ" * 5_999),))

    assert text(render_pdf(view, Language.EN)).count("ǎ") == 5_999


@BOTH
def test_without_a_comparison_there_is_one_sentence_and_no_tier(language: Language) -> None:
    printed = text(render_pdf(full_view(comparison=None), language))

    assert (
        words(language, "comparison.none") in printed,
        words(language, "comparison.h1") in printed,
        words(language, "challenge.same-scene") in printed,
        "NFA" in printed,
    ) == (True, False, False, False)


@BOTH
def test_the_tier_words_are_those_of_the_evidence_model(language: Language) -> None:
    printed = text(pdf_of(full_view(), language))

    assert [
        one
        for one in ("comparison.h1", "comparison.h2", "tier.A", "tier.B", "tier.C", "tier.0")
        if words(language, one) not in printed
    ] == []


def test_tier_0_says_that_it_does_not_mean_real() -> None:
    printed = text(render_pdf(full_view(), Language.EN))

    assert squeezed("no correspondence found: this does not mean the picture is real") in (
        printed.replace("Nocorr", "nocorr")
    )


def only(entry: ComparisonEntry) -> DossierView:
    view = full_view(exhibits=2)
    return replace(view, comparison=replace(comparison(), entries=(entry,), not_compared=()))


@pytest.mark.parametrize("tier", [Tier.C, Tier.NONE])
def test_tier_c_and_0_say_their_statement_and_nothing_more(tier: Tier) -> None:
    # Everything that must not be printed is there to be printed.
    loud = replace(finding(1, Tier.A, 2), tier=tier, originals_compared=2917)
    view = only(ComparisonEntry(finding=loud, veiled_png=drawing()))
    pdf = render_pdf(view, Language.EN)
    printed = text(pdf)

    assert (
        f"Tier{tier.value}." in printed,
        facts(pdf).pictures,
        [told for told in ("log10NFA", "412.7", "2,917", "412of690", "10.0%") if told in printed],
    ) == (True, 0, [])


@pytest.mark.parametrize("tier", Tier)
def test_a_run_with_a_short_list_says_how_far_it_looked_whatever_it_found(tier: Tier) -> None:
    searched = Searched(declared=2920, by_index=2917, in_full=10, unread=3)
    listed = replace(finding(1, Tier.A, 2), tier=tier, searched=searched)

    printed = text(
        render_pdf(only(ComparisonEntry(finding=listed, veiled_png=drawing())), Language.EN)
    )

    assert "Of2,920declaredoriginalphotos,theprogramlookedthrough2,917byanindex" in printed
    assert "compared10infull.Leftoutbecausetheycouldnotberead:3." in printed
    # A better sibling or a further source can be missed beside a tier A, too.
    assert "canmisstherightphoto" in printed


def test_a_photo_that_matches_nothing_is_not_named_by_its_digest_or_size() -> None:
    view = full_view()
    assert view.declaration is not None
    photos = [entry.original for entry in view.declaration.originals]
    sized = [replace(one, width_px=47_110 + at) for at, one in enumerate(photos)]
    entries = [
        replace(entry, original=one)
        for entry, one in zip(view.declaration.originals, sized, strict=True)
    ]
    declaration = replace(view.declaration, originals=tuple(entries))
    printed = text(render_pdf(replace(view, declaration=declaration), Language.EN))

    named = [(one.sha256.hex in printed, str(one.width_px) in printed) for one in sized]
    assert named == [(False, False), (True, True), (False, False)]


@BOTH
def test_an_order_without_measured_support_is_printed_as_not_determined(
    language: Language,
) -> None:
    claimed = Direction(
        comparison_id=ComparisonId("cmp-0000000000000001"),
        order=Order.QUESTIONED_IS_LATER,
        support=(),
        notes=(),
    )
    view = only(ComparisonEntry(finding=finding(1, Tier.A, 2), direction=claimed))
    printed = text(pdf_of(view, language))

    assert (
        words(language, "direction.questioned-is-later") in printed,
        words(language, "direction.not-determined") in printed,
    ) == (False, True)


@BOTH
def test_a_log10_nfa_is_printed_as_what_it_is(language: Language) -> None:
    printed = text(pdf_of(full_view(), language))
    value = {"vi": "-412,7", "en": "-412.7"}[language.value]

    assert words(language, "nfa", value=value) in printed


@BOTH
def test_error_rates_name_the_pictures_or_say_that_none_were_measured(language: Language) -> None:
    measured = text(pdf_of(full_view(), language))
    unmeasured = text(render_pdf(full_view(comparison=replace(comparison(), rates=())), language))

    assert (
        squeezed("same scene, hand-held, other viewpoint") in measured,
        words(language, "rates.none") in measured,
        words(language, "rates.none") in unmeasured,
    ) == (True, False, True)


@BOTH
def test_the_rates_cite_their_measurement_by_version(language: Language) -> None:
    measured = text(pdf_of(full_view(), language))
    unmeasured = text(render_pdf(full_view(comparison=replace(comparison(), rates=())), language))

    cited = words(language, "rates.version", version="2026-01-02.abcd")
    assert (cited in measured, cited in unmeasured) == (True, False)


@BOTH
def test_what_never_happened_is_said(language: Language) -> None:
    printed = text(pdf_of(empty_view(), language))

    assert [
        message
        for message in (
            "inventory.none",
            "captures.none",
            "comparison.none",
            "custody.empty",
            "steps.none",
            "keys.no-stamps",
            "declaration.none",
            "summary.not-stamped",
        )
        if words(language, message) not in printed
    ] == []


@BOTH
def test_events_that_are_asked_about_are_printed_also_when_there_were_none(
    language: Language,
) -> None:
    printed = text(pdf_of(full_view(), language))
    none = say(language, "dossier.none")

    def line(kind: str, count: str) -> bool:
        name = say(language, f"dossier.event.{kind}")
        return words(language, "custody.asked-item", event=name, count=count) in printed

    assert (line("damage-found", none), line("shown-unveiled", "1")) == (True, True)


@BOTH
def test_what_a_capture_shows_is_said_in_every_report(language: Language) -> None:
    printed = text(pdf_of(empty_view(), language))

    assert (words(language, "not-shown.capture") in printed, "vibằng" in printed) == (True, True)


def test_failed_steps_missing_and_withheld_things_are_printed() -> None:
    printed = text(render_pdf(full_view(), Language.EN))

    assert [
        one
        for one in ("snapshot-too-large", "videoposter", "secondcapture", "notonline", "39")
        if one not in printed
    ] == []


def test_an_unknown_reason_is_printed_as_it_is_and_literally() -> None:
    view = full_view(missing=(Missing(what="#strange", reason="net::ERR_*x*"),))

    assert "#strangenet::ERR_*x*" in text(render_pdf(view, Language.VI))


@BOTH
def test_times_stand_in_utc_and_in_utc_plus_7(language: Language) -> None:
    printed = text(pdf_of(full_view(), language))

    assert ("2026-11-2208:15:30" in printed, "22/11/202615:15:30" in printed) == (True, True)


@BOTH
def test_what_stays_in_the_vault_is_not_printed(language: Language) -> None:
    printed = text(pdf_of(full_view(), language))

    assert [
        canary
        for canary in (
            "CANARY-CASE-TITLE",
            "CANARY-NOTICE-BODY",
            "CANARY-NOTICE-SUBJECT",
            "CANARY-REPLY",
            "toshowmylawyer",
        )
        if canary in printed
    ] == []


@BOTH
def test_the_reporters_own_account_is_masked_wherever_words_are_printed(
    language: Language,
) -> None:
    name = "Nguyễn Vĩ Canary"
    view = full_view(
        own_account=own_account(),
        sightings=(sighting(1, text=f"Tôi là {name}", seen_by=name, seen_on="@canary_reporter"),),
        captures=(replace(capture(), title=f"{name} – 7771234567"),),
        events=(
            event(2, EventKind.ATTEMPT, "", Field(name="act", value=name, is_sensitive=False)),
        ),
        missing=(Missing(what="canary_reporter", reason=name),),
    )
    printed = text(pdf_of(view, language))

    assert (
        [one for one in (squeezed(name), "canary_reporter", "7771234567") if one in printed],
        printed.count(MASKED) >= 7,
    ) == ([], True)


@BOTH
def test_no_avoided_word_is_among_the_reports_words(language: Language) -> None:
    terms = tomllib.loads(files("benban.catalogue").joinpath("terms.toml").read_text("utf-8"))
    avoided = [
        word.strip("\\b")
        for entry in terms["avoid"]
        if entry["language"] == language.value and not entry.get("is_for_minors_only")
        for word in entry["words"]
    ]
    ours = [
        (one, say(language, one, **dict.fromkeys(_places(language, one), "x")))
        for one in message_ids(language)
        if one.startswith(("dossier.", "BB-7"))
    ]

    assert [
        (one, word)
        for (one, said), word in itertools.product(ours, avoided)
        if re.search(rf"(?<!\w)(?:{word})(?!\w)", said.lower())
    ] == []


def _places(language: Language, message: str) -> list[str]:
    from string import Formatter

    from benban.wording.messages import _catalogue

    raw = _catalogue(language)[message]
    return [name for _, name, _, _ in Formatter().parse(raw) if name]


def test_a_disclosure_is_printed_on_the_first_page() -> None:
    view = replace(
        authority_view("age1x"),
        disclosure=Disclosure(
            recipient="Văn phòng A", purpose="Mục đích B", legal_basis="Căn cứ C", recipient_key="k"
        ),
    )
    first = pages(render_pdf(view, Language.VI))[0]

    assert ["VănphòngA" in first, "MụcđíchB" in first, "CăncứC" in first] == [True] * 3


def test_a_complete_comparison_without_entries_is_still_a_section() -> None:
    view = full_view(comparison=ComparisonSection(entries=()))

    assert squeezed("No near-duplicate pair") in text(render_pdf(view, Language.EN))


@settings(max_examples=25)
@given(st.text(max_size=80))
def test_any_text_can_be_set(untrusted: str) -> None:
    view = replace(
        empty_view(),
        sightings=(sighting(1, text=untrusted, seen_on=untrusted, seen_by=untrusted),),
        missing=(Missing(what=untrusted, reason=untrusted),),
    )

    assert facts(render_pdf(view, Language.VI)).conformance == "A"


def test_an_undone_step_stands_once_among_what_is_missing() -> None:
    twice = replace(capture(), missing=(Missing(what="mhtml", reason="snapshot-too-large"),))
    once = replace(capture(), missing=())

    assert text(render_pdf(replace(empty_view(), captures=(twice,)), Language.EN)) == text(
        render_pdf(replace(empty_view(), captures=(once,)), Language.EN)
    )


def test_made_at_is_the_date_inside_the_file() -> None:
    later = replace(full_view(), made_at=MADE_AT.replace(year=2027))

    assert b"D:2027" in render_pdf(later, Language.EN)
