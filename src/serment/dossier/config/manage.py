"""Django's command line: migrations and loading as the owner, jobs as the worker."""

from __future__ import annotations

import os
import sys


def main(arguments: list[str]) -> None:
    """Run one command under the settings of the process it belongs to."""
    process = "worker" if arguments[1:2] == ["procrastinate"] else "owner"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"serment.dossier.config.settings.{process}")
    from django.core.management import execute_from_command_line

    execute_from_command_line(arguments)


if __name__ == "__main__":
    main(sys.argv)
