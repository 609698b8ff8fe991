"""The words that a file of the catalogue may choose from. What is not here, the plan ignores."""

CHANNEL_KINDS = frozenset(
    {
        "in_app",
        "in_product",
        "web_form",
        "web_page",
        "email",
        "bot",
        "phone",
        "in_person",
        "post",
        "app",
        "api",
        "hash",
        "partner",  # an organisation asks another one
        "rule",  # nowhere to write to: what one may insist on
        "upstream",  # of another service or host
    }
)
ONLY_IF = frozenset(
    {
        "",
        "adult",  # asks for a picture, or is for adults by its own words
        "minor",
        "impersonation",
        "personal-data",
        "talk",
        "the-service-itself",
        "page-gone",
        "escalation",  # an authority, after a service did not act
        "decision",  # a complaint against an answer already given
        "copyright",
        "authority",
        "operator",
    }
)
STARTERS = frozenset(
    {"valid-request", "person-complaint", "report-received", "authority-demand", ""}
)
EXPOSES = frozenset(
    {
        "nobody",
        "platform",
        "uploader",
        "uploader-notified",
        "host",
        "public",
        "public-list",
        "asks-id",
        "hotline",
        "police",
        "authority",
    }
)
NEEDS_ACCOUNT = frozenset({"yes", "no", "unknown"})
ASKS_ID = frozenset({"yes", "no", "sometimes", "unknown"})
MAY_FILE = frozenset(
    {
        "anyone",
        "person",  # who is shown
        "representative",
        "member",  # of the group or conversation
        "owner",  # of the copyright
        "authority",
        "operator",  # of a hotline or a server
    }
)
# Why a fact that stands in a file may not be used; the first two are found by the program.
CONFIDENCE_D, FIRST_DAY_UNKNOWN = "confidence-d", "first-day-unknown"
WITHHELD = frozenset({"", "not-law", "not-researched"})
YES_NO_UNKNOWN = frozenset({"yes", "no", "unknown"})
SYNTHETIC = frozenset({"yes", "no", "not-stated"})
