import json
import re
import zipfile
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from benban.cli.main import main
from benban.outside.verifier import ask_verifier
from benban.testing.pictures import canary_bytes
from benban.wording.messages import Language, say

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    code: int
    document: dict[str, Any]
    folder: Path

    @property
    def anchors(self) -> list[str]:
        roots = sorted(self.folder.glob("*-root.pem"))
        receipt = ["--receipt", self.document["receipt"]]
        return [*receipt, *(word for root in roots for word in ("--tsa-root", str(root)))]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo") / "out"
    # As typed: from the folder one stands in, with a name that is relative to it.
    with chdir(folder.parent), redirect_stdout(StringIO()) as printed:
        code = main(["demo", "--json", "--language", "vi", "--out", folder.name])
    return Demo(code=code, document=json.loads(printed.getvalue()), folder=folder)


def test_the_demonstration_ends_with_an_accepted_dossier(demo: Demo) -> None:
    results = {check["result"] for check in demo.document["verify"]["checks"]}

    assert (demo.code, demo.document["verify"]["exit_code"], results) == (0, 0, {"PASS"})


def test_without_anchors_signer_and_time_are_called_not_shown(demo: Demo) -> None:
    answer = demo.document["verify_without_anchors"]
    missing = {check["name"] for check in answer["checks"] if check["result"] == "NOT_DONE"}

    assert (answer["exit_code"], missing >= {"signer", "time"}) == (2, True)


def test_the_first_visit_kept_the_page_and_the_second_found_it_gone(demo: Demo) -> None:
    assert [capture["status"] for capture in demo.document["captures"]] == [200, 404, 200, 200]


def test_every_step_of_a_visit_says_what_became_of_it(demo: Demo) -> None:
    first = demo.document["captures"][0]

    assert ({step["outcome"] for step in first["steps"]}, first["missing"]) == ({"done"}, [])


def test_one_media_body_of_the_posted_page_was_kept(demo: Demo) -> None:
    kinds = [artefact["kind"] for artefact in demo.document["captures"][0]["artefacts"]]

    assert sorted(kinds) == ["dom-text", "media", "mhtml", "page-pdf", "screenshot", "wacz"]


def test_the_source_photo_is_found_and_the_changed_region_too(demo: Demo) -> None:
    source = demo.document["source"]

    assert (source["tier"], source["nfa_log10"] < -100, source["iou"] > 0.85) == ("A", True, True)


def test_the_re_upload_is_found_as_a_copy(demo: Demo) -> None:
    assert any(copy["bits"] <= 31 for copy in demo.document["copies"])


def test_the_plan_has_steps_and_police_is_not_the_first(demo: Demo) -> None:
    kinds = [step["kind"] for step in demo.document["plan"]["steps"]]

    assert (len(kinds) > 3, "police" in kinds, kinds[0] != "police") == (True, True, True)


def test_the_address_of_the_page_is_the_one_that_was_given(demo: Demo) -> None:
    address = demo.document["captures"][0]["final_address"]

    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/kenh_vi_du/\d+", address)


def test_every_page_of_every_report_says_demonstration(demo: Demo) -> None:
    with zipfile.ZipFile(demo.document["dossier"]) as bag:
        reports = [name for name in bag.namelist() if name.endswith(".pdf")]
        pages = [page for name in reports for page in _texts_of_pages(bag.read(name))]

    assert (len(reports), all("DEMONSTRATION" in page for page in pages)) == (2, True)


def _texts_of_pages(pdf: bytes) -> list[str]:
    import shutil
    import subprocess

    program = shutil.which("pdftotext")
    assert program is not None
    done = subprocess.run(
        [program, "-", "-"], input=pdf, capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode().rstrip("\f").split("\f")


def test_the_letter_has_no_image_and_no_link(demo: Demo) -> None:
    with pikepdf.open(demo.document["letter"]) as pdf:
        kinds = {
            str(thing.get("/Subtype"))
            for thing in pdf.objects
            if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream))
        }

    assert kinds & {"/Image", "/Link"} == set()


def test_no_picture_of_anybody_else_is_in_vault_or_dossier(demo: Demo) -> None:
    canaries = [canary_bytes(number) for number in range(40)]
    files = [path for path in demo.folder.rglob("*") if path.is_file()]

    found = {path.name for path in files for one in canaries if one in path.read_bytes()}

    assert found == set()


