"""The interfaces' listener: role serment_interface, which writes and never reads a record."""

from __future__ import annotations

from serment.dossier.config.settings.base import *  # noqa: F403
from serment.dossier.config.settings.base import DATABASES

DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 4, "timeout": 3}
