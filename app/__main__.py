"""``python -m app``: the same as the command ``genrescope``, and where the frozen program starts."""

import sys

from app.frozen import prepare_process

if __name__ == "__main__":
    prepare_process()
    from app.cli import main

    sys.exit(main())
