"""The web server's application, for granian."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "serment.dossier.config.settings.web")

application = get_wsgi_application()
