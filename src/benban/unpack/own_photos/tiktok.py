"""
The archive that TikTok gives a person of their own account, in its JSON form.

Pictures are not in it: it names their addresses, which are never opened.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from benban.model.own_photo import Audience, PhotoPlace, PhotoService
from benban.unpack.own_photos.json_items import Item, Json, dig, text_of, unread, walk
from benban.unpack.own_photos.kinds import Kind, kind_by_name
from benban.unpack.own_photos.listed import Mention, Told, photos_of
from benban.unpack.own_photos.parts import OwnPart
from benban.unpack.parts import Entry, Reason, Source, Unread

_DOCUMENT = re.compile(r"(?:^|/)user_data(?:_tiktok)?\.json$", re.IGNORECASE)
_TEXT = re.compile(r"(?:^|/)TikTok/(?:.*/)?[^/]+\.txt$", re.IGNORECASE)
_LIST = "VideoList"
_PROFILE_PHOTOS = frozenset({"profilephoto", "profile photo"})
_PRIVATE = "Private Account"
_AUDIENCES = {
    "public": Audience.PUBLIC,
    "everyone": Audience.PUBLIC,
    "friends": Audience.LIMITED,
    "followers": Audience.LIMITED,
    "only me": Audience.PRIVATE,
    "private": Audience.PRIVATE,
}
_SWITCHES = {
    "enabled": Audience.LIMITED,
    "on": Audience.LIMITED,
    "yes": Audience.LIMITED,
    "true": Audience.LIMITED,
    "disabled": Audience.PUBLIC,
    "off": Audience.PUBLIC,
    "no": Audience.PUBLIC,
    "false": Audience.PUBLIC,
}
_MOST_LINKS = 200
_UTC = " UTC"


class TikTokPhotos:
    """Reads which photo posts there are and who can view them."""

    service = PhotoService.TIKTOK

    def recognises(self, source: Source) -> bool:
        """Return whether there is a document, or a text, named as only TikTok names it."""
        names = [entry.name for entry in source.entries()]
        return any(_DOCUMENT.search(name) or _TEXT.search(name) for name in names)

    def photos(self, source: Source) -> Iterator[OwnPart]:
        """Yield the photos of the profile and of posts, none of them with a file, then files."""
        yield from photos_of(source, self.service, _told(source))


def _told(source: Source) -> Iterator[Told]:
    documents = [entry for entry in source.entries() if _DOCUMENT.search(entry.name)]
    if not documents:
        yield unread(Reason.NOT_PARSED, where="lists that are not JSON; no audience is known")
    for entry in documents:
        yield from _document(entry, *_account(entry))


def _account(entry: Entry) -> tuple[Audience, str]:
    # The settings stand before the posts in some archives and behind them in others.
    for item in walk(entry):
        if isinstance(item, Item) and item.path[-1:] == (_PRIVATE,):
            value = text_of(item.value).strip() or str(item.value)[:20]
            audience = _SWITCHES.get(value.casefold(), Audience.UNKNOWN)
            return audience, f"{_PRIVATE}: {value}"
    return Audience.UNKNOWN, ""


def _document(entry: Entry, audience: Audience, shown: str) -> Iterator[Told]:
    for item in walk(entry):
        if isinstance(item, Unread):
            yield item
        elif item.path[-1:] == (_LIST,) and _is_own(item.path):
            yield from _post(item.value, audience, shown)
        else:
            yield from _profile(item)


def _is_own(path: tuple[str, ...]) -> bool:
    # "Favorite Videos", "Like List" and the browsing history name what others posted.
    return path[:1] in {("Video",), ("Post",), ("Posts",)} and "Recently Deleted Posts" not in path


def _post(value: Json, audience: Audience, shown: str) -> Iterator[Told]:
    own_word = text_of(dig(value, "WhoCanView")) or text_of(dig(value, "Who can view"))
    if own_word:
        audience, shown = _AUDIENCES.get(own_word.strip().casefold(), Audience.UNKNOWN), own_word
    at_shown = text_of(dig(value, "Date"))
    links = re.split(r"[\s,]+", text_of(dig(value, "Link")).strip())
    pictures = [link for link in links[:_MOST_LINKS] if _is_picture(link)]
    if not pictures:
        yield unread(Reason.UNKNOWN_KIND, where="a film")
    for link in pictures:
        yield Mention(
            names=(_address(link),),
            place=PhotoPlace.POST,
            audience=audience,
            audience_shown=shown,
            at=_time(at_shown),
            at_shown=at_shown,
            is_photo=True,
        )


def _profile(item: Item) -> Iterator[Mention]:
    # "Profile Photo" stands alone, or in entries of a list of linked platforms.
    if item.path[-1:] and item.path[-1].casefold() in _PROFILE_PHOTOS and not item.is_in_list:
        address = text_of(item.value)
        if address:
            yield Mention(names=(_address(address),), place=PhotoPlace.PROFILE, is_photo=True)


def _is_picture(link: str) -> bool:
    path = link.partition("?")[0]
    return kind_by_name(path) is Kind.PICTURE or ".image" in path.rpartition("/")[2]


def _address(link: str) -> str:
    # What follows the mark is a key that lets whoever has it fetch the file.
    return link.partition("?")[0]


def _time(shown: str) -> datetime | None:
    # Source: TikTok writes "2024-03-01 10:20:30 UTC", older archives without the zone.
    if not shown.endswith(_UTC):
        return None
    try:
        return datetime.strptime(shown.removesuffix(_UTC) + " +0000", "%Y-%m-%d %H:%M:%S %z")
    except ValueError:
        return None
