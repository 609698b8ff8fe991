"""
A small case, made by the product's own functions, and the dossier that is kept of it.

``python -m tests.path.small_case vectors/dossiers/VERSION`` makes the kept dossier of a version
that is about to be released; one that was released is never made again.
"""

import io
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benban.casework.add_files import add_files
from benban.casework.compare_case import compare_case
from benban.casework.conclude import DossierRequest, conclude
from benban.casework.fingerprints import find_case_copies, fingerprint_exhibits
from benban.casework.make_plan import make_plan
from benban.casework.originals import GivenFile, add_originals, declare_originals
from benban.casework.preserve import preserve_address
from benban.casework.receipts import give_receipt
from benban.casework.stamp import stamp_case
from benban.casework.take_in import SightingReport, take_in
from benban.dossier.view import Audience, Edition, OwnAccount
from benban.model.case import Capacity, Case
from benban.model.exhibit import Exhibit
from benban.model.ids import ExhibitId, new_case_id
from benban.model.sighting import AgeAnswers, Answer, Sighting, SightingKind
from benban.outside.fence import Fence
from benban.outside.platforms import ThisPlatform
from benban.remedies import packaged_catalogue, parse_address
from benban.seal.receipt import receipt_text
from benban.testing.browser import FakeBrowser, page_of
from benban.testing.clock import FakeClock
from benban.testing.pictures import Subject, draw_example, encode_jpeg, make_fake
from benban.testing.tsa import FakeTsa
from benban.vault import CaseStore, KdfCost, Vault
from benban.wiring_case import opened_fence
from benban.wording import Language
from tests.verifier.kept import results, verified

NOW = datetime(2026, 11, 22, 8, 15, tzinfo=UTC)
ADULT = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)
DECLARATION = "Những ảnh này chụp đúng người của hồ sơ này."
PLACE = "https://vi-du.example/kenh/5?token=chia-khoa-bi-mat"
OTHER_PLACE = "https://noi-khac.example/kin/9"
AUTHORITIES = ("vi-du-1", "vi-du-2")


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalAuthority:
    """A time-stamping authority in this process."""

    id: str
    tsa: FakeTsa

    @property
    def roots(self) -> tuple[bytes, ...]:
        return (self.tsa.root_der,)

    def stamp(self, request: bytes) -> bytes:
        return self.tsa.answer(request)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallCase:
    """
    A case of two places; of the second one nothing is chosen by those who choose.

    Attributes:
        first, second: the exhibits of either place.
    """

    store: CaseStore
    clock: FakeClock
    authorities: tuple[LocalAuthority, ...]
    first: tuple[Exhibit, ...]
    second: tuple[Exhibit, ...]
    photos: tuple[bytes, ...] = field(repr=False)

    def receipt(self) -> bytes:
        """Give a receipt of the log as it is now."""
        return receipt_text(give_receipt(self.store, self.clock)).encode()

    def dossier(
        self, *exhibits: ExhibitId, own: tuple[str, ...] = (), with_comparison: bool = True
    ) -> bytes:
        """Conclude a reading edition of the chosen exhibits, or of all."""
        out = io.BytesIO()
        request = DossierRequest(
            edition=Edition.READING,
            languages=(Language.VI, Language.EN),
            exhibits=exhibits,
            own_account=OwnAccount(names=own, handles=own),
            with_comparison=with_comparison,
            audience=Audience.LAWYER,
        )
        conclude(self.store, request, self.authorities, out_file=out, clock=self.clock)
        return out.getvalue()


