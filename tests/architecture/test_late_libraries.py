"""What takes long to load and the first page does not need is loaded when it is needed."""

import subprocess
import sys

_LATE = ("cv2", "httpx", "numpy", "PIL", "playwright", "pygments", "rich")
_LOADED = f"""
import sys
import benban.desk.main
print(*(name for name in {_LATE} if name in sys.modules))
"""


def test_the_desk_starts_without_the_libraries_for_pictures_browsers_and_requests() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == []
