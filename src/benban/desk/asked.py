"""What a page was asked, read within limits; everything in it is untrusted."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from urllib.request import url2pathname

from starlette.requests import ClientDisconnect, Request

from benban.errors import (
    AnswerMissingError,
    FormTooLargeError,
    FormUnknownError,
    TargetUnwritableError,
)

_MOST_BYTES = 1024 * 1024
_MOST_FIELDS = 2000
_URLENCODED = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    One request.

    Attributes:
        parts: the variable parts of the path, e.g. the id of a case.
        query: what stands behind the question mark; the last of several.
        fields: what a form sent, in order; several of a name for tick boxes.
        path: the path itself, for coming back to it.
    """

    path: str
    parts: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    fields: tuple[tuple[str, str], ...] = ()

    def first(self, name: str) -> str:
        """Return what a field holds, without space at its ends; empty when it was not sent."""
        return next((value.strip() for key, value in self.fields if key == name), "")

    def exact(self, name: str) -> str:
        """Return what a field holds as it was typed; empty when it was not sent."""
        return next((value for key, value in self.fields if key == name), "")

    def every(self, name: str) -> tuple[str, ...]:
        """Return all values of a name: the ticked ones."""
        return tuple(value for key, value in self.fields if key == name)

    def needed(self, name: str, question: str) -> str:
        """
        Return what a field holds.

        Raises:
            AnswerMissingError: BB-014; *question* is the message id of what was left open.
        """
        if value := self.first(name):
            return value
        raise AnswerMissingError(question)

    def folder(self, name: str, question: str) -> Path:
        """
        Return the folder that was typed; whether it is there is found out when it is used.

        Raises:
            AnswerMissingError: BB-014.
            TargetUnwritableError: BB-004, no system has such a folder.
        """
        typed = self.needed(name, question)
        if "\0" in typed:
            raise TargetUnwritableError(name=typed.replace("\0", ""))
        return Path(as_path(typed)).absolute()


def as_path(typed: str) -> str:
    """Return a path as systems copy it: within quotes, or as an address of a file."""
    bare = typed.strip().strip("\"'")
    if bare.lower().startswith("file://"):
        return url2pathname(urlsplit(bare).path)
    return bare


async def read_request(request: Request, *, most_bytes: int = _MOST_BYTES) -> Asked:
    """
    Return what was asked.

    Args:
        request: untrusted.
        most_bytes: of a form.

    Raises:
        FormTooLargeError: BB-012.
        FormUnknownError: BB-013, not a form of ours.
    """
    return asked_of(request, await _fields(request, most_bytes) if request.method == "POST" else ())


def asked_of(request: Request, fields: tuple[tuple[str, str], ...]) -> Asked:
    """Return what was asked, with the fields that were read already."""
    return Asked(
        path=request.url.path,
        parts={name: str(value) for name, value in request.path_params.items()},
        query=dict(request.query_params),
        fields=fields,
    )


async def _fields(request: Request, most_bytes: int) -> tuple[tuple[str, str], ...]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = b""
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > most_bytes:
                raise FormTooLargeError
        if body and media_type != _URLENCODED:
            raise FormUnknownError
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=_MOST_FIELDS,
            errors="strict",
        )
    except (ValueError, ClientDisconnect) as error:
        raise FormUnknownError from error
    # A text area sends line ends of its own.
    return tuple((name, value.replace("\r\n", "\n")) for name, value in pairs)
