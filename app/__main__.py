"""``python -m app``: the same as the command ``genrescope``."""

import sys

from app.cli import main

sys.exit(main())
