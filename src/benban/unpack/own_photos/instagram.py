"""
The archive that Instagram gives a person of their own account ("Download your information").

Which files are read and what they say: docs/reference/own-photo-archives.md.
"""

import re
from collections.abc import Generator, Iterator
from dataclasses import replace

from benban.model.own_photo import Audience, PhotoPlace, PhotoService
from benban.unpack.own_photos.json_items import Item, Json, dig, mended, text_of, unread, walk
from benban.unpack.own_photos.listed import Mention, Told, photos_of
from benban.unpack.own_photos.meta import Roots, Standing, mentions, roots_of
from benban.unpack.own_photos.parts import OwnPart
from benban.unpack.parts import Entry, Reason, Source, Unread

_ROOT = re.compile(
    r"(?P<root>(?:[^/]+/){0,4}?)(?:your_instagram_activity|media|content|personal_information|"
    r"account_information)/"
)
_MARK = re.compile(
    r"(?:^|/)(?:your_instagram_activity/|content/posts_[0-9]+\.json$|media/posts/[0-9]{6}/|"
    r"media/(?:stories|archived_posts|profile)/[0-9]{6}/)"
)
_FOLDER = r"(?:^|/)(?:media|content)/"
_LISTS: tuple[tuple[re.Pattern[str], Standing], ...] = (
    (
        re.compile(_FOLDER + r"archived_posts(?:_[0-9]+)?\.json$"),
        Standing(place=PhotoPlace.POST, audience=Audience.PRIVATE, audience_shown="archived"),
    ),
    (
        re.compile(_FOLDER + r"recently_deleted_(?:content|media)(?:_[0-9]+)?\.json$"),
        Standing(
            place=PhotoPlace.POST, audience=Audience.PRIVATE, audience_shown="recently deleted"
        ),
    ),
    (
        re.compile(_FOLDER + r"profile_photos(?:_[0-9]+)?\.json$"),
        Standing(place=PhotoPlace.PROFILE),
    ),
    (re.compile(_FOLDER + r"posts(?:_[0-9]+)?\.json$"), Standing(place=PhotoPlace.POST)),
    (re.compile(_FOLDER + r"stories(?:_[0-9]+)?\.json$"), Standing(place=PhotoPlace.STORY)),
    (re.compile(_FOLDER + r"other_content(?:_[0-9]+)?\.json$"), Standing(place=PhotoPlace.UNKNOWN)),
    (
        re.compile(_FOLDER + r"reposts(?:_[0-9]+)?\.json$"),
        Standing(place=PhotoPlace.STORY, is_others=True),
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
_PERSONAL = re.compile(r"(?:^|/)personal_information\.json$")
_PRIVATE_FIELD = "Private Account"
_FOLDERS = (
    ("/media/profile/", PhotoPlace.PROFILE),
    ("/media/posts/", PhotoPlace.POST),
    ("/media/archived_posts/", PhotoPlace.POST),
    ("/media/stories/", PhotoPlace.STORY),
)


class InstagramPhotos:
    """Reads the lists of the JSON archive; of the HTML one only the pictures."""

    service = PhotoService.INSTAGRAM

    def recognises(self, source: Source) -> bool:
        """Return whether a folder or a list is named as only Instagram's archive names it."""
        return any(_MARK.search(entry.name) for entry in source.entries())

    def photos(self, source: Source) -> Iterator[OwnPart]:
        """Yield every photo once: archived ones, profile, posts, stories, messages, the rest."""
        yield from photos_of(source, self.service, _told(source), unlisted=_by_folder)


def _told(source: Source) -> Iterator[Told]:
    roots = roots_of(source, _ROOT)
    owner, of_posts = yield from _account(source)
    is_any = False
    for pattern, standing in _LISTS:
        is_post = standing.place is PhotoPlace.POST and standing.audience is Audience.UNKNOWN
        for entry in source.entries():
            if pattern.search(entry.name):
                is_any = True
                yield from _list(entry, roots, of_posts if is_post else standing, owner)
    if not is_any:
        yield unread(Reason.NOT_PARSED, where="lists that are not JSON; no audience is known")


def _list(entry: Entry, roots: Roots, standing: Standing, owner: str) -> Iterator[Told]:
    for item in walk(entry):
        if isinstance(item, Unread):
            yield item
        elif not item.is_in_list:
            continue
        elif standing.place is PhotoPlace.MESSAGE:
            yield from _message(item, roots, standing, owner)
        else:
            yield from mentions(item.value, roots, standing)


def _message(item: Item, roots: Roots, standing: Standing, owner: str) -> Iterator[Mention]:
    if item.path[-1:] != ("messages",):
        return
    is_own = owner != "" and mended(dig(item.value, "sender_name")) == owner
    photos: Json = {
        "photos": dig(item.value, "photos"),
        "timestamp_ms": dig(item.value, "timestamp_ms"),
    }
    yield from mentions(photos, roots, replace(standing, is_others=not is_own))


def _account(source: Source) -> Generator[Unread, None, tuple[str, Standing]]:
    """Return the name that messages carry, and what holds for posts; yield what was not read."""
    name, standing = "", Standing(place=PhotoPlace.POST)
    for entry in source.entries():
        if not _PERSONAL.search(entry.name):
            continue
        for item in walk(entry):
            if isinstance(item, Unread):
                yield item
                continue
            if item.path != ("profile_user",):
                continue
            told = dig(item.value, "string_map_data")
            name = mended(dig(told, "Name", "value")) or name
            standing = _posts_standing(text_of(dig(told, _PRIVATE_FIELD, "value"))) or standing
    return name, standing


def _posts_standing(value: str) -> Standing | None:
    audiences = {"true": Audience.LIMITED, "false": Audience.PUBLIC}
    audience = audiences.get(value.strip().casefold())
    if audience is None:
        return None
    shown = f"{_PRIVATE_FIELD}: {value.strip()}"
    return Standing(place=PhotoPlace.POST, audience=audience, audience_shown=shown)


def _by_folder(entry: Entry) -> Mention:
    name = f"/{entry.name}"
    if "/messages/" in name:
        return Mention(names=(), place=PhotoPlace.MESSAGE, is_others=True)
    places = (place for folder, place in _FOLDERS if folder in name)
    return Mention(names=(), place=next(places, PhotoPlace.UNKNOWN))
