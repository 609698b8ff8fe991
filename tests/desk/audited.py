"""The work behind the pages of an audit, small: folders alone, rows in memory, a real fence."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from benban.desk.audit_list import AuditList, AuditRow, Say, ShownStep
from benban.desk.desk import Desk
from benban.model.own_photo import (
    Audience,
    AuditedPhoto,
    OwnPhotoId,
    PhotoFacts,
    PhotoPlace,
    PhotoService,
    Sorting,
)
from benban.model.sighting import Answer
from benban.testing.pictures import Subject, draw_example, encode_jpeg
from benban.unpack.source import folder_source
from benban.wiring_case import CaseStore
from benban.wording import Language
from benban.wording import say as words


@dataclass(kw_only=True)
class FolderWork:
    """An audit of folders; what is alike is what was hashed and has the same bytes."""

    is_kept: bool
    rows: dict[OwnPhotoId, AuditedPhoto] = field(default_factory=dict)
    hashes: dict[OwnPhotoId, str] = field(default_factory=dict)
    adult: Answer = Answer.NOT_ANSWERED

    def look(self, paths: Sequence[Path], adult: Answer, say: Say) -> None:
        """Look at each file of the folders."""
        self.adult = adult
        for path in paths:
            source = folder_source(path)
            entries = source.entries()
            for number, entry in enumerate(entries):
                say(number, len(entries))
                key = OwnPhotoId(sha256(f"{source.name}/{entry.name}".encode()).hexdigest()[:20])
                if key in self.rows:
                    continue
                if adult is Answer.YES:
                    with entry.open() as stream:
                        self.hashes[key] = sha256(stream.read()).hexdigest()
                self.rows[key] = AuditedPhoto(
                    id=key,
                    source=source.name,
                    name=entry.name,
                    size_bytes=entry.size_bytes,
                    service=PhotoService.FOLDER,
                    place=PhotoPlace.UNKNOWN,
                    audience=Audience.UNKNOWN,
                    audience_shown="",
                    album="",
                    at=None,
                    is_others=entry.name.startswith("others/"),
                    facts=PhotoFacts(media_type="image/jpeg", width_px=640, height_px=480),
                )

    def photos(self) -> tuple[AuditedPhoto, ...]:
        """Return all of them, others' as well."""
        return tuple(self.rows.values())

    def sort(self, photo_id: OwnPhotoId, sorting: Sorting | None) -> None:
        """Note it."""
        self.rows[photo_id] = replace(self.rows[photo_id], sorting=sorting)

    def tick(self, photo_id: OwnPhotoId, step_id: str, *, is_done: bool) -> None:
        """Note it."""
        one = self.rows[photo_id]
        left = tuple(each for each in one.done if each != step_id)
        self.rows[photo_id] = replace(one, done=(*left, step_id) if is_done else left)

    def listed(self, language: Language) -> AuditList:
        """Return portraits first, what is no portrait not at all, what is alike once."""
        groups: dict[str, list[AuditedPhoto]] = {}
        for one in self.rows.values():
            if not one.is_others and one.sorting is not Sorting.NOT:
                groups.setdefault(self.hashes.get(one.id, one.id), []).append(one)
        rows = [
            AuditRow(
                photos=tuple(group),
                reasons=(words(language, f"desk.audit.sort.{_sorting(group[0])}"),),
                steps=(
                    ShownStep(
                        id="folder-hide",
                        text=words(language, "desk.audit.place.backup"),
                        source="28/11/2026 (B)",
                    ),
                    ShownStep(id="folder-copies", text=words(language, "desk.audit.place.album")),
                ),
            )
            for group in groups.values()
        ]
        rows.sort(key=lambda row: row.photo.sorting is not Sorting.PORTRAIT)
        return AuditList(rows=tuple(rows), notes=(), is_hashed=self.adult is Answer.YES)

    def forget(self) -> None:
        """Empty it."""
        self.rows.clear()
        self.hashes.clear()


@dataclass(kw_only=True)
class FolderVerbs:
    """Makes them; what a case keeps lies here, by its id."""

    kept: dict[str, FolderWork] = field(default_factory=dict)
    in_memories: list[FolderWork] = field(default_factory=list)

    def in_memory(self) -> FolderWork:
        """Return a new one."""
        self.in_memories.append(FolderWork(is_kept=False))
        return self.in_memories[-1]

    def in_case(self, store: CaseStore) -> FolderWork:
        """Return the one of the case."""
        return self.kept.setdefault(store.case.id, FolderWork(is_kept=True))


def offer_audits(desk: Desk) -> FolderVerbs:
    """Let a desk offer audits, and return what does the work."""
    desk.audits.verbs = verbs = FolderVerbs()
    return verbs


def draw_photos(folder: Path, count: int = 4) -> Path:
    """Write drawn pictures into a folder, the last one twice, and one of somebody else."""
    (folder / "others").mkdir(parents=True)
    subjects = list(Subject)
    for number in range(count):
        scene = draw_example(
            subjects[number % len(subjects)], seed=number, width_px=640, height_px=480
        )
        (folder / f"IMG_{number:03}.jpg").write_bytes(encode_jpeg(scene))
    last = (folder / f"IMG_{count - 1:03}.jpg").read_bytes()
    (folder / f"IMG_{count:03}.jpg").write_bytes(last)
    (folder / "others" / "IMG_9.jpg").write_bytes(last)
    return folder


def _sorting(photo: AuditedPhoto) -> str:
    return photo.sorting.value if photo.sorting else Sorting.LATER.value
