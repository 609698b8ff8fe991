"""The main job on the example: posted, kept, retracted, re-uploaded, compared, concluded."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from benban.casework.add_files import add_files
from benban.casework.compare_case import CaseComparison, compare_case
from benban.casework.conclude import Concluded, DossierRequest, conclude
from benban.casework.fingerprints import find_case_copies, fingerprint_exhibits
from benban.casework.letters import LetterWishes, letter_pdf, write_case_letter
from benban.casework.make_plan import make_plan
from benban.casework.notify import draft_for_step
from benban.casework.originals import (
    GivenFile,
    add_originals,
    declare_originals,
    in_other_cases,
)
from benban.casework.preserve import preserve_address
from benban.casework.receipts import give_receipt
from benban.casework.stamp import Authority, Stamped, stamp_case
from benban.casework.take_in import SightingReport, take_in
from benban.cli.demo.example import Example, make_example, mask_agreement
from benban.cli.demo.stages import Stages
from benban.cli.files import new_file, write_new
from benban.cli.words import Words
from benban.dossier.view import Audience, Edition
from benban.fingerprint.ports import Decoder
from benban.model.case import Capacity, Case
from benban.model.catalogue import Catalogue
from benban.model.clock import Clock
from benban.model.exhibit import Capture
from benban.model.finding import CommonOrigin, CopyMatch
from benban.model.ids import new_case_id
from benban.model.remedy import Notice, Plan
from benban.model.sighting import AgeAnswers, Answer, Sighting, SightingKind
from benban.notices.draft import NoticeAnswers
from benban.notices.letter import Recipient, Wish
from benban.outside.verifier import VerifierAnswer, ask_verifier
from benban.remedies.address import parse_address
from benban.seal.receipt import receipt_text
from benban.testing.platform import PlatformSimulator
from benban.wiring_case import CaseStore, Vault, opened_browser
from benban.wording import Language

# Everybody in the example is made of stone, and older than eighteen.
_ANSWERS = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)
STAGES = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """
    What the demonstration works with.

    Attributes:
        folder: where its dossier, receipt, letter and roots go.
        authorities: time-stamping authorities on loopback.
        root_files: their root certificates, for the verifier.
    """

    words: Words
    folder: Path
    clock: Clock
    catalogue: Catalogue
    decoder: Decoder
    authorities: Sequence[Authority]
    root_files: Sequence[Path]


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What the demonstration found, filled stage by stage."""

    case: str = ""
    exhibit_ids: list[str] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    copies: tuple[CopyMatch, ...] = ()
    comparison: CaseComparison | None = None
    agreement: dict[str, float] = field(default_factory=dict)
    plans: list[Plan] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    stamped: Stamped | None = None
    concluded: Concluded | None = None
    dossier: Path = Path()
    receipt: Path = Path()
    letter: Path = Path()
    verified: VerifierAnswer | None = None
    unanchored: VerifierAnswer | None = None


