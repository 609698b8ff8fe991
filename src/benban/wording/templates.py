"""From values to HTML, the same way in every room: escaped, in one language, nothing missing."""

import jinja2

from benban.wording.messages import Language, say


class Spoken:
    """Messages in one language for templates; called like a function."""

    def __init__(self, language: Language) -> None:
        """Speak *language*."""
        self.language = language

    def __call__(self, message_id: str, **params: str | int) -> str:
        """Return the text of a message."""
        return say(self.language, message_id, **params)


def html_templates(loader: jinja2.BaseLoader) -> jinja2.Environment:
    """Return what renders a room's templates; a value that one names and nobody gave raises."""
    return jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