@contextmanager
def small_case(folder: Path) -> Iterator[SmallCase]:
    """Give a case with everything in it; *folder* does not exist yet."""
    clock = FakeClock(NOW, tick_s=1.0)
    vault, _ = Vault.create(
        folder,
        passphrase="bốn từ dễ nhớ",
        cost=KdfCost.cheap_for_tests(),
        clock=clock,
        platform=ThisPlatform(),
        ballast_bytes=0,
    )
    case = Case(
        id=new_case_id(),
        title="tieu-de-rieng",
        language=Language.VI,
        capacity=Capacity.SELF,
        opened_at=NOW,
        is_demonstration=True,
    )
    authorities = tuple(
        LocalAuthority(id=name, tsa=FakeTsa(clock=clock, name=name)) for name in AUTHORITIES
    )
    with vault, opened_fence() as fence, vault.create_case(case) as store:
        scene = draw_example(Subject.STATUE, seed=5, width_px=384, height_px=288)
        other = draw_example(Subject.CAT, seed=6, width_px=384, height_px=288)
        photos = (encode_jpeg(scene), encode_jpeg(other))
        place = _reported(store, clock, PLACE, "Tôi thấy lúc tối.")
        _visited(store, clock, place)
        _kept(store, clock, place, make_fake(scene, seed=5).jpeg, "anh-thu-nhat.jpg")
        elsewhere = _reported(store, clock, OTHER_PLACE, "lời kể riêng của nơi thứ hai")
        _kept(store, clock, elsewhere, make_fake(other, seed=6).jpeg, "ten-tep-bi-mat.jpg")
        _measured(store, fence, clock, photos)
        for sighting in store.all(Sighting):
            make_plan(store, sighting, packaged_catalogue(), clock)
        stamp_case(store, authorities)
        kept = store.all(Exhibit)
        yield SmallCase(
            store=store,
            clock=clock,
            authorities=authorities,
            first=tuple(one for one in kept if one.sighting_id == place.id),
            second=tuple(one for one in kept if one.sighting_id == elsewhere.id),
            photos=photos,
        )


def keep(folder: Path) -> None:
    """Make the dossier, its receipt, its roots and what is expected of them in *folder*."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as temporary, small_case(Path(temporary) / "kho") as case:
        receipt = case.receipt()
        (folder / "receipt.txt").write_bytes(receipt)
        (folder / "dossier.zip").write_bytes(case.dossier())
        roots = tuple(one.tsa.root_pem for one in case.authorities)
        for authority, root in zip(case.authorities, roots, strict=True):
            (folder / f"root-{authority.id}.pem").write_bytes(root)
    dossier = folder / "dossier.zip"
    expected = {
        "with_receipt_and_roots": results(verified(dossier, receipt, roots)),
        "with_nothing": results(verified(dossier, None, ())),
    }
    text = json.dumps(expected, ensure_ascii=False, indent=1)
    (folder / "expected.json").write_text(f"{text}\n", encoding="utf-8")


def _reported(store: CaseStore, clock: FakeClock, address: str, text: str) -> Sighting:
    report = SightingReport(
        address=parse_address(address, packaged_catalogue()),
        kind=SightingKind.PUBLISHED,
        answers=ADULT,
        text=text,
    )
    return take_in(store, report, clock).sighting


def _visited(store: CaseStore, clock: FakeClock, sighting: Sighting) -> None:
    html = "<title>Trang ví dụ</title><p>Chữ trên trang</p>"
    browser = FakeBrowser(page_of(PLACE, html))
    preserve_address(store, sighting, browser, clock=clock, choose_media=lambda _addresses: ())


def _kept(store: CaseStore, clock: FakeClock, sighting: Sighting, data: bytes, name: str) -> None:
    add_files(store, sighting, [GivenFile(stream=io.BytesIO(data), name=name)], clock)


def _measured(store: CaseStore, fence: Fence, clock: FakeClock, photos: tuple[bytes, ...]) -> None:
    declare_originals(store, DECLARATION, DECLARATION)
    given = [
        GivenFile(stream=io.BytesIO(photo), name=f"anh-rieng-{number}.jpg")
        for number, photo in enumerate(photos, 1)
    ]
    add_originals(store, given, fence, clock, is_in_other_case=lambda _digest: False)
    fingerprint_exhibits(store, fence)
    find_case_copies(store)
    compare_case(store, fence, clock)


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
