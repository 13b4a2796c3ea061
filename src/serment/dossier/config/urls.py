"""Every address of the web server: signing in, then the pages."""

from __future__ import annotations

from django.urls import include, path

handler400 = "serment.dossier.config.views.bad_request"
handler404 = "serment.dossier.config.views.not_found"
handler500 = "serment.dossier.config.views.fault"

urlpatterns = [
    path("", include("serment.dossier.interop.fhir.urls")),
    path("", include("serment.dossier.web.sign_in.urls")),
    path("", include("serment.dossier.web.urls")),
]
