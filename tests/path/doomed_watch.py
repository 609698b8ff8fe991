"""
Do one round of the watch in a process of its own, killed before one step on the vault's disk.

``python -m tests.path.doomed_watch VAULT STEP PORT``: the vault, its case and its permission exist.
With a step that never comes the round ends by itself; the number of steps stands last on standard
error, and how many looks were taken on standard output.
"""

import sys
from functools import partial
from pathlib import Path

from benban.casework.recheck import WatchTools, recheck
from benban.outside.clock import SystemClock
from benban.outside.http_fetcher import HttpFetcher
from benban.outside.platforms import ThisPlatform
from benban.outside.proxy import Endpoint
from benban.remedies import packaged_catalogue
from benban.testing.resolver import TableResolver
from benban.vault import Vault
from tests.path.doomed import Death
from tests.path.terminal import PASSPHRASE

HOST = "t.me"


def tools(port: int) -> WatchTools:
    """Return what looks at the simulated site as it is."""
    return WatchTools(
        fetcher=HttpFetcher(
            resolver=TableResolver({HOST: [("127.0.0.1",)]}),
            allowed=[Endpoint(host=HOST, port=port)],
        ),
        catalogue=packaged_catalogue(),
        clock=SystemClock(),
        chance=lambda: 0.0,
        sleep=lambda _seconds: None,
        run="doomed",
    )


if __name__ == "__main__":
    death = Death(int(sys.argv[2]))
    opened = partial(Vault.open, on_step=death)
    vault = opened(
        Path(sys.argv[1]), passphrase=PASSPHRASE, clock=SystemClock(), platform=ThisPlatform()
    )
    with vault, vault.open_case(vault.case_ids()[0]) as store:
        done = recheck(store, tools(int(sys.argv[3])))
    sys.stdout.write(str(len(done.looks)))
    sys.stderr.write(f"steps {death.steps}\n")
