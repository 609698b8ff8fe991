"""2xx: capture and network."""

from benban.errors.root import BenbanError


class BrowserMissingError(BenbanError):
    """No Chromium, Chrome or Edge was found on this computer; nothing was opened."""

    code = "BB-201"


class BrowserFailedError(BenbanError):
    """The browser is there but did not start, or ended while it was working."""

    code = "BB-202"


class AddressRefusedError(BenbanError):
    """The address leads into a private network or to this computer; nothing was opened."""

    code = "BB-203"


class PortRefusedError(BenbanError):
    """Only the ports 80 and 443 of a site are opened."""

    code = "BB-204"


class NameNotFoundError(BenbanError):
    """No such host is known to the name service."""

    code = "BB-205"


class NotConnectedError(BenbanError):
    """The host is known but takes no connection."""

    code = "BB-206"


class CertificateRefusedError(BenbanError):
    """The site's certificate is wrong, so what it sends proves nothing about the site."""

    code = "BB-207"


class NoAnswerInTimeError(BenbanError):
    """The site took the connection and sent no page within the time allowed."""

    code = "BB-208"


class EndlessRedirectError(BenbanError):
    """The site sends from address to address without end."""

    code = "BB-209"


class PageNotReceivedError(BenbanError):
    """The page did not come for a reason that has no code of its own."""

    code = "BB-210"


class EmptyFileError(BenbanError):
    """The file holds no bytes; nothing was stored."""

    code = "BB-211"


class SchemeRefusedError(BenbanError):
    """Only http and https addresses are opened."""

    code = "BB-212"


class SpoolDamagedError(BenbanError):
    """What was read back from the spool is not what was written; it was not kept."""

    code = "BB-213"


class PictureStripsError(BenbanError):
    """The strips of a tall page do not join; no picture of the page was kept."""

    code = "BB-214"


class WholePageRefusedError(BenbanError):
    """A whole page with the pictures of others was refused (HARM 1)."""

    code = "BB-215"


class WholePageReasonError(BenbanError):
    """A whole page was asked for without saying why."""

    code = "BB-216"


class AttachRefusedError(BenbanError):
    """The tab shows something private: an inbox, messages, settings, a bank (HARM 16)."""

    code = "BB-217"


class AttachNotConfirmedError(BenbanError):
    """The tab in front is not on the sighting's host, or nobody confirmed it."""

    code = "BB-218"


class NoScreenError(BenbanError):
    """There is no screen on which the person's browser could be shown."""

    code = "BB-219"


class OwnBrowserRefusedError(BenbanError):
    """A window that shows the page with its pictures was refused: an age answer is not yes."""

    code = "BB-220"


class StampServiceUnreachableError(BenbanError):
    """The time-stamping service was not reached, or not in time; the stamp stays pending."""

    code = "BB-231"


class StampServiceAnswerError(BenbanError):
    """The time-stamping service answered with something else than a stamp; it stays pending."""

    code = "BB-232"
