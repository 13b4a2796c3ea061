"""The web server's application, for granian."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "serment.dossier.config.settings.web")

application = get_wsgi_application()

# Every page and every template tag is loaded now: what is broken stops the start, and the first visitor does not wait for it.
_ = get_resolver().url_patterns, engines.all()

# What is loaded by now stays: the collector need not walk it again. And a page makes some ten thousand small objects, all gone when it is
# answered: at Python's own threshold (700) the collector would walk them a dozen times while they are in use.
YOUNG_MAX = 20_000
gc.collect()
gc.freeze()
gc.set_threshold(YOUNG_MAX, 10, 10)