class Story:
    """Runs the stages in order over one new case of a new vault."""

    def __init__(self, equipment: Equipment, vault: Vault, stages: Stages) -> None:
        """Work in *vault* and report to *stages*."""
        self._with = equipment
        self._vault = vault
        self._stages = stages
        self._outcome = Outcome()

    def run(self, site: PlatformSimulator) -> Outcome:
        """Return what was found, after the last stage."""
        with self._stages.stage("draw"):
            example = make_example()
        with self._stages.stage("case"):
            store = self._open_case()
        try:
            self._capture_stages(store, site, example)
            self._compare_stages(store, example)
            self._remedy_stages(store)
            self._conclude_stages(store)
        finally:
            store.close()
        with self._stages.stage("verify"):
            self._verify()
        return self._outcome

    def _open_case(self) -> CaseStore:
        case = Case(
            id=new_case_id(),
            title=self._with.words("cli.demo.title"),
            language=self._with.words.language,
            capacity=Capacity.SELF,
            opened_at=self._with.clock.now(),
            is_demonstration=True,
        )
        self._outcome.case = case.id
        return self._vault.create_case(case)

    # --- keep -----------------------------------------------------------------------------

    def _capture_stages(self, store: CaseStore, site: PlatformSimulator, example: Example) -> None:
        with self._stages.stage("capture"):
            posted = site.post(example.fake.jpeg, "Chỉ một đô la")
            sighting = self._report(store, posted.page_address)
            self._visit(store, sighting, site)
        with self._stages.stage("retracted"):
            site.retract(posted.number)
            self._visit(store, sighting, site)
        with self._stages.stage("reuploads"):
            again = site.reupload(example.compressed_again, "đăng lại")
            self._visit(store, self._report(store, again.page_address), site)
            shot = site.reupload(example.screenshot, "chụp màn hình")
            self._visit(store, self._report(store, shot.page_address), site)
        with self._stages.stage("file"):
            file = GivenFile(stream=BytesIO(example.screenshot), name="IMG_0001.jpg")
            add_files(store, sighting, [file], self._with.clock)

    def _report(self, store: CaseStore, address: str) -> Sighting:
        report = SightingReport(
            address=parse_address(address, self._with.catalogue, allow_loopback=True),
            kind=SightingKind.PUBLISHED,
            answers=_ANSWERS,
            text=self._with.words("cli.demo.words-of-the-person"),
        )
        return take_in(store, report, self._with.clock).sighting

    def _visit(self, store: CaseStore, sighting: Sighting, site: PlatformSimulator) -> None:
        with opened_browser(self._vault, allowed=((site.host, site.port),)) as browser:
            capture = preserve_address(
                store,
                sighting,
                browser,
                clock=self._with.clock,
                choose_media=lambda _addresses: (),
            )
        self._outcome.captures.append(capture)

    # --- compare --------------------------------------------------------------------------

    def _compare_stages(self, store: CaseStore, example: Example) -> None:
        with self._stages.stage("originals"):
            sentence = self._with.words("cli.original.declaration")
            declare_originals(store, sentence, sentence)
            photos = [
                GivenFile(stream=BytesIO(example.another), name="DSC_0007.jpg"),
                GivenFile(stream=BytesIO(example.original), name="DSC_0042.jpg"),
            ]
            add_originals(
                store,
                photos,
                self._with.decoder,
                self._with.clock,
                is_in_other_case=in_other_cases(self._vault, store),
            )
        with self._stages.stage("fingerprints"):
            fingerprint_exhibits(store, self._with.decoder)
            self._outcome.copies = find_case_copies(store)
        with self._stages.stage("compare"):
            comparison = compare_case(store, self._with.decoder, self._with.clock)
            self._outcome.comparison = comparison
        self._measure(store, comparison, example)

    def _measure(self, store: CaseStore, comparison: CaseComparison, example: Example) -> None:
        """Hold the change map of the posted fake against the true mask."""
        for run in comparison.runs:
            finding: CommonOrigin = run.finding
            with store.open_exhibit(finding.exhibit_id) as stream:
                is_posted = stream.read() == example.fake.jpeg
            if is_posted and finding.change_map is not None:
                agreement = mask_agreement(finding.change_map, example.fake.changed)
                self._outcome.agreement[finding.exhibit_id] = agreement

    # --- help -----------------------------------------------------------------------------

    def _remedy_stages(self, store: CaseStore) -> None:
        with self._stages.stage("plan"):
            for sighting in store.all(Sighting):
                plan = make_plan(store, sighting, self._with.catalogue, self._with.clock)
                self._outcome.plans.append(plan)
                self._draft(store, sighting, plan)
            self._write_letter(store)

    def _draft(self, store: CaseStore, sighting: Sighting, plan: Plan) -> None:
        step = next((one for one in plan.steps if one.notice_form), None)
        if step is None:
            return
        for language in Language:
            notice = draft_for_step(
                store,
                sighting,
                step.id,
                answers=NoticeAnswers(is_intimate=Answer.YES, is_speech=Answer.NO),
                language=language,
                catalogue=self._with.catalogue,
                clock=self._with.clock,
            )
            self._outcome.notices.append(notice)

    def _write_letter(self, store: CaseStore) -> None:
        chosen = LetterWishes(
            recipient=Recipient.WORK,
            wishes=(Wish.DO_NOT_SEARCH, Wish.DO_NOT_SHARE),
            says_altered=True,
        )
        letter = write_case_letter(store, chosen, self._with.words.language, self._with.clock)
        self._outcome.letter = self._with.folder / "thu.pdf"
        write_new(self._outcome.letter, letter_pdf(letter, store.case, self._with.clock))

    # --- conclude -------------------------------------------------------------------------

    def _conclude_stages(self, store: CaseStore) -> None:
        with self._stages.stage("stamp"):
            self._outcome.stamped = stamp_case(store, self._with.authorities)
            receipt = give_receipt(store, self._with.clock)
            self._outcome.receipt = self._with.folder / "bien-nhan.txt"
            write_new(self._outcome.receipt, receipt_text(receipt).encode())
        with self._stages.stage("dossier"):
            self._outcome.dossier = self._with.folder / "tai-lieu.zip"
            first = self._with.words.language
            languages = (first, *(one for one in Language if one is not first))
            request = DossierRequest(
                edition=Edition.READING, languages=languages, audience=Audience.LAWYER
            )
            with new_file(self._outcome.dossier) as out_file:
                self._outcome.concluded = conclude(
                    store,
                    request,
                    self._with.authorities,
                    out_file=out_file,
                    clock=self._with.clock,
                )
            entries = self._outcome.captures
            self._outcome.exhibit_ids = [one for capture in entries for one in capture.exhibits]

    def _verify(self) -> None:
        dossier = [str(self._outcome.dossier), "--lang", self._with.words.language.value, "--json"]
        anchors = ["--receipt", str(self._outcome.receipt)]
        for root in self._with.root_files:
            anchors += ["--tsa-root", str(root)]
        self._outcome.verified = ask_verifier([*dossier, *anchors])
        self._outcome.unanchored = ask_verifier(dossier)


def checks_of(answer: VerifierAnswer | None) -> list[dict[str, Any]]:
    """Return the checks of the verifier's own JSON document."""
    if answer is None:
        return []
    checks: list[dict[str, Any]] = json.loads(answer.output)["checks"]
    return checks
