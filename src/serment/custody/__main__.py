"""`python -m serment.custody`."""

from __future__ import annotations

import sys

from serment.custody import command

if __name__ == "__main__":
    sys.exit(command.main(sys.argv[1:]))
