"""From what is kept to a dossier in hand that the verifier accepts."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page

from benban.casework.add_files import add_files
from benban.casework.originals import GivenFile, add_originals, declare_originals
from benban.casework.view import ViewRequest, build_view
from benban.desk.jobs import JobState
from benban.desk.routes.dossier import Verified
from benban.dossier.rates import measured_library, measured_rates
from benban.dossier.report import render_pdf
from benban.dossier.view import Edition, OwnAccount
from benban.model.custody import EventKind
from benban.model.finding import CommonOrigin
from benban.model.sighting import Sighting
from benban.outside.verifier import verifier_report
from benban.testing.pictures import Subject, draw_example, encode_jpeg, make_fake
from benban.wiring_case import opened_fence
from benban.wording import Language, say
from tests.desk.rig import PASSPHRASE, Running
from tests.unit.dossier.reading import text as pdf_text
from tests.verifier.kept import verified

SENTENCE = "Những ảnh này chụp đúng người của hồ sơ này."
# Words of a table that go on in a second line.
_BROKEN = """() => [...document.querySelectorAll("main th, main td")].flatMap((cell) =>
  [...cell.firstChild.data.matchAll(/[^\\s-]+/g)].filter((word) => {
    const range = document.createRange();
    range.setStart(cell.firstChild, word.index);
    range.setEnd(cell.firstChild, word.index + word[0].length);
    return range.getClientRects().length > 1;
  }).map((word) => word[0]))"""
READING = {"for": "lawyer", "which": "all", "languages": "en", "stamp": "no"}


def _with_pictures(desk: Running) -> str:
    """Open a case with a drawn fake and the drawing it was made from."""
    case = desk.begin()
    scene = draw_example(next(iter(Subject)), seed=7, width_px=640, height_px=480)
    with desk.desk.case(case.removeprefix("/c/")) as store, opened_fence() as fence:
        (one,) = store.all(Sighting)
        fake = GivenFile(stream=io.BytesIO(make_fake(scene, seed=7).jpeg), name="a.jpg")
        add_files(store, one, [fake], desk.desk.clock)
        declare_originals(store, SENTENCE, SENTENCE)
        photo = GivenFile(stream=io.BytesIO(encode_jpeg(scene)), name="b.jpg")
        add_originals(store, [photo], fence, desk.desk.clock, is_in_other_case=lambda _d: False)
    return case


def test_a_person_compares_and_takes_a_dossier_that_the_verifier_accepts(
    phone: Page, closed_desk: Running, tmp_path: Path
) -> None:
    closed_desk.enter()
    case = _with_pictures(closed_desk)
    origin = closed_desk.place.origin
    phone.goto(f"{origin}{case}/compare")
    phone.click("text=Compare >> nth=-1")
    phone.click("text=See what came of it", timeout=90_000)
    assert "come from the same shot" in phone.inner_text("main")
    # Her photo by the name she knows it by.
    assert ("b.jpg" in phone.inner_text("main"), "org-" in phone.inner_text("main")) == (
        True,
        False,
    )
    assert phone.locator("main img").count() == 0
    phone.goto(f"{origin}{case}/dossier")
    assert phone.locator("main input:checked").count() == 0
    for name, value in (READING | {"comparison": "yes"}).items():
        phone.check(f"input[name={name}][value={value}]")
    phone.fill("input[name=folder]", str(tmp_path))
    phone.click("text=Look before it is made")
    assert list(tmp_path.glob("*.zip")) == []
    phone.click("text=Make the dossier")
    phone.click("text=See what came of it", timeout=90_000)

    (written,) = tmp_path.glob("tai-lieu-*.zip")
    assert written.name in phone.inner_text("main")
    phone.click("text=A receipt to compare with")
    phone.click("text=Show the receipt")
    report = verified(written, phone.inner_text("pre").encode(), ())
    assert [one.name for one in report.checks if one.result.value == "FAIL"] == []
    assert report.key_id != ""


def test_the_page_of_a_comparison_prints_the_rates_that_a_dossier_prints(desk: Running) -> None:
    case = _with_pictures(desk)
    before = desk.text(f"{case}/compare")
    desk.post(f"{case}/compare")
    desk.wait_for_jobs()

    said = desk.text(f"{case}/compare")

    with desk.desk.case(case.removeprefix("/c/")) as store:
        view = build_view(
            store,
            ViewRequest(
                dossier_id="d",
                edition=Edition.READING,
                languages=(Language.EN,),
                exhibits=(),
                disclosure=None,
                with_comparison=True,
                own_account=OwnAccount(),
            ),
            desk.desk.clock,
        )
    printed = "".join(pdf_text(render_pdf(view, Language.EN)).split())
    rates = measured_rates()
    for one in rates:
        part, whole = (f"{count:,}" for count in (one.tier_a_wrong, one.different_pairs))
        wrong = say(Language.EN, "dossier.rate.of", part=part, whole=whole)
        assert (wrong in said, "".join(wrong.split()) in printed) == (True, True)
    # Rates of other thresholds than those that decide are not printed, and that is said.
    expected = say(Language.EN, "dossier.rates.no-lr" if rates else "dossier.rates.none")
    assert (expected in said, expected in before) == (True, False)


def _wishes(folder: Path, **more: str) -> dict[str, str]:
    return READING | {"comparison": "no", "folder": str(folder)} | more


def test_the_pages_are_seen_before_anything_is_sealed_or_written(
    desk: Running, tmp_path: Path
) -> None:
    case = _with_pictures(desk)
    with desk.desk.case(case.removeprefix("/c/")) as store:
        before = store.entry_count

    path = desk.post(f"{case}/dossier/pages", **_wishes(tmp_path)).headers["location"]
    page = desk.get(path).text
    (picture,) = re.findall(r'src="(/look/[^"]+)"', page)
    assert f'<a href="{picture}">' in page
    assert desk.get(picture).content == desk.get(picture).content
    png = desk.get(picture)

    assert (png.headers["content-type"], png.content[:4]) == ("image/png", b"\x89PNG")
    assert "?page=2" in page
    assert 'name="for" value="lawyer"' in page
    with desk.desk.case(case.removeprefix("/c/")) as store:
        assert store.entry_count == before
    assert list(tmp_path.glob("*.zip")) == []


def test_pages_drawn_are_gone_with_the_keys(desk: Running, tmp_path: Path) -> None:
    case = _with_pictures(desk)
    path = desk.post(f"{case}/dossier/pages", **_wishes(tmp_path)).headers["location"]
    (picture,) = re.findall(r'src="(/look/[^"]+)"', desk.get(path).text)

    desk.client.post("/lock")
    desk.post("/unlock", passphrase=PASSPHRASE)

    assert desk.get(picture).status_code == 404
    assert desk.get(path).headers["location"] == f"{case}/dossier"


def _made(desk: Running, case: str, folder: Path) -> str:
    job = desk.post(f"{case}/dossier/make", **_wishes(folder)).headers["location"]
    desk.wait_for_jobs()
    return desk.desk.jobs.get(job.removeprefix("/jobs/")).after


def test_what_was_made_is_checked_by_the_verifier_and_its_checks_stand_in_words(
    desk: Running, tmp_path: Path
) -> None:
    case = _with_pictures(desk)

    said = desk.text(_made(desk, case, tmp_path))

    assert ("Passed :" in said, "Not done :" in said, "Failed :" in said) == (True, True, False)
    assert "Nothing failed." in said
    assert "BB-" not in said


def test_who_made_it_is_left_to_whoever_gets_the_file(desk: Running, tmp_path: Path) -> None:
    case = _with_pictures(desk)

    path = _made(desk, case, tmp_path)
    checked = desk.desk.outcomes.get(Verified, path.partition("?checked=")[2])

    assert checked is not None
    assert checked.report is not None
    signer = [one.result for one in checked.report.checks if one.title == "who made it"]
    assert signer == ["NOT_DONE"]
    said = desk.text(path)
    assert "is the one you got another way" not in said
    assert "compares the key below" in said


def test_a_file_that_was_changed_on_its_way_to_the_disk_is_said_to_fail(
    desk: Running, tmp_path: Path
) -> None:
    case = _with_pictures(desk)
    _made(desk, case, tmp_path)
    (written,) = tmp_path.glob("*.zip")
    content = bytearray(written.read_bytes())
    content[len(content) // 2] ^= 1
    written.write_bytes(content)

    report = verifier_report(written, language="en")
    number = desk.desk.outcomes.keep(
        Verified(case_id=case.removeprefix("/c/"), name=written.name, report=report)
    )
    page = desk.get(f"{case}/dossier/done/{written.name}?checked={number}").text

    assert report.exit_code in {1, 3}
    assert 'class="problem"' in page
    assert "Failed" in page


@pytest.mark.parametrize("language", list(Language), ids=lambda one: one.value)
def test_a_comparison_says_its_method_and_tiers_in_words_and_breaks_none_of_them(
    phone: Page, closed_desk: Running, language: Language
) -> None:
    closed_desk.enter()
    case = _with_pictures(closed_desk)
    closed_desk.post(f"{case}/compare")
    closed_desk.wait_for_jobs()
    closed_desk.post("/language", language=language.value, back="/")

    phone.goto(f"{closed_desk.place.origin}{case}/compare")

    said = " ".join(phone.inner_text("main").split())
    assert say(language, "desk.compare.method", library=measured_library()) in said
    assert "thresholds.toml" not in said
    assert say(language, "desk.compare.tiers") in said
    assert phone.evaluate(_BROKEN) == []


def test_the_covered_pair_and_the_map_are_seen_after_they_were_asked_for(
    phone: Page, closed_desk: Running
) -> None:
    closed_desk.enter()
    case = _with_pictures(closed_desk)
    closed_desk.post(f"{case}/compare")
    closed_desk.wait_for_jobs()
    phone.goto(f"{closed_desk.place.origin}{case}/compare")

    phone.click("text=Show the covered pair and the map")

    phone.wait_for_selector("main img")
    sizes = phone.locator("main img").evaluate_all(
        "all => Promise.all(all.map((one) => one.decode().then(() => one.naturalWidth)))"
    )
    assert (len(sizes), min(sizes) > 100) == (5, True)
    assert "What this does not show" in phone.inner_text("main")
    with closed_desk.desk.case(case.removeprefix("/c/")) as store:
        (finding,) = store.all(CommonOrigin)
        last = store.events()[-1]
        kinds = ("overlay", "map", "links", "patches")
        stored = [store.get_derived(finding.id, kind) for kind in ("veiled", *kinds)]
    assert (last.kind, last.subject) == (EventKind.SHOWN_VEILED, finding.exhibit_id)
    number = phone.url.rpartition("/")[2]
    seen = [f"/look/{number}", *(f"/look/{number}/{kind}" for kind in kinds)]
    assert [closed_desk.get(path).content for path in seen] == stored
    assert closed_desk.get(f"/look/{number}/original").status_code == 404


def test_a_finding_of_no_correspondence_says_that_this_does_not_mean_it_is_real(
    desk: Running,
) -> None:
    case = desk.begin()
    subjects = list(Subject)
    with desk.desk.case(case.removeprefix("/c/")) as store, opened_fence() as fence:
        (one,) = store.all(Sighting)
        other = draw_example(subjects[1], seed=3, width_px=640, height_px=480)
        mine = draw_example(subjects[0], seed=7, width_px=640, height_px=480)
        fake = GivenFile(stream=io.BytesIO(encode_jpeg(other)), name="a.jpg")
        add_files(store, one, [fake], desk.desk.clock)
        declare_originals(store, SENTENCE, SENTENCE)
        photo = GivenFile(stream=io.BytesIO(encode_jpeg(mine)), name="b.jpg")
        add_originals(store, [photo], fence, desk.desk.clock, is_in_other_case=lambda _d: False)
    desk.post(f"{case}/compare")
    desk.wait_for_jobs()

    said = desk.text(f"{case}/compare")

    assert "This does not mean the picture is real." in said
    with desk.desk.case(case.removeprefix("/c/")) as store:
        assert [finding.tier.value for finding in store.all(CommonOrigin)] in (["0"], ["C"])


def test_looking_before_it_is_made_writes_and_logs_nothing(desk: Running, tmp_path: Path) -> None:
    case = _with_pictures(desk)
    with desk.desk.case(case.removeprefix("/c/")) as store:
        before = len(store.leaves())

        answer = desk.post(f"{case}/dossier/preview", **READING, folder=str(tmp_path))

        assert ("Names and accounts of others, as they were seen" in answer.text) is True
        assert (len(store.leaves()), list(tmp_path.glob("*.zip"))) == (before, [])


@pytest.mark.parametrize(
    "lacking", ["for", "which", "languages", "folder"], ids=lambda name: f"without {name}"
)
def test_nothing_is_chosen_for_the_person(desk: Running, tmp_path: Path, lacking: str) -> None:
    case = _with_pictures(desk)
    fields = READING | {"folder": str(tmp_path)}
    del fields[lacking]

    answer = desk.post(f"{case}/dossier/preview", **fields)

    assert (answer.status_code, "BB-014" in answer.text) == (400, True)


def test_only_what_was_chosen_goes_in(desk: Running, tmp_path: Path) -> None:
    case = _with_pictures(desk)
    fields = READING | {"which": "some", "folder": str(tmp_path)}

    answer = desk.post(f"{case}/dossier/make", **fields)

    assert (answer.status_code, list(tmp_path.glob("*.zip"))) == (400, [])


def test_a_dossier_is_never_written_into_the_vault(desk: Running) -> None:
    case = _with_pictures(desk)

    answer = desk.post(f"{case}/dossier/make", **READING, folder=str(desk.desk.folder / "tmp"))

    assert (answer.status_code, "BB-004" in answer.text) == (400, True)


def test_a_folder_that_is_none_ends_the_job_in_words(desk: Running, tmp_path: Path) -> None:
    case = _with_pictures(desk)
    location = desk.post(
        f"{case}/dossier/make", **READING, folder=str(tmp_path / "khong-co")
    ).headers["location"]
    desk.wait_for_jobs()

    job = desk.desk.jobs.get(location.removeprefix("/jobs/"))
    assert (job.state, "BB-004" in desk.get(location).text) == (JobState.FAILED, True)


def test_a_reading_edition_without_others_holds_no_account(desk: Running, tmp_path: Path) -> None:
    case = _with_pictures(desk)
    desk.post(f"{case}/dossier/make", **(READING | {"for": "support"}), folder=str(tmp_path))
    desk.wait_for_jobs()

    (written,) = tmp_path.glob("*.zip")
    assert zipfile.is_zipfile(written)
    with desk.desk.case(case.removeprefix("/c/")) as store:
        assert EventKind.DOSSIER_SEALED in {one.kind for one in store.events()}
