"""
Text without cookies, tokens and the reporter's own account (EVIDENCE 3).

Over-masking is the safe side: a reader who needs the exact words has the sealed original.
"""

import html
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from urllib.parse import quote, quote_plus, urlsplit

from benban.dossier.view import OwnAccount

MASKED = "[đã-che/masked]"

# Characters that are not seen and could stand inside a name: soft hyphen, zero width, bidi, BOM.
_UNSEEN = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*"
# From this length on a value is masked also inside a longer word; "Lan" inside "lang" is not.
_SUBSTRING_LENGTH = 5
_FILE_NAME_LENGTH = 8
# Grave, acute, tilde, hook above, dot below: the tones of Vietnamese.
_TONES = "\u0300\u0301\u0303\u0309\u0323"
# A letter of Vietnamese has two at most; more is no name, and each has many orders.
_MOST_MARKS = 3

# Parameters that open something or name a session; the list errs on the side of masking.
_OPENING_PARAMETERS = (
    r"[\w.\-]*(?:token|secret|passw(?:or)?d|passwd|session|signature|credential|auth"
    r"|api[_-]?key|jwt|csrf|xsrf|dtsg|e?mail)[\w.\-]*"
    r"|pwd|pw|lsd|jazoest|state|mibextid|__\w+(?:\[\d*\])?"
    r"|sid|sess|sig|key|code|hash|ticket|otp|pin|oauth_\w+|x-amz-[\w-]+|x-goog-[\w-]+|policy"
    r"|fbclid|gclid|igshid|igsh|tgwebappdata|tgauthresult|user_?id|uid|email|phone"
)
# Of the services that most groups and pages lie on, and of common web servers.
_LOGIN_COOKIES = (
    r"c_user|xs|fr|datr|sb|sessionid|session_id|ds_user_id|csrftoken|auth_token|ct0|twid|zpw_sek"
    r"|sessionid_ss|sid_tt|stel_token|stel_ssid|phpsessid|jsessionid|asp\.net_sessionid|connect\.sid"
)
_RULES = (
    # A picture or file carried inside a text is never readable text.
    (re.compile(r"data:[\w.+-]+/[\w.+-]+[^,\s\"'<>]*,[^\s\"'<>)]*", re.IGNORECASE), MASKED),
    # Whole header lines.
    (
        re.compile(
            r"(?im)^([ \t]*(?:set-cookie2?|cookie|authorization|proxy-authorization"
            r"|x-csrf-token|x-api-key)[ \t]*:[ \t]*)(?!\[đã-che).+$"
        ),
        rf"\g<1>{MASKED}",
    ),
    # The same as a member of JSON, as scripts and saved requests have them.
    (
        re.compile(
            r"(?i)([\"'](?:set-cookie2?|cookies?|authorization|x-csrf-token|x-api-key)[\"']"
            r"\s*:\s*[\"'])"
            r"(?!\[đã-che)[^\"'\n]+"
        ),
        rf"\g<1>{MASKED}",
    ),
    # Cookies that are a login, wherever they stand.
    (
        re.compile(rf"(?i)\b({_LOGIN_COOKIES})=(?!\[đã-che)[^;&\s\"'<>]+"),
        rf"\g<1>={MASKED}",
    ),
    (re.compile(r"(?i)\b(bearer|basic)[ \t]+[A-Za-z0-9._~+/=-]{8,}"), rf"\g<1> {MASKED}"),
    # JSON Web Tokens (RFC 7519): three base64url parts, the first begins with {".
    (re.compile(r"eyJ[\w-]{5,}\.[\w-]{2,}\.[\w-]*"), MASKED),
    # Telegram bot tokens.
    (re.compile(r"\b\d{6,12}:[A-Za-z0-9_-]{30,}"), MASKED),
    # User information in an address (RFC 3986 section 3.2.1).
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^/\s@?#\"'<>]+@"), rf"\g<1>{MASKED}@"),
    # Secrets in the query or fragment of an address.
    (
        re.compile(
            rf"(?i)((?:[?&;#]|%3f|%26|%23|&amp;)(?:{_OPENING_PARAMETERS})(?:=|%3d))"
            r"(?!\[đã-che)[^&#;\s\"'<>]+"
        ),
        rf"\g<1>{MASKED}",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Masker:
    """Masks texts of one dossier; made by :func:`make_masker`."""

    own: re.Pattern[str]

    def text(self, untrusted: str) -> str:
        """Return *untrusted* with every secret and own trace replaced by ``MASKED``."""
        for rule, replacement in _RULES:
            untrusted = rule.sub(replacement, untrusted)
        # The first alternative keeps marks that already stand there, so masking twice is masking
        # once even for somebody who is called like a part of the mark.
        return self.own.sub(MASKED, untrusted)

    def leaves_alone(self, text: str) -> bool:
        """Return whether *text* holds nothing to mask."""
        return self.text(text) == text


def make_masker(account: OwnAccount) -> Masker:
    """Return the masker for the traces of *account*."""
    patterns = {re.escape(MASKED)}
    patterns.update(
        pattern
        for value in _values(account)
        for form in _forms(value)
        for pattern in _pattern(form)
    )
    # Longest first: an alternation takes the first that fits.
    ordered = sorted(patterns, key=lambda pattern: (-len(pattern), pattern))
    return Masker(own=re.compile("|".join(ordered), re.IGNORECASE))


def _values(account: OwnAccount) -> Iterator[str]:
    yield from account.names
    yield from (handle.lstrip("@") for handle in account.handles)
    yield from account.account_ids
    yield from account.secrets
    for avatar in account.avatars:
        yield avatar
        file_name = urlsplit(avatar).path.rsplit("/", 1)[-1]
        if len(file_name) >= _FILE_NAME_LENGTH:
            yield file_name


def _forms(value: str) -> frozenset[str]:
    """Return the ways in which *value* may be written in a page, an address or JSON."""
    value = value.strip()
    if not value:
        return frozenset()
    composed = unicodedata.normalize("NFC", value)
    decomposed = unicodedata.normalize("NFD", value)
    plain = "".join(one for one in decomposed if not unicodedata.combining(one))
    # As the Vietnamese keyboard of Windows types it: the vowel, then its tone by itself.
    tones_apart = "".join(map(_tone_apart, _clusters(decomposed)))
    forms = {value, composed, decomposed, tones_apart, plain.replace("đ", "d").replace("Đ", "D")}
    for form in tuple(forms):
        forms |= {
            quote(form, safe=""),
            quote(form),
            quote_plus(form),
            html.escape(form),
            form.encode("ascii", "xmlcharrefreplace").decode("ascii"),
            json.dumps(form)[1:-1],
        }
    return frozenset(forms)


def _pattern(form: str) -> Iterator[str]:
    words = form.split()
    if not words:
        return
    between = _UNSEEN + r"\s+" + _UNSEEN
    ways = {
        # Letter by letter as it stands, and in every spelling of each letter.
        between.join(_UNSEEN.join(map(re.escape, word)) for word in words),
        between.join(_UNSEEN.join(map(_spellings, _clusters(word))) for word in words),
    }
    for pattern in ways:
        if form.isdigit():
            yield rf"(?<!\d){pattern}(?!\d)"
        elif len(unicodedata.normalize("NFC", form)) < _SUBSTRING_LENGTH:
            yield rf"(?<!\w)@?{pattern}(?!\w)"
        else:
            yield f"@?{pattern}"


def _clusters(word: str) -> Iterator[str]:
    """Yield each letter with its marks, taken apart."""
    cluster = ""
    for letter in unicodedata.normalize("NFD", word):
        if cluster and not unicodedata.combining(letter):
            yield cluster
            cluster = ""
        cluster += letter
    if cluster:
        yield cluster


def _tone_apart(cluster: str) -> str:
    tones = "".join(mark for mark in cluster[1:] if mark in _TONES)
    rest = "".join(mark for mark in cluster[1:] if mark not in _TONES)
    return unicodedata.normalize("NFC", cluster[0] + rest) + tones


def _spellings(cluster: str) -> str:
    """Return a pattern for every way to write one letter: marks joined or apart, in any order."""
    letter, marks = cluster[0], cluster[1:]
    if len(marks) > _MOST_MARKS:
        return _UNSEEN.join(map(re.escape, cluster))
    found = {
        unicodedata.normalize("NFC", letter + "".join(order[:joined])) + "".join(order[joined:])
        for order in permutations(marks)
        for joined in range(len(marks) + 1)
    }
    longest_first = sorted(found, key=lambda one: (-len(one), one))
    ways = [_UNSEEN.join(map(re.escape, one)) for one in longest_first]
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"
