"""The export of Telegram Desktop: a whole account or one chat, as JSON or HTML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from benban.model.own_photo import Audience, PhotoPlace, PhotoService
from benban.unpack.own_photos.json_items import Item, Json, dig, text_of, unix_time, unread, walk
from benban.unpack.own_photos.kinds import folder_of
from benban.unpack.own_photos.listed import Mention, Told, photos_of
from benban.unpack.own_photos.parts import OwnPart
from benban.unpack.parts import Entry, Reason, Source, Unread
from benban.unpack.telegram_html import TelegramHtml
from benban.unpack.telegram_json import TelegramJson

_CHATS = frozenset({("chats", "list"), ("left_chats", "list")})
_HTML = re.compile(r"(?:^|/)messages[0-9]*\.html$|(?:^|/)export_results\.html$")
# The export's own words for what a conversation is. Source: tdesktop, export_output_json.cpp.
_AUDIENCES = {
    "saved_messages": Audience.PRIVATE,
    "personal_chat": Audience.LIMITED,
    "bot_chat": Audience.LIMITED,
    "private_group": Audience.LIMITED,
    "private_supergroup": Audience.LIMITED,
    "private_channel": Audience.LIMITED,
    "public_supergroup": Audience.PUBLIC,
    "public_channel": Audience.PUBLIC,
}
_FOLDERS = (
    ("/profile_pictures/", PhotoPlace.PROFILE, False),
    ("/stories/", PhotoPlace.STORY, False),
    ("/photos/", PhotoPlace.MESSAGE, True),
    ("/files/", PhotoPlace.MESSAGE, True),
    ("/stickers/", PhotoPlace.UNKNOWN, True),
)


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What was read of the document so far that holds for what follows."""

    folder: str
    user_key: str = ""
    chat_kind: str = ""
    chat_name: str = ""

    def told(self, item: Item) -> Iterator[Mention]:
        path, value = item.path, item.value
        if path == ("personal_information", "user_id"):
            self.user_key = f"user{text_of(value)}"
        elif path in _CHATS:
            self.chat_kind = self.chat_name = ""
        elif path[-1:] == ("profile_pictures",) and item.is_in_list:
            yield from self._own(value, PhotoPlace.PROFILE)
        elif path[-1:] == ("stories",) and item.is_in_list:
            yield from self._own(value, PhotoPlace.STORY)
        elif path[-1:] == ("messages",) and item.is_in_list:
            yield from self._message(value)
        elif path in {("type",), *((*chats, "type") for chats in _CHATS)}:
            self.chat_kind = text_of(value)
        elif path in {("name",), *((*chats, "name") for chats in _CHATS)}:
            self.chat_name = text_of(value)

    def _own(self, value: Json, place: PhotoPlace) -> Iterator[Mention]:
        name = text_of(dig(value, "photo")) or text_of(dig(value, "media"))
        if name:
            yield Mention(
                names=self._names(name),
                place=place,
                at=_time(value),
                at_shown=text_of(dig(value, "date")),
                is_photo=place is PhotoPlace.PROFILE,
            )

    def _message(self, value: Json) -> Iterator[Mention]:
        photo = text_of(dig(value, "photo"))
        is_image = text_of(dig(value, "mime_type")).startswith("image/")
        name = photo or (text_of(dig(value, "file")) if is_image else "")
        if not name or text_of(dig(value, "media_type")) == "sticker":
            return
        is_own = self.user_key != "" and text_of(dig(value, "from_id")) == self.user_key
        is_forwarded = bool(dig(value, "forwarded_from") or dig(value, "saved_from"))
        yield Mention(
            names=self._names(name),
            place=PhotoPlace.MESSAGE,
            audience=_AUDIENCES.get(self.chat_kind, Audience.UNKNOWN),
            audience_shown=self.chat_kind,
            album=self.chat_name,
            at=_time(value),
            at_shown=text_of(dig(value, "date")),
            is_others=not is_own or is_forwarded,
            is_photo=True,
        )

    def _names(self, name: str) -> tuple[str, ...]:
        # "(File not included. Change data exporting settings to download.)" is no name.
        return () if name.startswith("(") else (f"{self.folder}{name}",)


class TelegramPhotos:
    """Reads ``result.json``; of an HTML export only the pictures."""

    service = PhotoService.TELEGRAM

    def recognises(self, source: Source) -> bool:
        """Return whether the readers of conversations would read it."""
        has_list = any(entry.name.rpartition("/")[2] == "result.json" for entry in source.entries())
        is_json = has_list and TelegramJson().recognises(source)
        return is_json or (_has_pages(source) and TelegramHtml().recognises(source))

    def photos(self, source: Source) -> Iterator[OwnPart]:
        """Yield every photo once: profile, stories and messages in the order of the document."""
        yield from photos_of(source, self.service, _told(source), unlisted=_by_folder)


def _has_pages(source: Source) -> bool:
    return any(_HTML.search(entry.name) for entry in source.entries())


def _told(source: Source) -> Iterator[Told]:
    documents = TelegramJson().documents(source)
    if not documents:
        yield unread(Reason.NOT_PARSED, where="lists that are not JSON; no audience is known")
    for entry in documents:
        reading = _Reading(folder=folder_of(entry.name))
        for item in walk(entry, into=_CHATS):
            if isinstance(item, Unread):
                yield item
            else:
                yield from reading.told(item)


def _time(value: Json) -> datetime | None:
    # The other field has no zone before version 3.4.
    return unix_time(dig(value, "date_unixtime"))


def _by_folder(entry: Entry) -> Mention:
    name = f"/{entry.name}"
    for folder, place, is_others in _FOLDERS:
        if folder in name:
            return Mention(names=(), place=place, is_others=is_others)
    return Mention(names=())
