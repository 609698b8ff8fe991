"""
Notes on a case: public, internal, private.

Public and internal ones are values of the case: they go along when it is handed over. A private
one stands among the settings of the vault, under a name that holds the case's id: no byte of it
is in what is handed over, and the log that goes along does not say that there was one. A dossier
reads neither.
"""

import threading
from collections.abc import Sequence

import msgspec

from benban.casework.events import event, open_field
from benban.errors import NotStoredError
from benban.model.clock import Clock
from benban.model.custody import EventKind
from benban.model.ids import CaseId, NoteId, new_note_id
from benban.model.note import Note, NoteReader
from benban.vault import CaseStore, Vault

_PRIVATE = "notes.private."
# Two pages at once: each reads the list, and writes it with its own note in it.
_WRITING = threading.Lock()


def write_note(vault: Vault, store: CaseStore, text: str, reader: NoteReader, clock: Clock) -> Note:
    """
    Return a note as it was kept.

    Raises:
        ValueError: there are no words; a mistake of the calling code.
    """
    if not text.strip():
        raise ValueError("there are no words")
    note = Note(id=new_note_id(), reader=reader, text=text.strip(), written_at=clock.now())
    if reader is NoteReader.PRIVATE:
        with _WRITING:
            _keep_private(vault, store.case.id, (*_private(vault, store.case.id), note))
    else:
        kept = event(EventKind.NOTE_KEPT, note.id, open_field("reader", reader.value))
        store.record(kept, save=[note])
    return note


def notes_of(vault: Vault, store: CaseStore) -> tuple[Note, ...]:
    """Return every note that whoever uses this vault may read, oldest first."""
    every = (*store.all(Note), *_private(vault, store.case.id))
    return tuple(sorted(every, key=lambda one: (one.written_at, one.id)))


def notes_to_print(store: CaseStore) -> tuple[Note, ...]:
    """Return the notes that may stand on paper: public ones, oldest first."""
    return tuple(one for one in store.all(Note) if one.reader is NoteReader.PUBLIC)


def remove_note(vault: Vault, store: CaseStore, note_id: NoteId) -> None:
    """
    Remove a note; of a public or internal one the log keeps that there was one.

    Raises:
        NotStoredError: BB-412, there is none, or somebody removed it meanwhile.
    """
    known = store.maybe(Note, note_id)
    if known is not None:
        store.record(event(EventKind.NOTE_REMOVED, note_id), remove=[known])
        return
    with _WRITING:
        mine = _private(vault, store.case.id)
        left = tuple(one for one in mine if one.id != note_id)
        if left == mine:
            raise NotStoredError(Note.__name__, what=note_id)
        _keep_private(vault, store.case.id, left)


def _private(vault: Vault, case_id: CaseId) -> tuple[Note, ...]:
    kept = vault.setting(_PRIVATE + case_id)
    return msgspec.json.decode(kept, type=tuple[Note, ...]) if kept else ()


def _keep_private(vault: Vault, case_id: CaseId, notes: Sequence[Note]) -> None:
    if notes:
        vault.set_setting(_PRIVATE + case_id, msgspec.json.encode(notes))
    else:
        vault.drop_setting(_PRIVATE + case_id)
