"""`python -m serment.operator`."""

from __future__ import annotations

import sys

from serment.operator import cli

if __name__ == "__main__":
    sys.exit(cli.main())
