"""`python -m idiomist` and the console script."""

import sys


def main() -> int:
    """Run the command line; a reader that went away (`| head`) is no error."""
    from idiomist.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
