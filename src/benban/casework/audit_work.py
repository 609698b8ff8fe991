"""One run over one's own photos: what is known, what has to be looked at, what is gone."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from benban.casework.audit_keepers import AuditKeeper
from benban.casework.audit_listing import Found, Listing
from benban.casework.audit_opening import Waiting
from benban.errors import ImportDamagedError, PhotoNotIncludedError
from benban.model.own_photo import (
    Audience,
    AuditedPhoto,
    OwnPhotoId,
    PhotoFacts,
    PhotoPlace,
)
from benban.unpack.own_photos.joined import archive_name

# An interruption costs so many looks at most; each batch is one write to the disk.
_KEPT_AT_ONCE = 64
_WITHOUT_FILE = PhotoFacts(
    media_type="", width_px=0, height_px=0, problem=PhotoNotIncludedError.code
)


class Work:
    """What one run has found out so far, and what of it is not kept yet."""

    def __init__(self, listing: Listing, keeper: AuditKeeper) -> None:
        """Begin with the rows of earlier runs, which *keeper* has."""
        self._listing, self._keeper = listing, keeper
        self._rows = _Rows(keeper.photos(), listing)
        self._new: list[AuditedPhoto] = []
        self._gone: dict[OwnPhotoId, AuditedPhoto] = {}
        self._changed: set[tuple[str, str]] = set()
        self.looked_at = self.known = self.changed = self.gone = self.others_gone = 0

    def take(self, *, has_others: bool) -> list[tuple[Found, Waiting]]:
        """Return those that have to be looked at; what has no file is kept as it is listed."""
        if not has_others:
            self._let_go_of_others()
        waiting: list[tuple[Found, Waiting]] = []
        for found in self._listing.own:
            before = self._rows.by_id.get(found.id)
            if before is not None and before.facts.problem != ImportDamagedError.code:
                self.known += 1
                self._refresh(before, found)
            elif found.photo.entry is not None:
                waiting.append((found, Waiting(found.photo, found.photo.entry)))
            elif self._rows.has_file(found):
                self.known += 1  # its file came with another part of the archive
            else:
                self._keep_later(_row(found, _WITHOUT_FILE))
        return waiting

    def add(self, found: Found, waiting: Waiting, facts: PhotoFacts) -> None:
        """Take the facts of one photo, unless it changed while it was looked at."""
        if waiting.is_changed:
            self.changed += 1
            self._changed.add((found.held.source_key, found.held.name))
            return
        self.looked_at += 1
        if waiting.problem:
            facts = PhotoFacts(media_type="", width_px=0, height_px=0, problem=waiting.problem)
        self._keep_later(_row(found, facts))

    def end(self) -> None:
        """Let go of the rows of these sources whose file is there no more; all was looked at."""
        self.flush()
        listed = {found.id for found in self._listing.own}
        for row in self._rows.covered:
            if row.id not in listed and row.id not in self._gone and self._is_gone(row):
                self._gone[row.id] = row
                self.gone += 1
        self.flush()

    def flush(self) -> None:
        """Keep what is not kept yet."""
        new, self._new = [self._as_answered(row) for row in self._new], []
        gone = [row for row in self._gone.values() if row.id in self._rows.by_id]
        if new or gone:
            self._keeper.keep(new, gone)
            self._rows.forget(gone)

    def _as_answered(self, row: AuditedPhoto) -> AuditedPhoto:
        # The person may have sorted or ticked it since this run began.
        before = self._keeper.maybe(row.id) if row.id in self._rows.by_id else None
        return row if before is None else replace(row, sorting=before.sorting, done=before.done)

    def _let_go_of_others(self) -> None:
        for row in self._rows.covered:
            if row.is_others:
                self._gone[row.id] = row
                self.others_gone += 1
        self.flush()

    def _is_gone(self, row: AuditedPhoto) -> bool:
        if row.facts.problem == PhotoNotIncludedError.code:
            return self._listing.is_whole
        # What lists of another part show to be one's own is still there.
        place = (row.source_key, row.name)
        return place not in self._changed and place not in self._listing.beside

    def _refresh(self, before: AuditedPhoto, found: Found) -> None:
        # A part that came later may say what an earlier one did not.
        now = _row(found, before.facts, before)
        if now != before and not _says_less(now, before):
            self._new.append(now)

    def _keep_later(self, row: AuditedPhoto) -> None:
        for before in self._rows.replaced_by(row):
            if before.id != row.id:
                self._gone[before.id] = before
            if _is_without_file(before):
                # As it is now: it may have been answered since this run began.
                row = _with_what_was_said(row, self._keeper.maybe(before.id) or before)
        self._new.append(row)
        if len(self._new) >= _KEPT_AT_ONCE:
            self.flush()


class _Rows:
    """The rows of earlier runs, as this run asks for them."""

    def __init__(self, rows: Iterable[AuditedPhoto], listing: Listing) -> None:
        self.by_id: dict[OwnPhotoId, AuditedPhoto] = {}
        self.covered: list[AuditedPhoto] = []
        self._by_place: dict[tuple[str, str], AuditedPhoto] = {}
        self._by_archive: dict[tuple[str, str], AuditedPhoto] = {}
        for row in rows:
            self.by_id[row.id] = row
            if listing.covers(row.source_key):
                self.covered.append(row)
            self._by_place[row.source_key, row.name] = row
            if row.name:
                self._by_archive[archive_name(row.source), row.name] = row

    def has_file(self, found: Found) -> bool:
        """Return whether another part of its archive brought the file of a photo."""
        row = self._by_archive.get((archive_name(found.held.source_name), found.held.name))
        return row is not None and not _is_without_file(row)

    def replaced_by(self, row: AuditedPhoto) -> Iterator[AuditedPhoto]:
        """Yield the rows of which *row* takes the place."""
        if not row.name:
            return  # nothing says which of the nameless ones it was
        if (before := self._by_place.get((row.source_key, row.name))) is not None:
            yield before
        listed = self._by_archive.get((archive_name(row.source), row.name))
        if listed is not None and listed is not before and _is_without_file(listed):
            yield listed

    def forget(self, gone: Iterable[AuditedPhoto]) -> None:
        """Know of these no more."""
        for row in gone:
            self.by_id.pop(row.id, None)


def _is_without_file(row: AuditedPhoto) -> bool:
    return row.facts.problem == PhotoNotIncludedError.code


def _says_less(now: AuditedPhoto, before: AuditedPhoto) -> bool:
    # Read without the part that has the lists, a photo is what it was when they were there.
    return (now.audience, now.audience_shown, now.at) == (Audience.UNKNOWN, "", None) and (
        now.place is PhotoPlace.UNKNOWN or now.place is before.place
    )


def _with_what_was_said(row: AuditedPhoto, before: AuditedPhoto) -> AuditedPhoto:
    """Return *row* with what the person did, and what a list said of it that it lacks itself."""
    done = replace(row, sorting=before.sorting, done=before.done)
    if not _says_less(row, before):
        return done
    return replace(
        done,
        place=before.place,
        audience=before.audience,
        audience_shown=before.audience_shown,
        album=before.album,
        at=before.at,
        is_others=before.is_others,
    )


def _row(found: Found, facts: PhotoFacts, before: AuditedPhoto | None = None) -> AuditedPhoto:
    photo = found.photo
    return AuditedPhoto(
        id=found.id,
        source=found.held.source_name,
        source_key=found.held.source_key,
        name=found.held.name,
        size_bytes=0 if photo.entry is None else photo.entry.size_bytes,
        service=photo.service,
        place=photo.place,
        audience=photo.audience,
        audience_shown=photo.audience_shown,
        album=photo.album,
        at=photo.at,
        is_others=photo.is_others,
        facts=facts,
        sorting=None if before is None else before.sorting,
        done=() if before is None else before.done,
    )
