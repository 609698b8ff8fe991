"""The readable side of a page as plain text: where it was, what answered, what it said."""

from datetime import UTC, datetime

from benban.capture.place import without_fragment
from benban.capture.ports import Head, Page

# Cookies are access, not evidence; in the sealed package they stand as received.
_LEFT_OUT = frozenset({"set-cookie", "set-cookie2"})


def page_as_text(page: Page, requested_address: str, at: datetime) -> str:
    """
    Return UTF-8-ready text: addresses, status, header fields without cookies, then the text.

    Args:
        page: loaded without media.
        requested_address: as the person gave it.
        at: when the visit began, aware.
    """
    lines = [
        f"requested: {requested_address}",
        *(f"by way of: {address}" for address in page.redirects),
        f"received from: {page.final_address}",
        f"at: {at.astimezone(UTC).isoformat(timespec='seconds')}",
        f"status: {'-' if page.status is None else page.status}",
        f"title: {page.title}",
        "",
        *_head_lines(_main_head(page)),
        "",
        page.text,
        "",
    ]
    return "\n".join(lines)


def _main_head(page: Page) -> Head | None:
    bare = without_fragment(page.final_address)
    return next((each.response for each in page.exchanges if each.address == bare), None)


def _head_lines(head: Head | None) -> list[str]:
    if head is None:
        return []
    fields = [f"{name}: {value}" for name, value in head.fields if name.lower() not in _LEFT_OUT]
    return [head.start_line, *fields]
