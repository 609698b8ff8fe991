"""Which platform this is."""

import sys

if sys.platform == "win32":
    from benban.outside.windows import WindowsPlatform as ThisPlatform
    from benban.outside.windows import (
        give_name,
        is_of_this_user_alone,
        open_nameless,
        resident_bytes,
        runs_as_superuser,
    )
else:
    from benban.outside.posix import PosixPlatform as ThisPlatform
    from benban.outside.posix import (
        give_name,
        is_of_this_user_alone,
        open_nameless,
        resident_bytes,
        runs_as_superuser,
    )

__all__ = [
    "ThisPlatform",
    "give_name",
    "is_of_this_user_alone",
    "open_nameless",
    "resident_bytes",
    "runs_as_superuser",
]
