"""`python -m serment.witness`."""

import sys

from serment.witness import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
