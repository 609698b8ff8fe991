"""The readers of saved pages, posts and mails, in the order in which they are asked."""

from benban.unpack.mail import MailReader, MboxReader
from benban.unpack.mhtml import MhtmlReader
from benban.unpack.parts import Reader
from benban.unpack.wacz import WaczReader
from benban.unpack.warc import WarcReader

PAGE_READERS: tuple[Reader, ...] = (
    WaczReader(),
    WarcReader(),
    MhtmlReader(),
    MboxReader(),
    MailReader(),
)
