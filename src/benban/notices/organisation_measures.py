"""Measures with their real state, and the risks that they answer (HARM); pure."""

from dataclasses import dataclass, field
from datetime import date

from benban.model.organisation_paper import MeasureState, ProgramState
from benban.wording import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """
    One measure; its words stand under ``organisation.measure.<name>``.

    Attributes:
        values: for what was seen, under ``organisation.seen.<name>.<state>``.
    """

    name: str
    state: MeasureState
    values: dict[str, str | int] = field(default_factory=dict)

    @property
    def seen_id(self) -> str:
        """The message that says what was looked at, or what to find out."""
        return f"organisation.seen.{self.name}.{self.state.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """
    How the data could hurt the person; words under ``organisation.risk.<name>``.

    Attributes:
        measures: names of measures that answer it.
        rules: numbers of the rules of HARM.
    """

    name: str
    measures: tuple[str, ...]
    rules: tuple[int, ...]


RISKS = (
    Risk(name="theft", measures=("encryption", "passphrase", "rest"), rules=(6,)),
    Risk(name="account", measures=("second-factor", "passphrase", "rest"), rules=(6,)),
    Risk(name="insider", measures=("case-keys", "veil", "audit", "case-log"), rules=(10, 18)),
    Risk(name="minors", measures=("age-gate", "one-thing"), rules=(1, 2, 3)),
    Risk(name="bystanders", measures=("one-thing", "no-people"), rules=(1, 14)),
    Risk(name="posters", measures=("no-people", "no-public"), rules=(12, 13, 14)),
    Risk(name="sending", measures=("asked-first", "pseudonym"), rules=(7, 15)),
    Risk(name="police", measures=("asked-first",), rules=(8, 9)),
    Risk(name="loss", measures=("backup", "case-log", "stamps"), rules=()),
    Risk(name="kept-long", measures=("forget",), rules=()),
)
# What no rule of HARM prevents; words under ``organisation.open.<name>``.
OPEN = ("forks", "false-answers", "screenshots", "recipients", "unlocked", "staff")
# Part of every copy of the program; the words under ``organisation.seen.<name>.built-in`` say
# what each does not do.
_BUILT_IN = (
    "veil",
    "age-gate",
    "one-thing",
    "no-people",
    "no-public",
    "asked-first",
    "pseudonym",
    "case-log",
    "forget",
)
# What stands between a lost computer or a stolen secret and the data.
SHIELDS = ("encryption", "case-keys", "passphrase", "second-factor", "rest", "audit", "backup")


def measures_in(state: ProgramState, language: Language) -> tuple[Measure, ...]:
    """Return every measure in the order of the papers; on is only what was seen to be on."""
    return (
        Measure(name="encryption", state=state.encryption),
        Measure(name="case-keys", state=state.case_keys),
        _passphrase(state),
        Measure(name="second-factor", state=state.second_factor),
        Measure(name="audit", state=state.audit),
        _counted("rest", state.rest_minutes),
        _backup(state, language),
        _stamps(state),
        *(Measure(name=one, state=MeasureState.BUILT_IN) for one in _BUILT_IN),
    )


def _passphrase(state: ProgramState) -> Measure:
    if not state.memory_kib:
        return Measure(name="passphrase", state=MeasureState.UNKNOWN)
    cost: dict[str, str | int] = {"mib": f"{state.memory_kib / 1024:g}", "passes": state.passes}
    is_on = MeasureState.ON if state.is_dear else MeasureState.OFF
    return Measure(name="passphrase", state=is_on, values=cost)


def _counted(name: str, count: int) -> Measure:
    if not count:
        return Measure(name=name, state=MeasureState.UNKNOWN)
    return Measure(name=name, state=MeasureState.ON, values={"count": count})


def _backup(state: ProgramState, language: Language) -> Measure:
    if state.backup_on is None:
        return Measure(name="backup", state=MeasureState.OFF)
    day = written_day(state.backup_on, language)
    return Measure(name="backup", state=MeasureState.ON, values={"day": day})


def _stamps(state: ProgramState) -> Measure:
    if not state.stamp_hosts:
        return Measure(name="stamps", state=MeasureState.OFF)
    names = ", ".join(one.name for one in state.stamp_hosts)
    return Measure(name="stamps", state=MeasureState.ON, values={"names": names})


def written_day(day: date, language: Language) -> str:
    """Return a day as Viet Nam writes it, and as nobody misreads it elsewhere."""
    return f"{day:%d/%m/%Y}" if language is Language.VI else f"{day:%Y-%m-%d}"
