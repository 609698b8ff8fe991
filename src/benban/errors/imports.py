"""8xx: archives and exports."""

from benban.errors.root import BenbanError


class ImportUnknownError(BenbanError):
    """No reader knows this kind of file or folder; nothing of it was kept."""

    code = "BB-801"


class ImportEncryptedError(BenbanError):
    """The archive is locked with a password; nothing of it was read."""

    code = "BB-802"


class ImportDamagedError(BenbanError):
    """A file inside is damaged or shorter than it says; what was read before stays as it is."""

    code = "BB-803"


class ImportTooLargeError(BenbanError):
    """More files, or far more content, than such an export holds; *params*: reason."""

    code = "BB-804"


class ImportUnsafeError(BenbanError):
    """The archive does not hold together, or names in it lead out of it; nothing was read."""

    code = "BB-805"


class ChatNotChosenError(BenbanError):
    """The export holds several conversations, and none was chosen; nothing was kept."""

    code = "BB-806"


class NothingTickedError(BenbanError):
    """No message was ticked, or none of the ticked ones is in the conversation."""

    code = "BB-807"


class ImportChangedError(BenbanError):
    """What was handed over changed while it was read; nothing of it was kept."""

    code = "BB-808"


class TooManyTickedError(BenbanError):
    """More messages were ticked than concern one person (HARM 1); *params*: most."""

    code = "BB-809"


class ImportCutError(BenbanError):
    """The end of the file is missing, and nothing that came before it can be read on its own."""

    code = "BB-810"


class NoConversationError(BenbanError):
    """The export is whole, and there is no conversation in it that could be chosen."""

    code = "BB-811"


# --- 83x pages, posts, mails and text read by machine ---------------------------------------


class TextReaderMissingError(BenbanError):
    """No program that reads text from pictures is installed."""

    code = "BB-830"


class TextReaderFailedError(BenbanError):
    """The program that reads text from pictures broke off or took too long."""

    code = "BB-831"


class NotAPictureError(BenbanError):
    """Text is read from pictures only."""

    code = "BB-832"


class NothingReadableError(BenbanError):
    """Nothing in the file could be read; nothing of it was kept."""

    code = "BB-833"
