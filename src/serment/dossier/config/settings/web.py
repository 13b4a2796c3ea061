"""The web server: role serment_app, pages and nothing else."""

from __future__ import annotations

from serment.dossier.config.settings.base import *  # noqa: F403
from serment.dossier.config.settings.base import CONFIG, DATABASES, INSTALLED_APPS, ORIGIN

INSTALLED_APPS += ["django_htmx", "django.contrib.staticfiles", "serment.dossier.web"]

MIDDLEWARE = [
    "serment.dossier.config.middleware.readiness",
    "serment.dossier.config.middleware.headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "serment.dossier.config.middleware.one_name",
    "django.middleware.common.CommonMiddleware",
    "serment.dossier.web.preferences.middleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "serment.dossier.web.sign_in.middleware.SignInMiddleware",
    "serment.dossier.web.refusals.middleware",
]
ROOT_URLCONF = "serment.dossier.config.urls"
WSGI_APPLICATION = "serment.dossier.config.wsgi.application"

FORM_RENDERER = "serment.dossier.web.rendering.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "serment.dossier.web.context.page",
            ]
        },
    }
]

STATIC_URL = "/static/"
# Files are served from the packages themselves: nothing to collect after an installation.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 60
WHITENOISE_ALLOW_ALL_ORIGINS = False

SECURE = ORIGIN.scheme == "https"
CSRF_TRUSTED_ORIGINS = [CONFIG.origin]
CSRF_COOKIE_NAME = "__Host-serment_csrf" if SECURE else "serment_csrf"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = SECURE
CSRF_FAILURE_VIEW = "serment.dossier.config.views.form_refused"
SECURE_HSTS_SECONDS = 0  # said by `middleware.headers`

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["serment.dossier.config.uploads.UploadInMemory"]

DATABASES["default"]["ATOMIC_REQUESTS"] = True
DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8, "timeout": 3}
