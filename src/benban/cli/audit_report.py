"""What ``benban audit`` found, at the terminal and as one document."""

from collections import Counter
from dataclasses import dataclass

from benban.casework.audit import AuditResult, AuditRun
from benban.cli.out import Json, Out, one_line
from benban.cli.words import Words
from benban.exposure.order import Listed, Why
from benban.exposure.steps import Step, steps_for_line, ticked_in
from benban.exposure.words import say_problem, say_reasons, say_service
from benban.model.own_photo import AuditedPhoto
from benban.unpack.parts import Reason

# The head of the list is what to begin with; all of it stands in --json and --checklist.
_MOST_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """
    The list as it stands, and what the readings of folders and archives came to.

    Attributes:
        is_adult: whether the person said so.
        has_checklist: whether the whole list was asked for as a file.
    """

    result: AuditResult
    runs: tuple[AuditRun, ...]
    is_adult: bool
    has_checklist: bool

    @property
    def is_complete(self) -> bool:
        """Whether no reading was stopped."""
        return all(run.is_complete for run in self.runs)

    def steps_of(self, line: Listed) -> tuple[Step, ...]:
        """Return what can be done about a line."""
        return steps_for_line(line.photos, is_adult=self.is_adult)

    def counts(self) -> dict[str, int]:
        """Return what was left out or came to be, by message."""
        return {
            "looked-at": sum(run.looked_at for run in self.runs),
            "known": sum(run.known for run in self.runs),
            "left-out": self.result.left_out,
            "others": sum(run.others for run in self.runs),
            "others-gone": sum(run.others_gone for run in self.runs),
            "gone": sum(run.gone for run in self.runs),
            "parts": sum(run.parts for run in self.runs),
            "changed": sum(run.changed for run in self.runs),
        }

    def unread(self) -> tuple[tuple[Reason, int], ...]:
        """Return what else was not read, by reason."""
        total: Counter[Reason] = Counter()
        for run in self.runs:
            total.update(dict(run.unread))
        return tuple(sorted(total.items(), key=lambda one: one[0].value))


def say_audit(out: Out, report: AuditReport) -> None:
    """Print the head of the list with its reasons, what can be done, and what was left out."""
    lines = report.result.lines
    out.say("cli.audit.found", count=report.result.total)
    if lines:
        out.say("cli.audit.lines", count=len(lines))
    for number, line in enumerate(lines[:_MOST_SHOWN], 1):
        _say_line(out, number, line)
    if len(lines) > _MOST_SHOWN:
        out.say("cli.audit.more", count=len(lines) - _MOST_SHOWN)
    unsorted = sum(Why.NOT_SORTED in line.reasons for line in lines)
    if unsorted:
        out.say("cli.audit.unsorted", count=unsorted)
    _say_steps(out, report, lines[:_MOST_SHOWN])
    _say_counts(out, report)
    if not report.is_complete:
        out.warn("cli.audit.stopped.kept" if report.result.is_kept else "cli.audit.stopped.memory")
    elif not report.result.is_kept and not report.has_checklist:
        out.say("cli.audit.not-kept")


def audit_json(words: Words, report: AuditReport) -> dict[str, Json]:
    """Return the whole list as a document; no fingerprint is ever in it (HARM 12)."""
    result = report.result
    return {
        "opening": words("cli.audit.first"),
        "kept": result.is_kept,
        "grouped": result.is_hashed,
        "complete": report.is_complete,
        "photos": result.total,
        "counts": {name.replace("-", "_"): count for name, count in report.counts().items()},
        "unlooked": [
            {"code": code, "count": count, "why": say_problem(words.language, code)}
            for code, count in result.unlooked
        ],
        "unread": [
            {"reason": reason.value, "count": count, "why": _why(words, reason)}
            for reason, count in report.unread()
        ],
        "lines": [_line_json(words, report, line) for line in result.lines],
    }


def _say_line(out: Out, number: int, line: Listed) -> None:
    photo = line.photo
    name = one_line(photo.name) or out.words("cli.audit.nameless")
    where = f"{one_line(photo.source)} / {name}"
    size = f"  ({photo.facts.width_px} × {photo.facts.height_px})" if photo.facts.width_px else ""
    out.line(f"{number:>3}  {where}{size}")
    said = zip(line.reasons, say_reasons(out.words.language, line), strict=True)
    for why, reason in said:
        # Where nothing is sorted yet it is said once, not on every line.
        if why is not Why.NOT_SORTED:
            out.line(f"     - {reason}")
    if problem := photo.facts.problem:
        out.line(f"     - {say_problem(out.words.language, problem)} [{problem}]")


def _say_steps(out: Out, report: AuditReport, lines: tuple[Listed, ...]) -> None:
    numbers: dict[Step, list[str]] = {}
    for number, line in enumerate(lines, 1):
        for step in report.steps_of(line):
            numbers.setdefault(step, []).append(str(number))
    if not numbers:
        return
    out.line()
    out.say("cli.audit.steps")
    language = out.words.language
    for step, asked in numbers.items():
        which = ", ".join(asked) if len(asked) < len(lines) else out.words("cli.audit.steps-all")
        out.line(f"  {step.title(language)}  ({which})")


def _say_counts(out: Out, report: AuditReport) -> None:
    out.line()
    for name, count in report.counts().items():
        if count:
            out.say(f"cli.audit.{name}", count=count)
    for code, count in report.result.unlooked:
        out.say(
            "cli.audit.unlooked", count=count, why=say_problem(out.words.language, code), code=code
        )
    for reason, count in report.unread():
        out.say("cli.audit.unread", count=count, why=_why(out.words, reason))


def _why(words: Words, reason: Reason) -> str:
    return words.known("cli.audit.reason", "dossier.import-reason", reason.value)


def _line_json(words: Words, report: AuditReport, line: Listed) -> Json:
    said = zip(line.reasons, say_reasons(words.language, line), strict=True)
    ticked = ticked_in(line.photos)
    return {
        "photos": [_photo_json(words, one) for one in line.photos],
        "sorted": line.sorting.value if line.sorting else None,
        "reasons": [{"reason": why.value, "words": text} for why, text in said],
        "steps": [
            {
                "step": step.id,
                "title": step.title(words.language),
                "text": step.text(words.language),
                "source": step.source_shown(words.language),
                "done": step.id in ticked,
            }
            for step in report.steps_of(line)
        ],
    }


def _photo_json(words: Words, photo: AuditedPhoto) -> Json:
    facts = photo.facts
    return {
        "photo": photo.id,
        "source": photo.source,
        "name": photo.name,
        "service": photo.service.value,
        "service_words": say_service(words.language, photo.service),
        "place": photo.place.value,
        "audience": photo.audience.value,
        "audience_as_given": photo.audience_shown,
        "album": photo.album,
        "at": photo.at.isoformat() if photo.at else None,
        "taken": facts.taken_at_shown or None,
        "of_others": photo.is_others,
        "size_bytes": photo.size_bytes,
        "media_type": facts.media_type,
        "width_px": facts.width_px,
        "height_px": facts.height_px,
        "traces": [one.value for one in facts.traces],
        "problem": facts.problem or None,
    }
