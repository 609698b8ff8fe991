"""
Checks a dossier of benban without benban.

This package shares no code with the program that makes dossiers; both follow the same pages
(docs/reference/log-format.md, bag-format.md) and the same vectors.
"""

from benban_verify.anchors import Anchors
from benban_verify.messages import Language
from benban_verify.refusal import NotADossier
from benban_verify.report import Check, CheckResult, Report
from benban_verify.verify import verify

__version__ = "0.1.0"

__all__ = [
    "Anchors",
    "Check",
    "CheckResult",
    "Language",
    "NotADossier",
    "Report",
    "__version__",
    "verify",
]
