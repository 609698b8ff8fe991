"""Places that are nobody else's business, by their address and title (HARM 16)."""

import re
import unicodedata
from urllib.parse import unquote

from benban.capture.place import place_of

# Hosts, or what a host begins or ends with.
_HOSTS = re.compile(
    r"""(?x)
    ^(?:www\.)?(?:
        (?:web)?mail\d*\. | imap\. | outlook\. | inbox\. | accounts?\. | myaccount\. | login\.
      | (?:e|i|m|online)?banking\. | ebank\. | ibank\. | pay\. | wallet\. | settings\. | chat\.
      | messages\.
    )
    | (?:^|\.)(?:gmail|messenger|proton|protonmail|tutanota|paypal|momo|zalopay|vnpay|wise|stripe)
      \.[a-z.]+$
    | (?:^|\.)web\.whatsapp\.com$
    | (?:^|[.\-])(?:[a-z]*bank | bank[a-z]* | [a-z]*banking)\.
    """
)
# A whole part of a path.
_PARTS = frozenset(
    [
        "@me",
        "account",
        "accounts",
        "banking",
        "billing",
        "cai-dat",
        "chat",
        "chats",
        "conversation",
        "conversations",
        "direct",
        "dm",
        "dms",
        "e2ee",
        "email",
        "hop-thu",
        "inbox",
        "mail",
        "mailbox",
        "message",
        "messages",
        "messaging",
        "messenger",
        "ngan-hang",
        "notifications",
        "passwords",
        "payments",
        "privacy",
        "requests",
        "security",
        "settings",
        "tai-khoan",
        "tin-nhan",
        "wallet",
    ]
)
# "(3) Inbox - ...", "Tin nhắn | ...": the first words of a title.
_TITLES = re.compile(
    r"^\W*(?:\(\d+\+?\)\s*)?(?:inbox|hộp thư|messages?|tin nhắn|messenger|direct|chats?|trò chuyện"
    r"|settings|cài đặt|account settings|cài đặt tài khoản|online banking|ngân hàng số)\b",
    re.IGNORECASE,
)
_TELEGRAM = "web.telegram.org"
# Telegram's own numbering: people have positive numbers, groups and channels negative ones.
_TELEGRAM_PERSON = re.compile(r"^(?:/?(?:im\?p=)?u?)?\d+")


def is_private_place(address: str, title: str) -> bool:
    """
    Return whether a tab shows an inbox, messages, mail, settings or a bank.

    Args:
        address: of the tab, with its fragment.
        title: as the tab shows it.
    """
    place = place_of(address)
    # Many services keep the place in the fragment ("#/messages/5").
    way = unquote(f"{place.path}/{address.partition('#')[2].partition('?')[0]}").lower()
    parts = {part.partition(".")[0] for part in way.split("/")}
    shown = unicodedata.normalize("NFC", title)
    if _HOSTS.search(place.host) or parts & _PARTS or _TITLES.match(shown):
        return True
    return place.host == _TELEGRAM and _is_person(address.partition("#")[2])


def _is_person(fragment: str) -> bool:
    return not fragment or _TELEGRAM_PERSON.match(fragment) is not None
