import base64
import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pyrage
import pytest
from benban_verify.anchors import Anchors
from benban_verify.tokens import installed_program
from benban_verify.verify import verify
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from benban.dossier.bag import write_dossier
from benban.dossier.view import DossierView, Edition, OwnAccount, Sealed, SealedOriginal
from benban.errors import NotForThisEditionError, SealMismatchError
from benban.model.exhibit import ExhibitKind, Missing
from benban.testing.clock import FakeClock
from benban.testing.tsa import FakeTsa
from benban.wording import Language
from tests.unit.dossier.example import (
    MADE_AT,
    authority_view,
    capture,
    drawing,
    empty_view,
    exhibit,
    full_view,
    own_account,
    sighting,
)
from tests.unit.dossier.fakelog import FakeLog, logged
from tests.unit.dossier.recursion import decoded

RECIPIENT = pyrage.x25519.Identity.generate()
CONTENT = {f"exh-{number:016x}": b"ORIGINAL-%d " % number * 5_000 for number in range(1, 11)}


def sealed_bag(view: DossierView, log: FakeLog) -> bytes:
    out = io.BytesIO()
    originals = _originals(view) if view.edition is Edition.AUTHORITY else ()
    write_dossier(view, out, originals=originals, seal_payload=log.seal)
    return out.getvalue()


def members(bag: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bag)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def real_bytes(view: DossierView) -> DossierView:
    """*view* with digests and sizes of contents that exist."""
    return replace(
        view,
        exhibits=tuple(
            replace(
                entry,
                exhibit=replace(
                    entry.exhibit,
                    size_bytes=len(CONTENT[entry.exhibit.id]),
                    sha256=replace(
                        entry.exhibit.sha256,
                        hex=hashlib.sha256(CONTENT[entry.exhibit.id]).hexdigest(),
                    ),
                    sha512=replace(
                        entry.exhibit.sha512,
                        hex=hashlib.sha512(CONTENT[entry.exhibit.id]).hexdigest(),
                    ),
                ),
            )
            for entry in view.exhibits
        ),
    )


def _originals(view: DossierView) -> tuple[SealedOriginal, ...]:
    return tuple(
        SealedOriginal(
            name=entry.exhibit.id,
            size_bytes=len(CONTENT[entry.exhibit.id]),
            open=lambda data=CONTENT[entry.exhibit.id]: io.BytesIO(data),  # type: ignore[misc]
        )
        for entry in view.exhibits
    )


@pytest.fixture(scope="module")
def reading() -> bytes:
    return sealed_bag(*logged(real_bytes(full_view())))


@pytest.fixture(scope="module")
def authority() -> bytes:
    return sealed_bag(*logged(real_bytes(authority_view(str(RECIPIENT.to_public())))))


def test_the_bag_holds_exactly_the_files_of_the_format(reading: bytes) -> None:
    assert sorted(members(reading)) == [
        "bag-info.txt",
        "bagit.txt",
        "checkpoint.note",
        "data/VERIFY.txt",
        "data/case.jsonld",
        "data/comparison/cmp-0000000000000001.png",
        "data/comparison/cmp-0000000000000002.png",
        "data/comparison/geometry.json",
        "data/custody.json",
        "data/inventory.json",
        "data/report.en.pdf",
        "data/report.vi.pdf",
        "data/texts/exh-0000000000000006.txt",
        "manifest-sha256.txt",
        "proofs.json",
        "tagmanifest-sha256.txt",
    ]


def test_an_independent_verifier_accepts_the_bag_with_key_and_root(tmp_path: Path) -> None:
    view, log = logged(real_bytes(full_view()))
    tsa = FakeTsa(clock=FakeClock(MADE_AT))
    log.authorities = (tsa, tsa)
    path = tmp_path / "tai-lieu.zip"
    path.write_bytes(sealed_bag(view, log))

    report = verify(
        path,
        anchors=Anchors(key_id=log.key_id, tsa_roots=(tsa.root_der,)),
        now=MADE_AT,
        program=installed_program(),
    )

    assert {check.name: check.result.value for check in report.checks} == {
        "structure": "PASS",
        "payload manifest": "PASS",
        "tag manifest": "PASS",
        "bag info": "PASS",
        "log": "PASS",
        "signature": "PASS",
        "records": "PASS",
        "manifest sealed": "PASS",
        "exhibits": "PASS",
        "custody": "PASS",
        "graph": "PASS",
        "signer": "PASS",
        "token demo-1": "PASS",
        "token demo-2": "PASS",
        "time": "PASS",
        "comparison": "NOT_DONE",
        "originals": "PASS",
    }


