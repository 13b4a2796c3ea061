"""What every process of the record shares. Secrets and addresses come from the file that SERMENT_CONFIG names."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from serment.dossier.config import database, logs
from serment.dossier.kernel import config

CONFIG = config.current()

DEBUG = False
SECRET_KEY = CONFIG.secret_key
ORIGIN = urlsplit(CONFIG.origin)
ALLOWED_HOSTS = [ORIGIN.hostname or "localhost"]
if CONFIG.demonstration or ORIGIN.hostname == "localhost":
    # Reached by another name of this machine, the visitor is sent to the name that passkeys are bound to.
    ALLOWED_HOSTS += ["127.0.0.1", "[::1]"]

INSTALLED_APPS = [
    "serment.dossier.organisations",
    "serment.dossier.identity",
    "serment.dossier.disclosure",
    "serment.dossier.encounters",
    "serment.dossier.records.entries",
    "serment.dossier.records.documents",
    "serment.dossier.records.drafts",
    "serment.dossier.records.letters",
    "serment.dossier.records.results",
    "serment.dossier.mailing",
    "serment.dossier.rights",
    "serment.dossier.jobs",
    "serment.dossier.interop.fhir",
    "serment.dossier.interop.hl7v2",
]
MIDDLEWARE: list[str] = []
TEMPLATES: list[dict[str, Any]] = []

DATABASES: dict[str, dict[str, Any]] = {"default": database.django_database(CONFIG.dossier_dsn)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True

SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING_CONFIG = None
logs.configure()
