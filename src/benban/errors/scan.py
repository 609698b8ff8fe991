"""
98x (and 944, 969, 974): a scan of many files.

An operator reads these; they are taken from here and not from ``benban.errors``, which a person's
program loads whole.
"""

from benban.errors.root import BenbanError


class ScanError(BenbanError):
    """A scan did not go to its end."""

    code = "BB-980"


class ScanSourceError(ScanError):
    """The source cannot be listed, or a table in it has no column of bytes that is meant."""

    code = "BB-981"


class ScanBankError(ScanError):
    """The bank is neither a bank's folder nor a list of numbered hashes."""

    code = "BB-982"


class ScanFolderError(ScanError):
    """The folder for results belongs to another scan, to something else, or to one that runs."""

    code = "BB-983"


class ScanEngineError(ScanError):
    """The engine is not installed, or it lost what it needs to go on."""

    code = "BB-984"


class FilmNotWholeError(ScanError):
    """A film was compared as far as it could be read; nothing was near till there."""

    code = "BB-974"


class ScanUnwrittenError(ScanError):
    """Results cannot be written, as on a full disk; what was written stays."""

    code = "BB-969"


class PulledBankOldError(ScanError):
    """Nobody knows any more what was withdrawn: the bank was taken over a day ago or longer."""

    code = "BB-944"