@pytest.mark.parametrize(
    "view",
    [
        empty_view(),
        authority_view(str(RECIPIENT.to_public())),
        full_view(own_account=own_account()),
    ],
    ids=["empty", "authority", "masked"],
)
def test_no_check_of_the_verifier_fails_for_any_kind_of_view(
    view: DossierView, tmp_path: Path
) -> None:
    made, log = logged(real_bytes(view))
    path = tmp_path / "tai-lieu.zip"
    path.write_bytes(sealed_bag(made, log))

    report = verify(path, anchors=Anchors(), now=MADE_AT, program=installed_program())

    assert [check for check in report.checks if check.result.value == "FAIL"] == []


def test_the_log_is_asked_once_with_the_digest_of_the_manifest() -> None:
    view, log = logged(real_bytes(full_view()))
    asked: list[str] = []

    def seal(manifest_sha256: str) -> Sealed:
        asked.append(manifest_sha256)
        return log.seal(manifest_sha256)

    out = io.BytesIO()
    write_dossier(view, out, seal_payload=seal)

    manifest = members(out.getvalue())["manifest-sha256.txt"]
    assert asked == [hashlib.sha256(manifest).hexdigest()]


def test_a_reading_edition_holds_no_picture_but_the_veiled_ones(reading: bytes) -> None:
    veiled = {_pixels(drawing("first")), _pixels(drawing("second"))}
    found = [(name, data) for name, data in decoded("bag", reading) if _is_picture(data)]
    embedded = [
        pixels
        for name, data in members(reading).items()
        if name.endswith(".pdf")
        for pixels in _images(data)
    ]

    assert (
        {_pixels(data) for _, data in found} <= veiled,
        len(found),
        set(embedded) <= veiled,
        len(embedded),
    ) == (True, 2, True, 4)


def test_a_reading_edition_holds_no_byte_of_an_original(reading: bytes) -> None:
    assert [name for name, data in decoded("bag", reading) if b"ORIGINAL-" in data] == []


def test_a_picture_inside_a_pages_text_does_not_reach_the_bag() -> None:
    jpeg = io.BytesIO()
    Image.effect_mandelbrot((64, 64), (-3, -2.5, 2, 2.5), 9).save(jpeg, "JPEG")
    link = f'<img src="data:image/jpeg;base64,{base64.b64encode(jpeg.getvalue()).decode()}">'
    base = replace(full_view(exhibits=6, comparison=None), languages=(Language.EN,))
    page = replace(base.exhibits[5], text=f"Chào {link} hết")
    view = real_bytes(replace(base, exhibits=(*base.exhibits[:5], page)))

    bag = sealed_bag(*logged(view))

    assert [name for name, data in decoded("bag", bag) if data.startswith(b"\xff\xd8")] == []


def test_the_recipient_of_an_authority_edition_opens_the_originals(authority: bytes) -> None:
    tar = pyrage.decrypt(members(authority)["data/originals.tar.age"], [RECIPIENT])
    inside = dict(decoded("tar", tar))

    assert {name.partition("!")[2]: data for name, data in inside.items() if "!" in name} == CONTENT


def test_nobody_else_reads_a_byte_of_the_originals(authority: bytes) -> None:
    assert [name for name, data in decoded("bag", authority) if b"ORIGINAL-" in data] == []


def test_the_same_view_and_log_answer_give_the_same_bag() -> None:
    view, log = logged(real_bytes(full_view()))
    first, second = io.BytesIO(), io.BytesIO()
    answers: list[Sealed] = []

    def seal(manifest_sha256: str) -> Sealed:
        answers.append(answers[0] if answers else log.seal(manifest_sha256))
        return answers[-1]

    write_dossier(view, first, seal_payload=seal)
    write_dossier(view, second, seal_payload=seal)

    assert first.getvalue() == second.getvalue()


def test_a_reading_edition_takes_no_originals() -> None:
    view, log = logged(real_bytes(full_view()))

    with pytest.raises(NotForThisEditionError):
        write_dossier(view, io.BytesIO(), originals=_originals(view), seal_payload=log.seal)


