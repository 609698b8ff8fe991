"""What a served exchange writes to its standard error: what broke and where, never a value."""

import logging
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import TypeAlias

_Raised: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


class FramesOnly(logging.Formatter):
    """Writes the kind of an error and where it went by; its own words may hold a hash."""

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 - logging's own name
        """Return kinds and places: of the error, then of what it came of."""
        return "\n".join(_told(ei[1], set()))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - likewise
        """Return the first line: in those after it asyncio repeats what an error says."""
        record.message = record.message.partition("\n")[0]
        return super().formatMessage(record)


# In the place of uvicorn's own, which writes what an error says of itself.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "frames": {
            "()": f"{__name__}.{FramesOnly.__name__}",
            "fmt": "%(levelname)s: %(name)s: %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "frames"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}


def _told(error: BaseException | None, told: set[int]) -> Iterator[str]:
    # An error that was raised from itself is its own cause: each is told once.
    while error is not None and id(error) not in told:
        told.add(id(error))
        # Lines of the source, without the values that they had.
        yield "".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__
        if isinstance(error, BaseExceptionGroup):
            for one in error.exceptions:
                yield from _told(one, told)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
