"""Public-looking names that lead to this computer, for a real browser behind the real proxy."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from benban.capture.ports import Browser
from benban.outside.browser import ChromiumBrowser
from benban.outside.browser_find import find_browser
from benban.outside.clock import SystemClock
from benban.outside.proxy import Endpoint
from benban.testing.platform_hostile import METADATA_ADDRESS
from benban.testing.resolver import TableResolver
from benban.vault import Vault

HERE = "trang.vi-du.example"
INSIDE = "noi-bo.vi-du.example"
NOWHERE = "khong-co.vi-du.example"

_NAMES = {
    HERE: [("127.0.0.1",)],
    INSIDE: [("10.0.0.1",)],
    # A real name service gives a number back as it is.
    **{number: [(number,)] for number in ("10.0.0.1", "127.0.0.1", METADATA_ADDRESS)},
}

# What `add` calls in place of `wiring_case.opened_browser`.
OPENED_BROWSER = "benban.cli.commands.add.opened_browser"


def browser_on_loopback(*ports: int) -> Callable[[Vault], AbstractContextManager[Browser]]:
    """Return an ``opened_browser`` that reaches :data:`HERE` on *ports* and nothing else."""

    @contextmanager
    def opened_browser(vault: Vault) -> Iterator[Browser]:
        with vault.temporary_folder("browser") as folder:
            yield ChromiumBrowser(
                program=find_browser(),
                temp_folder=folder,
                resolver=TableResolver(_NAMES),
                clock=SystemClock(),
                allowed=frozenset(Endpoint(host=HERE, port=port) for port in ports),
            )

    return opened_browser
