"""HARM 11: declared before compared, printed on page 1, one photo one case, tier C says a tier."""

import ast
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from benban.casework.compare_case import compare_case
from benban.casework.conclude import DossierRequest, conclude
from benban.casework.originals import (
    PLAIN_COPIES_PER_CASE,
    add_originals,
    declare_originals,
    in_other_cases,
)
from benban.cli.commands.compare import run_json
from benban.dossier.view import Edition
from benban.errors import BenbanError, DeclarationMissingError
from benban.model.custody import EventKind
from benban.model.exhibit import Original
from benban.model.finding import CommonOrigin, Tier
from benban.outside.fence import Fence
from benban.testing.clock import FakeClock
from benban.vault import CaseStore, Vault
from benban.wording import Language, say
from tests.architecture.sources import Source, product_sources, source_of
from tests.harm.scenes import (
    SENTENCE,
    Example,
    a_case,
    compared,
    declared,
    given,
    kept,
    new_vault,
    reported,
    seen_from,
    ticking,
)
from tests.unit.dossier.reading import pages, squeezed, streams


def test_the_declaration_stands_in_the_log_before_any_photo_and_any_comparison(
    store: CaseStore, fence: Fence, clock: FakeClock, example: Example
) -> None:
    kept(store, reported(store, clock), clock, example.fake)
    declared(store, fence, clock, example.original)
    compared(store, fence, clock)
    first: dict[EventKind, int] = {}
    for entry in store.events():
        if entry.kind is not None:
            first.setdefault(entry.kind, entry.position)
    stated = store.opening(first[EventKind.ORIGINALS_DECLARED])

    assert first[EventKind.ORIGINALS_DECLARED] < first[EventKind.ORIGINAL_ADDED]
    assert first[EventKind.ORIGINAL_ADDED] < first[EventKind.COMPARED]
    assert stated.fields["declaration"].value == SENTENCE


def test_without_a_declared_photo_nothing_is_compared(
    store: CaseStore, fence: Fence, clock: FakeClock, example: Example
) -> None:
    kept(store, reported(store, clock), clock, example.fake)

    with pytest.raises(DeclarationMissingError):
        compare_case(store, fence, clock)

    assert EventKind.COMPARED not in [entry.kind for entry in store.events()]


def test_a_photo_of_another_case_of_the_vault_is_refused(
    vault: Vault, store: CaseStore, fence: Fence, clock: FakeClock, example: Example
) -> None:
    reported(store, clock)
    declared(store, fence, clock, example.original)
    with vault.create_case(a_case()) as other:
        reported(other, clock)
        declare_originals(other, SENTENCE, SENTENCE)
        asked = in_other_cases(vault, other)
        with pytest.raises(BenbanError) as refused:
            add_originals(other, [given(example.original)], fence, clock, is_in_other_case=asked)
        assert (refused.value.code in {"BB-108", "BB-111"}, other.all(Original)) == (True, ())


def test_a_person_may_have_thirty_plain_copies() -> None:
    assert PLAIN_COPIES_PER_CASE == 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Siblings:
    """A case whose picture and photo show one scene from two places: tier C."""

    finding: CommonOrigin
    printed: dict[str, object]
    original: Original
    bag: bytes
    derived: list[tuple[object, ...]]

    def member(self, ending: str) -> bytes:
        with zipfile.ZipFile(io.BytesIO(self.bag)) as opened:
            (name,) = [one for one in opened.namelist() if one.endswith(ending)]
            return opened.read(name)

    @property
    def names(self) -> list[str]:
        with zipfile.ZipFile(io.BytesIO(self.bag)) as opened:
            return opened.namelist()


@pytest.fixture(scope="module")
def siblings(tmp_path_factory: pytest.TempPathFactory, fence: Fence) -> Iterator[Siblings]:
    folder, clock = tmp_path_factory.mktemp("siblings"), ticking()
    with new_vault(folder / "kho", clock) as vault, vault.create_case(a_case()) as store:
        kept(store, reported(store, clock), clock, seen_from(0))
        (original,) = declared(store, fence, clock, seen_from(3))
        (run,) = compared(store, fence, clock).runs
        out = io.BytesIO()
        request = DossierRequest(edition=Edition.READING, languages=tuple(Language))
        conclude(store, request, (), out_file=out, clock=clock)
        yield Siblings(
            finding=run.finding,
            printed=dict(run_json(run)),
            original=original,
            bag=out.getvalue(),
            derived=list(
                store._opened.database.rows(  # noqa: SLF001 - is any picture kept of the pair?
                    "SELECT owner, kind FROM blobs WHERE role = 'derived'"
                )
            ),
        )


