"""``python -m benban_verify``."""

import sys

from benban_verify.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
