"""`python -m studio.catalogue PATH [--kind …] [--currency …] [--url …]`: frames on stdout, see `frames`."""

import sys

from studio.catalogue.child import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
