"""The readers of posts and mails, and of saved pages, in the order in which they are asked."""

from benban.unpack.har import HarReader
from benban.unpack.mail import MailReader, MboxReader
from benban.unpack.mhtml import MhtmlReader
from benban.unpack.parts import Reader
from benban.unpack.single_file import SingleFileReader
from benban.unpack.wacz import WaczReader
from benban.unpack.warc import WarcReader
from benban.unpack.x_archive import XArchiveReader

POST_READERS: tuple[Reader, ...] = (XArchiveReader(), MboxReader(), MailReader())
PAGE_READERS: tuple[Reader, ...] = (
    WaczReader(),
    WarcReader(),
    HarReader(),
    MhtmlReader(),
    SingleFileReader(),
)
