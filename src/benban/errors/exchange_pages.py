"""
99x: the exchange's pages for the people who run it.

Taken from here, as those of ``benban.errors.exchange``: a person's program never loads them.
"""

from benban.errors.exchange import ExchangeError


class PagesSetUpError(ExchangeError):
    """What was said of the pages, or of who may enter them, cannot be used as it is."""

    code = "BB-993"


class EntryRefusedError(ExchangeError):
    """Nobody came in: what came back from the identity provider does not hold, or too late."""

    code = "BB-994"


class ProviderUnreachableError(ExchangeError):
    """The identity provider did not answer, or not as one does."""

    code = "BB-995"


class NotOneOfUsError(ExchangeError):
    """The identity provider knows this person; this exchange does not, or not any more."""

    code = "BB-996"


class NotTheirRoleError(ExchangeError):
    """An auditor looks and changes nothing."""

    code = "BB-997"


class FromElsewhereError(ExchangeError):
    """The request does not come from a page of this exchange; nothing was done."""

    code = "BB-998"
