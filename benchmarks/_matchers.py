"""What the matchers of yt-dlp and gallery-dl say of an address; nothing is opened."""

from collections.abc import Iterator
from typing import ClassVar, Protocol


class Matcher(Protocol):
    """Knows shapes of addresses."""

    @property
    def name(self) -> str:
        """Of the distribution."""
        ...

    def what(self, address: str) -> str | None:
        """Return the kind of thing and its id, or None for an address that it does not know."""
        ...


class YtDlp:
    """The extractors of yt-dlp: regular expressions with a group for the id."""

    name = "yt-dlp"

    def __init__(self) -> None:
        """Load the extractors; the generic one takes anything and says nothing."""
        from yt_dlp.extractor import gen_extractor_classes

        self._all = [one for one in gen_extractor_classes() if one.IE_NAME != "generic"]

    def what(self, address: str) -> str | None:
        """Return ``extractor id`` of the first extractor that takes *address*."""
        for one in self._all:
            if one.suitable(address):
                found = one.get_temp_id(address)
                return f"{one.IE_NAME} {found}" if found else None
        return None

    def own_examples(self) -> Iterator[str]:
        """Give the addresses of its own tests."""
        for one in self._all:
            for case in one.get_testcases(include_onlymatching=True):
                yield case["url"]


class GalleryDl:
    """The extractors of gallery-dl; what its pattern captures tells things apart."""

    name = "gallery-dl"

    # Kinds of single things, with the place of the id among what the pattern captures. Its other
    # kinds are lists, or capture words around the id, and are not asked.
    _ID_AT: ClassVar = {
        "twitter tweet": -1,
        "instagram post": -1,
        "instagram reel": -1,
        "bluesky post": -1,
        "imgur image": 0,
        "imgur album": 0,
        "reddit submission": -1,
        "tiktok post": -1,
        "vk wall-post": -1,
        "discord message": -1,
        "pixeldrain file": -1,
        "facebook photo": -1,
    }
    # A film and a picture of one post, under one id.
    _SAME: ClassVar = {"instagram reel": "instagram post"}

    def what(self, address: str) -> str | None:
        """Return ``category kind id`` of the extractor that takes *address*."""
        from gallery_dl import extractor

        found = extractor.find(address)
        kind = "" if found is None else f"{found.category} {found.subcategory}"
        if found is None or kind not in self._ID_AT:
            return None
        return f"{self._SAME.get(kind, kind)} {found.groups[self._ID_AT[kind]]}"
