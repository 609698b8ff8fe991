"""``python -m benban``."""

import sys

from benban.cli.main import main

sys.exit(main(sys.argv[1:]))
