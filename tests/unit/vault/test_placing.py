"""Contents put in place and taken away: what the disk refuses there must not spoil an act."""

import errno
from pathlib import Path

import pytest

from benban.errors import DiskFailedError
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.vault import CaseStore, Derived, Step, StepKind, Vault, check_vault
from tests.unit.vault.keeping import (
    a_case,
    adopted,
    an_event,
    an_exhibit,
    failures,
    kept_text,
    laid,
    opened,
    reported,
    spooled,
)


class Refusing:
    """Refuses one kind of step in folders of contents while it is on."""

    def __init__(self, kind: StepKind) -> None:
        self._kind = kind
        self.is_on = False

    def __call__(self, step: Step) -> None:
        if self.is_on and step.kind is self._kind and "blobs" in step.path.parts:
            raise OSError(errno.EIO, "refused")


def test_a_part_is_adopted_once_and_the_first_exhibit_keeps_its_content(store: CaseStore) -> None:
    sighting = reported(store)
    permit, part = store.case.storage_permit(sighting), spooled(store, b"a drawing")
    first = store.adopt(part, an_exhibit(sighting.id), permit)
    with pytest.raises(ValueError, match="not in this vault's spool"):
        store.adopt(part, an_exhibit(sighting.id), permit)

    assert (store.all(Exhibit), kept_text(store, first)) == ((first,), b"a drawing")


def test_content_whose_new_name_does_not_last_is_taken_back(folder: Path) -> None:
    laid(folder)
    refusing = Refusing(StepKind.FLUSH_FOLDER)
    with opened(folder, on_step=refusing) as vault, vault.create_case(a_case()) as store:
        sighting = reported(store)
        refusing.is_on = True
        with pytest.raises(DiskFailedError):
            adopted(store, sighting, b"a drawing")
        refusing.is_on = False

        assert failures(check_vault(vault)) == {}


def test_every_adoption_makes_the_name_of_its_folder_last_too(folder: Path) -> None:
    # The folder may be there because of an adoption that was stopped before it flushed the name.
    laid(folder)
    steps: list[Step] = []
    with (
        opened(folder, on_step=steps.append) as vault,
        vault.create_case(a_case()) as store,
    ):
        sighting = reported(store)
        blobs = store._opened.places.folder.blobs  # noqa: SLF001 - where contents lie
        for number in range(256):
            (blobs / f"{number:02x}").mkdir()
        steps.clear()
        adopted(store, sighting, b"a drawing")

    kinds = [step.kind for step in steps]
    flushed = {step.path for step in steps[: kinds.index(StepKind.COMMIT)]}
    assert blobs in flushed


def test_an_act_that_was_committed_does_not_look_refused_when_an_old_file_stays(
    folder: Path,
) -> None:
    laid(folder)
    refusing = Refusing(StepKind.UNLINK)
    with opened(folder, on_step=refusing) as vault, vault.create_case(a_case()) as store:
        exhibit = adopted(store, reported(store), b"a drawing")
        store.put_derived(exhibit.id, "veiled", b"grey")
        refusing.is_on = True
        again = Derived(owner=exhibit.id, kind="veiled", data=b"greyer")
        store.record(an_event(), derived=[again])
        store.put_derived(exhibit.id, "veiled", b"greyest")
        found = store.get_derived(exhibit.id, "veiled"), failures(check_vault(vault))
        refusing.is_on = False

    assert found == (b"greyest", {})


def test_a_file_that_could_not_be_removed_goes_with_a_later_act(folder: Path) -> None:
    laid(folder)
    refusing = Refusing(StepKind.UNLINK)
    with opened(folder, on_step=refusing) as vault, vault.create_case(a_case()) as store:
        exhibit = adopted(store, reported(store), b"a drawing")
        refusing.is_on = True
        gone = store.forget([exhibit.id], an_event(EventKind.FORGOTTEN))
        left = len(files_in(vault))
        refusing.is_on = False
        store.record(an_event())

        assert (gone, left, files_in(vault)) == ((exhibit.id,), 1, [])


def test_a_file_that_still_has_to_go_is_no_unknown_content_at_the_next_opening(
    folder: Path,
) -> None:
    laid(folder)
    refusing, case = Refusing(StepKind.UNLINK), a_case()
    with opened(folder, on_step=refusing) as vault:
        with vault.create_case(case) as store:
            exhibit = adopted(store, reported(store), b"a drawing")
            refusing.is_on = True
            store.forget([exhibit.id], an_event(EventKind.FORGOTTEN))
        with vault.open_case(case.id) as store:
            kinds = [event.kind for event in store.events()]

    assert EventKind.RECOVERED not in kinds


def files_in(vault: Vault) -> list[Path]:
    return [path for path in vault.entered.folder.cases.rglob("blobs/*/*") if path.is_file()]
