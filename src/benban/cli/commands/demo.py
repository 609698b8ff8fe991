"""``benban demo``: everything once, on harmless made-up data, without the network."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from benban.cli.commands.add import capture_json
from benban.cli.commands.compare import run_json
from benban.cli.commands.plan import plan_json
from benban.cli.demo.run import AUTHORITIES, run_demo
from benban.cli.demo.stages import Stages
from benban.cli.demo.story import STAGES, Outcome, checks_of
from benban.cli.options import output_options
from benban.cli.out import Json, Out
from benban.cli.session import take_out
from benban.cli.words import Words
from benban.errors import TargetUnwritableError
from benban.model.exhibit import Exhibit
from benban.outside.verifier import VerifierAnswer


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("demo", help=words("cli.demo.help"))
    @click.option("--out", "folder", type=click.Path(path_type=Path), help=words("cli.demo.o.out"))
    @output_options(words)
    def demo(folder: Path | None, **given: Any) -> int:
        out = take_out(words, given)
        target = folder or Path("demo-out") / f"{datetime.now(tz=UTC):%Y%m%d-%H%M%S}"
        try:
            target.mkdir(parents=True)
        except OSError as error:
            raise TargetUnwritableError(name=target.name) from error
        out.say("cli.demo.intro")
        with Stages(words, STAGES) as stages:
            outcome, kept = run_demo(words, target.absolute(), stages)
        _print(out, outcome)
        out.document(_document(words, outcome, kept, stages.seconds))
        if outcome.verified is None or outcome.verified.exit_code != 0:
            out.warn("cli.demo.not-verified")
            return 1
        return 0

    return demo


def _print(out: Out, outcome: Outcome) -> None:
    words = out.words
    runs = outcome.comparison.runs if outcome.comparison else ()
    tiers = ", ".join(run.finding.tier.value for run in runs)
    out.say("cli.demo.kept", count=len(outcome.exhibit_ids), copies=len(outcome.copies))
    out.say("cli.demo.compared", tiers=tiers)
    out.say("cli.demo.planned", steps=len(outcome.plans[0].steps), notices=len(outcome.notices))
    out.line()
    for check in checks_of(outcome.verified):
        out.line(f"  {check['result']:<9} {check['title']}")
    out.line()
    out.say("cli.demo.verified-with")
    not_shown = [c["title"] for c in checks_of(outcome.unanchored) if c["result"] == "NOT_DONE"]
    out.say("cli.demo.verified-without", names=", ".join(not_shown))
    out.line()
    out.say("cli.demo.where", dossier=str(outcome.dossier), letter=str(outcome.letter))
    roots = " ".join(
        f"--tsa-root {outcome.dossier.parent / f'{name}-root.pem'}" for name in AUTHORITIES
    )
    out.line(
        f"  {words('cli.demo.command')} verify {outcome.dossier} "
        f"--receipt {outcome.receipt} {roots}"
    )


def _document(
    words: Words, outcome: Outcome, kept: dict[str, Exhibit], seconds: dict[str, float]
) -> dict[str, Json]:
    return {
        "dossier": str(outcome.dossier),
        "receipt": str(outcome.receipt),
        "letter": str(outcome.letter),
        "case": outcome.case,
        "exhibits": sorted(kept),
        "captures": [capture_json(one, kept) for one in outcome.captures],
        "copies": [
            {"one": one.exhibit_id, "other": one.other_id, "bits": one.distance_bits}
            for one in outcome.copies
        ],
        "source": _source(outcome),
        "comparisons": [run_json(run) for run in outcome.comparison.runs]
        if outcome.comparison
        else [],
        "plan": plan_json(words, outcome.plans[0]),
        "notices": [one.id for one in outcome.notices],
        "verify": _verify_json(outcome.verified),
        "verify_without_anchors": _verify_json(outcome.unanchored),
        "seconds": seconds,
    }


def _source(outcome: Outcome) -> dict[str, Json] | None:
    """Return the finding on the posted fake, with its agreement with the true mask."""
    for run in outcome.comparison.runs if outcome.comparison else ():
        if run.finding.exhibit_id in outcome.agreement:
            return {**run_json(run), "iou": outcome.agreement[run.finding.exhibit_id]}
    return None


def _verify_json(answer: VerifierAnswer | None) -> dict[str, Json]:
    code = answer.exit_code if answer is not None else None
    return {"exit_code": code, "checks": checks_of(answer)}
