"""Open a service's form in a private window of the installed browser, when the person said so."""

import subprocess
from pathlib import Path

from benban.errors import MailAddressError
from benban.outside.browser_find import find_browser


def open_page(address: str) -> None:
    """
    Open *address* in a private window and return at once; what the person does there is theirs.

    Raises:
        BrowserMissingError: BB-201. MailAddressError: BB-642, not an ``https`` address.
    """
    subprocess.Popen(
        window_arguments(find_browser(), address),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def window_arguments(program: Path, address: str) -> list[str]:
    """
    Return the call that opens *address* in a window that leaves no history.

    Raises:
        MailAddressError: BB-642; another scheme, or anything that a program could take for an
            option.
    """
    if not address.startswith("https://") or any(sign.isspace() for sign in address):
        raise MailAddressError
    is_edge = "edge" in program.name.lower()
    private = "--inprivate" if is_edge else "--incognito"
    return [str(program), private, "--no-first-run", address]
