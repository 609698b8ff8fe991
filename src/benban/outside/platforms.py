"""Which platform this is."""

import sys

if sys.platform == "win32":
    from benban.outside.windows import WindowsPlatform as ThisPlatform
    from benban.outside.windows import runs_as_superuser
else:
    from benban.outside.posix import PosixPlatform as ThisPlatform
    from benban.outside.posix import runs_as_superuser

__all__ = ["ThisPlatform", "runs_as_superuser"]
