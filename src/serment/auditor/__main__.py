"""`python -m serment.auditor`."""

import sys

from serment.auditor import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