def test_a_stamp_over_another_checkpoint_is_refused() -> None:
    view, log = logged(real_bytes(full_view()))
    log.authorities = (FakeTsa(clock=FakeClock(MADE_AT)),)

    def seal(manifest_sha256: str) -> Sealed:
        sealed = log.seal(manifest_sha256)
        return replace(
            sealed, tokens=tuple(replace(one, checkpoint_size=1) for one in sealed.tokens)
        )

    with pytest.raises(SealMismatchError):
        write_dossier(view, io.BytesIO(), seal_payload=seal)


def test_names_inside_the_zip_tell_nothing(reading: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(reading)) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}

    assert tops == {"tai-lieu-6677"}


def test_what_stays_in_the_vault_is_in_no_file_of_the_bag(reading: bytes) -> None:
    canaries = (b"CANARY-CASE-TITLE", b"CANARY-NOTICE", b"CANARY-REPLY", b"HIDDEN-EXHIBIT")

    assert [
        (name, canary)
        for name, data in decoded("bag", reading)
        for canary in canaries
        if canary in data
    ] == []


Put = Callable[[DossierView, str], DossierView]


def _in_text(view: DossierView, words: str) -> DossierView:
    return replace(view, sightings=(replace(view.sightings[0], text=words),))


def _in_place(view: DossierView, words: str) -> DossierView:
    return replace(view, sightings=(replace(view.sightings[0], seen_on=words, seen_by=words),))


def _in_title(view: DossierView, words: str) -> DossierView:
    return replace(view, captures=(replace(capture(), title=words, redirects=(words,)),))


def _in_page(view: DossierView, words: str) -> DossierView:
    item = exhibit(6, ExhibitKind.DOM_TEXT, original_name=words, source_address=words)
    base = full_view(exhibits=6).exhibits[5]
    return replace(view, exhibits=(replace(base, exhibit=item, text=words),))


def _in_missing(view: DossierView, words: str) -> DossierView:
    return replace(view, missing=(Missing(what=words, reason=words),))


def _in_declaration(view: DossierView, words: str) -> DossierView:
    declaration = full_view().declaration
    assert declaration is not None
    return replace(view, declaration=replace(declaration, text=words))


def _in_address(view: DossierView, words: str) -> DossierView:
    address = sighting(1).address
    assert address is not None
    raw = f"https://vi-du.example/{words}"
    return replace(view, sightings=(replace(view.sightings[0], address=replace(address, raw=raw)),))


TRACES = (
    "Nguyễn Vĩ Canary",
    "nguyen vi canary",
    "Nguy%E1%BB%85n%20V%C4%A9%20Canary",
    "canary_reporter",
    "7771234567",
    "canary-face-99.jpg",
    "stel_ssid_CANARYSECRET_9f8e7d",
)


@settings(max_examples=15)
@given(
    trace=st.sampled_from(TRACES),
    around=st.text(alphabet="aă đ.,/?&=@#\"'<>\n\t\u200b\u202e1", max_size=12),
    put=st.sampled_from(
        [_in_text, _in_place, _in_title, _in_page, _in_missing, _in_declaration, _in_address]
    ),
)
def test_a_trace_of_the_reporter_survives_nowhere(trace: str, around: str, put: Put) -> None:
    view = replace(empty_view(), own_account=own_account(), languages=(Language.VI,))
    made, log = logged(put(view, f"x {around} {trace} {around} y"))
    bag = sealed_bag(made, log)
    # The PDF's text is read without white space.
    forms = {trace.lower(), "".join(trace.split()).lower()}

    assert [
        name
        for name, data in decoded("bag", bag)
        if any(form in data.decode("utf-8", "replace").lower() for form in forms)
    ] == []


def test_without_an_account_nothing_of_the_text_is_lost() -> None:
    view = replace(_in_page(empty_view(), "Nguyễn Vĩ Canary"), own_account=OwnAccount())
    bag = sealed_bag(*logged(view))

    assert members(bag)["data/texts/exh-0000000000000006.txt"] == "Nguyễn Vĩ Canary".encode()


def _is_picture(data: bytes) -> bool:
    return data.startswith((b"\x89PNG", b"\xff\xd8", b"GIF8", b"RIFF"))


def _pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as picture:
        return _pixels_of(picture)


def _pixels_of(picture: Image.Image) -> bytes:
    return hashlib.sha256(picture.convert("RGB").tobytes()).digest()


def _images(pdf: bytes) -> list[bytes]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [
            _pixels_of(pikepdf.PdfImage(one).as_pil_image())
            for one in opened.objects
            if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"
        ]
