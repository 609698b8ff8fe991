"""The archive that X gives a person of their own account; its posts as :mod:`x_archive` reads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from benban.errors import ImportDamagedError
from benban.model.own_photo import Audience, PhotoPlace, PhotoService
from benban.unpack.own_photos.json_items import Item, dig, text_of, unread, walk
from benban.unpack.own_photos.listed import Mention, Told, photos_of
from benban.unpack.own_photos.parts import OwnPart
from benban.unpack.parts import Entry, Message, Reason, Source, Unread
from benban.unpack.x_archive import XArchiveReader

_VARIABLE = re.compile(rb"\s*window\.YTD\.[a-z0-9_\-]{1,80}\.part[0-9]{1,6}\s*=\s*", re.IGNORECASE)
_LOOK_BYTES = 256
_ABOUT = "what the archive says about the account"
_PROTECTED = re.compile(r"(?:^|/)protected-history\.js$")
_PROFILE = re.compile(r"(?:^|/)profile\.js$")
_DELETED = re.compile(r"(?:^|/)deleted_tweets?_media/")
_FOLDER = re.compile(r"(?:^|/)(?P<kind>[a-z_]{1,60})_media/[^/]+$")
_ACTIONS = {"protect": Audience.LIMITED, "unprotect": Audience.PUBLIC}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    """
    Who can see its posts, and its header's address.

    Attributes:
        at: since when, as the archive writes it; the latest counts.
        unread: what could not be read of it.
    """

    audience: Audience = Audience.UNKNOWN
    audience_shown: str = ""
    at: str = ""
    header: str = ""
    unread: tuple[Unread, ...] = ()


class XPhotos:
    """Reads the pictures of posts, messages and the profile."""

    service = PhotoService.X

    def recognises(self, source: Source) -> bool:
        """Return whether it has a script of posts or messages as the archive names it."""
        return XArchiveReader().recognises(source)

    def photos(self, source: Source) -> Iterator[OwnPart]:
        """Yield every photo once: of messages and posts, then of the profile and the rest."""
        account = _account(source)
        yield from photos_of(
            source,
            self.service,
            _told(source, account),
            unlisted=lambda entry: _by_folder(entry, account),
        )


def _told(source: Source, account: _Account) -> Iterator[Told]:
    yield from account.unread
    for part in XArchiveReader().parts(source):
        if isinstance(part, Unread):
            yield part
        elif isinstance(part, Message):
            names = (ref.entry_name for ref in part.media if ref.entry_name is not None)
            yield from (_mention(name, part, account) for name in names)


def _mention(name: str, message: Message, account: _Account) -> Mention:
    is_direct = message.topic != ""
    audience, shown = account.audience, account.audience_shown
    if is_direct:
        audience, shown = Audience.LIMITED, "dmConversation"
    elif _DELETED.search(name):
        audience, shown = Audience.PRIVATE, "deleted"
    return Mention(
        names=(name,),
        place=PhotoPlace.MESSAGE if is_direct else PhotoPlace.POST,
        audience=audience,
        audience_shown=shown,
        at=message.at,
        at_shown=message.at_shown,
        # A repost brings the picture of somebody else along.
        is_others=message.sender == "" if is_direct else message.text.startswith("RT @"),
    )


def _account(source: Source) -> _Account:
    found = _Account()
    for entry in source.entries():
        if _PROTECTED.search(entry.name) or _PROFILE.search(entry.name):
            for item in _script(entry):
                found = _with(found, item)
    return found


def _with(account: _Account, item: Item | Unread) -> _Account:
    if isinstance(item, Unread):
        return replace(account, unread=(*account.unread, item))
    header = text_of(dig(item.value, "profile", "headerMediaUrl"))
    action = text_of(dig(item.value, "protectedHistory", "action"))
    at = text_of(dig(item.value, "protectedHistory", "protectedAt"))
    if action.casefold() in _ACTIONS and at >= account.at:
        shown = f"{action} {at}".strip()
        audience = _ACTIONS[action.casefold()]
        return replace(account, audience=audience, audience_shown=shown, at=at)
    return replace(account, header=header) if header else account


def _script(entry: Entry) -> Iterator[Item | Unread]:
    try:
        with entry.open() as file:
            start = _VARIABLE.match(file.read(_LOOK_BYTES))
    except ImportDamagedError:
        yield unread(Reason.DAMAGED, where=_ABOUT)
    except OSError:
        yield unread(Reason.UNREADABLE, where=_ABOUT)
    else:
        if start is None:
            yield unread(Reason.NOT_PARSED, where=_ABOUT)
        else:
            yield from walk(entry, skip=start.end())


def _by_folder(entry: Entry, account: _Account) -> Mention:
    match = _FOLDER.search(entry.name)
    kind = match["kind"] if match else ""
    if kind == "profile":
        stem = entry.name.rpartition("/")[2].rpartition(".")[0].partition("-")[2]
        is_header = stem != "" and stem in account.header
        return Mention(names=(), place=PhotoPlace.COVER if is_header else PhotoPlace.PROFILE)
    if kind.startswith("direct_message"):
        return Mention(names=(), place=PhotoPlace.MESSAGE, is_others=True)
    if kind.startswith(("tweet", "deleted_tweet", "community_tweet")):
        return Mention(names=(), place=PhotoPlace.POST)
    return Mention(names=())
