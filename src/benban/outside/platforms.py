"""Which platform this is."""

import sys

if sys.platform == "win32":
    from benban.outside.windows import WindowsPlatform as ThisPlatform
else:
    from benban.outside.posix import PosixPlatform as ThisPlatform

__all__ = ["ThisPlatform"]
