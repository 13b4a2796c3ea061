"""The worker: role serment_app, jobs on PostgreSQL."""

from __future__ import annotations

from serment.dossier.config.settings.base import *  # noqa: F403
from serment.dossier.config.settings.base import INSTALLED_APPS

INSTALLED_APPS += ["procrastinate.contrib.django"]
# Two at once: letters take an hour, and the heartbeat does not wait for them.
PROCRASTINATE_WORKER_DEFAULTS = {"concurrency": 2, "delete_jobs": "successful", "listen_notify": True, "fetch_job_polling_interval": 5.0}