def test_the_reading_edition_holds_no_original_byte(demo: Demo) -> None:
    with zipfile.ZipFile(demo.document["dossier"]) as bag:
        members = {name: bag.read(name) for name in bag.namelist()}
    starts = (b"\xff\xd8\xff", b"RIFF", b"\x1f\x8b", b"PK\x03\x04", b"WARC/", b"ftyp")

    hits = {name for name, data in members.items() for start in starts if data.startswith(start)}

    assert hits == set()


@pytest.mark.parametrize(
    ("member", "check"),
    [
        ("data/report.vi.pdf", "payload manifest"),
        pytest.param("data/VERIFY.txt", "payload manifest", marks=pytest.mark.long),
        pytest.param("data/inventory.json", "payload manifest", marks=pytest.mark.long),
        ("manifest-sha256.txt", "tag manifest"),
        pytest.param("proofs.json", "tag manifest", marks=pytest.mark.long),
    ],
)
def test_one_changed_byte_is_named(demo: Demo, tmp_path: Path, member: str, check: str) -> None:
    changed = tmp_path / "changed.zip"
    changed.write_bytes(_with_flipped_byte(Path(demo.document["dossier"]), member))

    answer = ask_verifier([str(changed), "--json", "--lang", "en", *demo.anchors])

    failed = [one["name"] for one in json.loads(answer.output)["checks"] if one["result"] == "FAIL"]
    assert (answer.exit_code, check in failed) == (1, True)


@pytest.mark.parametrize(("readme", "language"), [("README.md", "en"), ("README.vi.md", "vi")])
def test_the_readme_shows_what_the_demonstration_prints(
    demo: Demo, readme: str, language: str
) -> None:
    shown = (ROOT / readme).read_text(encoding="utf-8").split("$ ./run demo")[1].split("```")[0]
    # Behind the command's own line and before the place of the dossier, which is new each time.
    pattern = "\n".join(map(re.escape, shown.splitlines()[1:-1]))
    printed = _printed(demo, Language(language))

    # Three dots stand for lines left out.
    assert re.fullmatch(pattern.replace(r"\ \ \.\.\.", r"(?: .*\n)*? .*"), printed), printed


def _printed(demo: Demo, language: Language) -> str:
    with_anchors, without = _checks(demo, language)
    plan = len(demo.document["plan"]["steps"])
    notices = len(demo.document["notices"])
    tiers = ", ".join(run["tier"] for run in demo.document["comparisons"])
    missing = ", ".join(one["title"] for one in without if one["result"] == "NOT_DONE")
    parts = sum(len(capture["artefacts"]) for capture in demo.document["captures"])
    copies = len(demo.document["copies"])
    lines = [
        say(language, "cli.demo.intro"),
        "",
        say(language, "cli.demo.kept", count=parts, copies=copies),
        say(language, "cli.demo.compared", tiers=tiers),
        say(language, "cli.demo.planned", steps=plan, notices=notices),
        "",
        *(f"  {one['result']:<9} {one['title']}" for one in with_anchors),
        "",
        say(language, "cli.demo.verified-with"),
        say(language, "cli.demo.verified-without", names=missing),
        "",
    ]
    return "\n".join(lines)


def _checks(demo: Demo, language: Language) -> list[list[dict[str, str]]]:
    """Return what the verifier says with anchors and without, in a language."""
    if language is Language.VI:
        # The demonstration spoke Vietnamese, and so did the verifier that it asked.
        return [demo.document[one]["checks"] for one in ("verify", "verify_without_anchors")]
    dossier = [demo.document["dossier"], "--json", "--lang", language.value]
    answers = [ask_verifier([*dossier, *anchors]) for anchors in (demo.anchors, [])]
    return [json.loads(answer.output)["checks"] for answer in answers]


def _with_flipped_byte(dossier: Path, member: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(dossier) as bag, zipfile.ZipFile(out, "w") as made:
        for entry in bag.infolist():
            data = bytearray(bag.read(entry))
            if entry.filename.endswith("/" + member):
                data[len(data) // 2] ^= 1
            made.writestr(entry, bytes(data))
    return out.getvalue()
