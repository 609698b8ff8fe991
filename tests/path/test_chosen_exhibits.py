"""A dossier of one chosen exhibit, searched through for everything that was not chosen."""

import base64
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from benban_verify import CheckResult

from benban.model.exhibit import Exhibit
from tests.path.small_case import OTHER_PLACE, PLACE, small_case
from tests.unit.dossier.reading import squeezed, streams, text
from tests.verifier.kept import verified

OWN = "ten-cua-nguoi-bao"


class Chosen:
    """One exhibit's dossier with every byte that can be read out of it."""

    def __init__(self, folder: Path) -> None:
        with small_case(folder / "kho") as case:
            self.receipt = case.receipt()
            self.roots = tuple(one.tsa.root_pem for one in case.authorities)
            self.exhibit = case.first[-1]
            self.others = (*case.first[:-1], *case.second)
            self.photos = case.photos
            self.path = folder / "tai-lieu.zip"
            self.path.write_bytes(case.dossier(self.exhibit.id, own=(OWN,)))
        self.texts = list(readable(self.path))


def readable(path: Path) -> Iterator[bytes]:
    with zipfile.ZipFile(path) as bag:
        for name in bag.namelist():
            data = bag.read(name)
            yield name.encode()
            yield data
            if name.endswith(".pdf"):
                yield text(data).encode()
                yield from streams(data)
            if name.endswith("proofs.json"):
                for one in json.loads(data)["records"]:
                    yield base64.b64decode(one["record"])


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Chosen:
    return Chosen(tmp_path_factory.mktemp("chosen"))


def told_of(exhibit: Exhibit) -> list[str]:
    told = [exhibit.id, exhibit.sha256.hex, exhibit.sha512.hex]
    # A shorter number stands among the pixels of a picture by accident.
    if exhibit.size_bytes > 999:
        told.append(f'"{exhibit.size_bytes}"')
    return [*told, exhibit.original_name] if exhibit.original_name else told


def found(chosen: Chosen, *words: str) -> list[str]:
    forms = {word: {word.encode(), squeezed(word).encode()} for word in words}
    return [
        word
        for word, spelled in forms.items()
        if any(form in text for form in spelled for text in chosen.texts)
    ]


def test_what_was_chosen_is_found(chosen: Chosen) -> None:
    told = told_of(chosen.exhibit)
    assert found(chosen, *told) == told


def test_nothing_of_an_exhibit_that_was_not_chosen_is_found(chosen: Chosen) -> None:
    told = [word for exhibit in chosen.others for word in told_of(exhibit)]
    assert (len(told) > 20, found(chosen, *told)) == (True, [])


def test_nothing_of_a_place_that_was_not_chosen_is_found(chosen: Chosen) -> None:
    sighting = chosen.others[-1].sighting_id
    words = (OTHER_PLACE, "noi-khac", "lời kể riêng", sighting)
    assert found(chosen, *words) == []


def test_nothing_of_a_visit_is_found_nothing_of_which_was_chosen(chosen: Chosen) -> None:
    visits = {one.capture_id for one in chosen.others if one.capture_id}
    assert (len(visits), found(chosen, *visits, "Chữ trên trang", "203.0.113.7")) == (1, [])


def test_no_secret_name_of_a_file_or_title_of_the_case_is_found(chosen: Chosen) -> None:
    assert found(chosen, "chia-khoa-bi-mat", "anh-rieng", "tieu-de-rieng", OWN) == []


def test_no_picture_that_was_kept_is_found_byte_for_byte(chosen: Chosen) -> None:
    # The middle of a file: the head of every JPEG is the same.
    middles = [photo[len(photo) // 2 :][:64] for photo in chosen.photos]
    assert [any(middle in text for text in chosen.texts) for middle in middles] == [False, False]


def test_the_address_of_the_place_is_there_without_its_key(chosen: Chosen) -> None:
    assert found(chosen, PLACE.partition("=")[0]) == [PLACE.partition("=")[0]]


def test_it_verifies_with_receipt_and_roots(chosen: Chosen) -> None:
    report = verified(chosen.path, chosen.receipt, chosen.roots)
    assert {check.result for check in report.checks} == {CheckResult.PASS}
