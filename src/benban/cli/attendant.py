"""The person before a browser window: says when the page is in front, and that it is the one."""

from dataclasses import dataclass

from benban.cli.questions import ask_line, confirm, tell
from benban.cli.words import Words


@dataclass(frozen=True, slots=True)
class Keyboard:
    """A :class:`benban.capture.attended.Attendant` who types."""

    words: Words

    def wait_until_ready(self) -> bool:
        """Return True after Enter alone, False when something else was typed."""
        tell(self.words("cli.attach.how"))
        return not ask_line(self.words("cli.attach.ready"))

    def confirm(self, title: str, host: str) -> bool:
        """Return whether the person says that it is this tab."""
        return confirm(self.words, self.words("cli.attach.confirm", title=title, host=host))