def test_a_tier_c_pair_is_kept_as_its_tier_alone(siblings: Siblings) -> None:
    finding = siblings.finding
    told = (
        finding.original_id,
        finding.log10_nfa,
        finding.roughness_px,
        finding.fine_correlation,
        finding.registration,
        finding.change_map,
        finding.veiled_picture,
        finding.overlay_picture,
        finding.map_picture,
        finding.links,
        finding.patches,
        finding.part,
        finding.siblings,
    )

    assert (finding.tier, set(told), siblings.derived) == (Tier.C, {None}, [])


def test_a_tier_c_pair_is_printed_as_its_tier_and_counts_that_name_no_photo(
    siblings: Siblings,
) -> None:
    assert siblings.printed == {
        "exhibit": siblings.finding.exhibit_id,
        "tier": "C",
        "searched": {"declared": 1, "by_index": None, "in_full": 1, "unread": 0},
    }


def test_the_geometry_of_a_tier_c_pair_is_its_tier_alone(siblings: Siblings) -> None:
    (said,) = json.loads(siblings.member("geometry.json"))["comparisons"]

    assert said == {
        "id": siblings.finding.id,
        "exhibit": siblings.finding.exhibit_id,
        "tier": "C",
    }


def test_a_dossier_shows_no_picture_and_no_photo_of_a_tier_c_pair(siblings: Siblings) -> None:
    pictures = [one for one in siblings.names if one.endswith(".png")]
    words = "".join(pages(siblings.member("report.en.pdf")))

    assert (pictures, siblings.original.sha256.hex in words) == ([], False)
    assert squeezed(say(Language.EN, "dossier.tier.C")) in words
    assert "NFA" not in words.partition(squeezed("Not made from this photo"))[2][:200]


@pytest.mark.parametrize("language", Language)
def test_page_1_prints_the_declaration_as_stated_and_unchecked(
    siblings: Siblings, language: Language
) -> None:
    first = pages(siblings.member(f"report.{language.value}.pdf"))[0]

    assert squeezed(SENTENCE) in first
    assert squeezed(say(language, "dossier.declaration.stated")) in first


@pytest.mark.parametrize("language", Language)
def test_the_report_says_how_each_photo_arrived_and_calls_nobody_its_owner(
    siblings: Siblings, language: Language
) -> None:
    words = "".join(pages(siblings.member(f"report.{language.value}.pdf")))
    arrival = say(language, f"dossier.arrival.{siblings.original.arrival.value}")

    assert squeezed(arrival) in words
    assert [one for one in ("owner of the photo", "chủsởhữu") if squeezed(one) in words] == []


def test_the_pdf_of_a_tier_c_pair_holds_no_byte_of_either_picture(siblings: Siblings) -> None:
    held = streams(siblings.member("report.en.pdf"))

    assert [
        one for one in held if seen_from(0)[600:664] in one or seen_from(3)[600:664] in one
    ] == []


# --- nothing takes photos of more than one person ---------------------------------------------


def _takes_several_cases(source: Source) -> list[str]:
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            said = [ast.unparse(one.annotation) for one in arguments if one.annotation]
            stores = [one for one in said if "CaseStore" in one]
            if len(stores) > 1 or any("[" in one for one in stores):
                found.append(f"{source.place}:{node.lineno} {node.name}")
    return found


def _reads_originals_of_all_cases(source: Source) -> list[str]:
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            words = ast.unparse(node)
            many = ".cases()" in words or "case_ids()" in words
            if many and ("Original" in words or "open_original" in words):
                found.append(f"{source.place} {node.name}")
    return found


def test_no_function_takes_more_than_one_case() -> None:
    assert [line for source in product_sources() for line in _takes_several_cases(source)] == []


def test_only_the_question_for_one_exact_photo_looks_into_all_cases() -> None:
    found = [line for source in product_sources() for line in _reads_originals_of_all_cases(source)]

    assert found == ["vault/vault.py cases_with_original"]


@pytest.mark.parametrize(
    "text",
    [
        "def rank(stores: Sequence[CaseStore]) -> None: ...",
        "def both(one: CaseStore, other: CaseStore) -> None: ...",
    ],
)
def test_a_function_over_several_persons_is_seen(text: str) -> None:
    assert len(_takes_several_cases(source_of(text))) == 1


def test_an_original_says_nothing_of_whom_it_shows() -> None:
    fields = set(Original.__dataclass_fields__)

    assert fields & {"person", "name", "case_id", "owner", "label", "face"} == set()
