"""
The archive that Facebook gives a person of their own account ("Download your information").

Which files are read and what they say: docs/reference/own-photo-archives.md.
"""

import re
from collections.abc import Generator, Iterator

from benban.model.own_photo import Audience, PhotoPlace, PhotoService
from benban.unpack.own_photos.json_items import Item, Json, dig, mended, unread, walk
from benban.unpack.own_photos.listed import Mention, Told, photos_of
from benban.unpack.own_photos.meta import Roots, Standing, mentions, roots_of
from benban.unpack.own_photos.parts import OwnPart
from benban.unpack.parts import Entry, Reason, Source, Unread

# The first folders of the archive, new and before 2022.
_ROOT = re.compile(
    r"(?P<root>(?:[^/]+/){0,4}?)(?:your_facebook_activity|activity_you[^/]{0,4}re_tagged_in|"
    r"photos_and_videos|posts|stories|messages|profile_information)/"
)
_MARK = re.compile(
    r"(?:^|/)(?:your_facebook_activity/|photos_and_videos/album/|profile_information/|"
    r"posts/your_posts)"
)
_LISTS: tuple[tuple[re.Pattern[str], Standing], ...] = (
    (
        re.compile(r"(?:^|/)posts/(?:archive|your_archived_posts)[^/]*\.json$"),
        Standing(place=PhotoPlace.POST, audience=Audience.PRIVATE, audience_shown="archive"),
    ),
    (
        re.compile(r"(?:^|/)posts/(?:trash|your_trash)[^/]*\.json$"),
        Standing(place=PhotoPlace.POST, audience=Audience.PRIVATE, audience_shown="trash"),
    ),
    (
        re.compile(r"(?:^|/)(?:posts|photos_and_videos)/album/[0-9]+\.json$"),
        Standing(place=PhotoPlace.ALBUM),
    ),
    (
        re.compile(
            r"(?:^|/)(?:posts|photos_and_videos)/(?:your_posts[^/]*|your_photos|"
            r"your_uncategorized_photos|birthday_media)\.json$"
        ),
        Standing(place=PhotoPlace.POST),
    ),
    (re.compile(r"(?:^|/)stories/[^/]*\.json$"), Standing(place=PhotoPlace.STORY)),
    (
        re.compile(r"(?:^|/)groups/(?:group_posts|your_posts)[^/]*\.json$"),
        Standing(place=PhotoPlace.POST),
    ),
    (
        re.compile(r"(?:^|/)comments(?:_and_reactions)?/[^/]*comments[^/]*\.json$"),
        Standing(place=PhotoPlace.POST),
    ),
    (
        re.compile(r"(?:^|/)[^/]*tagged_in[^/]*(?:/[^/]*)?\.json$"),
        Standing(place=PhotoPlace.TAGGED, is_others=True),
    ),
    (
        re.compile(r"(?:^|/)messages/.*message_[0-9]+\.json$"),
        Standing(
            place=PhotoPlace.MESSAGE,
            audience=Audience.LIMITED,
            audience_shown="participants",
            is_others=True,
        ),
    ),
)
_PROFILE = re.compile(r"(?:^|/)profile_information/profile_information\.json$")
# As Facebook names these albums in English and in Vietnamese.
_ALBUM_PLACES = {
    "profile pictures": PhotoPlace.PROFILE,
    "\u1ea3nh \u0111\u1ea1i di\u1ec7n": PhotoPlace.PROFILE,
    "cover photos": PhotoPlace.COVER,
    "\u1ea3nh b\u00eca": PhotoPlace.COVER,
}


class FacebookPhotos:
    """Reads the lists of the JSON archive; of the HTML one only the pictures."""

    service = PhotoService.FACEBOOK

    def recognises(self, source: Source) -> bool:
        """Return whether a folder is named as only Facebook's archive names it."""
        return any(_MARK.search(entry.name) for entry in source.entries())

    def photos(self, source: Source) -> Iterator[OwnPart]:
        """Yield every photo once: those of posts first, then of albums, messages and the rest."""
        yield from photos_of(source, self.service, _told(source), unlisted=_by_folder)


def _told(source: Source) -> Iterator[Told]:
    roots = roots_of(source, _ROOT)
    owner = yield from _owner(source)
    is_any = False
    for pattern, standing in _LISTS:
        for entry in source.entries():
            if pattern.search(entry.name):
                is_any = True
                yield from _list(entry, roots, standing, owner)
    if not is_any:
        yield unread(Reason.NOT_PARSED, where="lists that are not JSON; no audience is known")


def _list(entry: Entry, roots: Roots, standing: Standing, owner: str) -> Iterator[Told]:
    named = standing
    for item in walk(entry):
        if isinstance(item, Unread):
            yield item
        elif not item.is_in_list:
            named = _named(item, named)
            # The picture that an album shows of itself is one of the list as well.
            yield from () if item.path[:1] == ("cover_photo",) else _alone(item, roots, named)
        elif standing.place is PhotoPlace.MESSAGE:
            yield from _message(item, roots, named, owner)
        else:
            yield from mentions(item.value, roots, named)


def _alone(item: Item, roots: Roots, standing: Standing) -> Iterator[Mention]:
    if item.path[-1:] == ("uri",):
        yield from mentions({"uri": item.value}, roots, standing)


def _named(item: Item, standing: Standing) -> Standing:
    if standing.place is PhotoPlace.MESSAGE and item.path == ("title",):
        return _with(standing, standing.place, mended(item.value))
    if standing.place is PhotoPlace.ALBUM and item.path == ("name",):
        name = mended(item.value)
        return _with(standing, _ALBUM_PLACES.get(name.casefold(), standing.place), name)
    return standing


def _with(standing: Standing, place: PhotoPlace, album: str) -> Standing:
    return Standing(
        place=place,
        audience=standing.audience,
        audience_shown=standing.audience_shown,
        album=album,
        is_others=standing.is_others,
    )


def _message(item: Item, roots: Roots, standing: Standing, owner: str) -> Iterator[Mention]:
    if item.path[-1:] != ("messages",):
        return
    value: Json = item.value
    is_own = owner != "" and mended(dig(value, "sender_name")) == owner
    photos: Json = {
        key: one
        for key, one in (value.items() if isinstance(value, dict) else ())
        if key in {"photos", "files", "timestamp_ms"}
    }
    told = Standing(
        place=standing.place,
        audience=standing.audience,
        audience_shown=standing.audience_shown,
        album=standing.album,
        is_others=not is_own,
    )
    yield from mentions(photos, roots, told)


def _owner(source: Source) -> Generator[Unread, None, str]:
    """Return the name that messages carry, and yield what of it could not be read."""
    owner = ""
    for entry in source.entries():
        if not _PROFILE.search(entry.name):
            continue
        for item in walk(entry):
            if isinstance(item, Unread):
                yield item
            elif item.path[1:] == ("name", "full_name"):
                owner = owner or mended(item.value)
    return owner


def _by_folder(entry: Entry) -> Mention:
    if "/stickers_used/" in entry.name:
        return Mention(names=(), is_others=True)
    if "/messages/" in f"/{entry.name}":
        return Mention(names=(), place=PhotoPlace.MESSAGE, is_others=True)
    if "tagged_in" in entry.name:
        return Mention(names=(), place=PhotoPlace.TAGGED, is_others=True)
    return Mention(names=())
