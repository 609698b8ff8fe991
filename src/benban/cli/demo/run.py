"""Set up what the demonstration needs, run the story, take it down again."""

import secrets
from contextlib import ExitStack
from pathlib import Path

from benban.casework.stamp import Authority
from benban.cli.demo.stages import Stages
from benban.cli.demo.story import Equipment, Outcome, Story
from benban.cli.files import write_new
from benban.cli.words import Words
from benban.model.exhibit import Exhibit
from benban.testing.platform import PlatformSimulator
from benban.testing.tsa import FakeTsa
from benban.wiring_case import (
    Vault,
    catalogue,
    create_vault,
    demonstration_authority,
    opened_fence,
    system_clock,
)

AUTHORITIES = ("demo-1", "demo-2")


def run_demo(words: Words, target: Path, stages: Stages) -> tuple[Outcome, dict[str, Exhibit]]:
    """
    Return what the story found and the exhibits that were kept, by id.

    Args:
        words: the person's language.
        target: an existing folder; vault, dossier, receipt, letter and roots are left there.
        stages: told about each stage.
    """
    with ExitStack() as open_things:
        with stages.stage("vault"):
            vault, _ = create_vault(target / "kho", passphrase=secrets.token_urlsafe(24))
        open_things.enter_context(vault)
        equipment = _equip(open_things, words, target)
        site = open_things.enter_context(PlatformSimulator())
        outcome = Story(equipment, vault, stages).run(site)
        return outcome, _kept_exhibits(vault)


def _equip(open_things: ExitStack, words: Words, target: Path) -> Equipment:
    clock = system_clock()
    authorities: list[Authority] = []
    roots: list[Path] = []
    for name in AUTHORITIES:
        tsa = FakeTsa(clock=clock, name=f"benban {name}")
        url = open_things.enter_context(tsa.serve())
        authorities.append(demonstration_authority(name, url, tsa.root_der))
        roots.append(target / f"{name}-root.pem")
        write_new(roots[-1], tsa.root_pem)
    return Equipment(
        words=words,
        folder=target,
        clock=clock,
        catalogue=catalogue(),
        decoder=open_things.enter_context(opened_fence()),
        authorities=authorities,
        root_files=roots,
    )


def _kept_exhibits(vault: Vault) -> dict[str, Exhibit]:
    with vault.open_case(vault.cases()[0].id) as store:
        return {exhibit.id: exhibit for exhibit in store.all(Exhibit)}
