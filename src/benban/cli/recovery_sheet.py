"""The recovery code on its way to paper."""

from benban.cli.options import is_interactive
from benban.cli.out import Out
from benban.cli.questions import ask_needed


def hand_over_code(out: Out, code: str) -> None:
    """Print a recovery code and ask whoever sits there for two of its groups."""
    out.line()
    out.say("cli.vault.recovery.code")
    out.line(f"    {code}")
    out.say("cli.vault.recovery.about")
    if out.is_json or not is_interactive():
        return
    # A code that was never written down opens nothing: ask for two of its groups (SecureDrop's
    # lesson: make people re-type it once).
    groups = code.split("-")
    for place in (1, len(groups) - 2):
        wanted = groups[place]
        while True:
            typed = ask_needed(out.words("cli.vault.recovery.retype", place=place + 1))
            if typed.upper() == wanted.upper():
                break
            out.warn("cli.vault.recovery.retype-wrong")
    out.say("cli.vault.recovery.kept")
