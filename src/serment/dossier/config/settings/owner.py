"""Migrations, and the loading of a demonstration: role serment_owner."""

from __future__ import annotations

from serment.dossier.config.settings.base import *  # noqa: F403
from serment.dossier.config.settings.base import CONFIG, DATABASES, INSTALLED_APPS

INSTALLED_APPS += ["procrastinate.contrib.django"]
if CONFIG.demonstration:
    INSTALLED_APPS += ["serment.dossier.demonstration"]
# A migration waits four seconds for a lock and gives up, rather than stop the wards behind it.
DATABASES["default"]["OPTIONS"]["options"] = "-c lock_timeout=4000"
