"""`python -m veille_sahel`: the command `veille`, where it is not on the path."""

import logging
import sys

from veille_sahel.cli import main

if __name__ == "__main__":
    logging.captureWarnings(True)
    sys.exit(main())
