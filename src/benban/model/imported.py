"""What was taken out of something the person had saved: an export, an archive, a mailbox."""

from dataclasses import dataclass, field
from datetime import datetime

from benban.model.exhibit import CaptureStep, Missing, Withheld
from benban.model.ids import Digest, ExhibitId, ImportId, SightingId


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRead:
    """
    Parts that could not be read.

    Attributes:
        where: which part of the export, in English technical words.
        reason: stable id of a typed reason.
    """

    where: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """
    Digests that a saved file brings along, compared with its own bytes.

    Attributes:
        where: ``record`` for those of single parts, with its position for one that differs; else
            the file in the package.
        state: stable id: ``agrees``, ``differs``, ``not-claimed`` or ``not-checked``.
    """

    where: str
    state: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """
    One import: what was handed over, what was kept of it, withheld and not read.

    It is supplied by the reporter and unsigned; nothing here says that it is true.

    Attributes:
        format: stable id of the layout, e.g. ``telegram-json``.
        received_name: the file's or folder's own name as received; never used as a path.
        entry_count, size_bytes: files handed over and their bytes; of an archive its own size.
        digest_covers: ``file``, ``folder`` or ``text`` (without a permit the documents
            alone, without pictures written into them).
        sha256, sha512: as received, before anything was read
            (docs/reference/import-format.md); None once a picture of it was forgotten.
        part_count: messages or resources it holds.
        chosen_count: those the person ticked.
        around_count: those kept beside them, for the context.
        exhibits: what was adopted, in that order.
        withheld: parts and media that are not about this person and were not kept.
        not_read: parts that could not be read.
        missing: what was chosen and is not there.
        tool: what read it, with its version.
        claimed: how digests inside it stand to its bytes; they show that it agrees with itself.
    """

    id: ImportId
    sighting_id: SightingId
    format: str
    received_name: str
    entry_count: int
    size_bytes: int
    digest_covers: str
    sha256: Digest | None
    sha512: Digest | None
    part_count: int
    chosen_count: int
    around_count: int
    started_at: datetime
    ended_at: datetime
    tool: str
    exhibits: tuple[ExhibitId, ...] = field(default=())
    steps: tuple[CaptureStep, ...] = field(default=())
    withheld: tuple[Withheld, ...] = field(default=())
    not_read: tuple[NotRead, ...] = field(default=())
    missing: tuple[Missing, ...] = field(default=())
    claimed: tuple[Claimed, ...] = field(default=())
