"""Addresses of signing in."""

from __future__ import annotations

from django.urls import path

from serment.dossier.web.sign_in import views

app_name = "sign_in"

urlpatterns = [
    path("sw.js", views.service_worker, name="service_worker"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("session/begin", views.session_begin, name="session_begin"),
    path("session/finish", views.session_finish, name="session_finish"),
    path("session/end", views.session_end, name="session_end"),
    path("enrolment/", views.enrolment, name="enrolment"),
    path("enrolment/begin", views.enrolment_begin, name="enrolment_begin"),
    path("enrolment/persona", views.enrolment_persona, name="enrolment_persona"),
    path("enrolment/finish", views.enrolment_finish, name="enrolment_finish"),
    path("touch/begin", views.touch_begin, name="touch_begin"),
    path("touch/act", views.touch_act, name="touch_act"),
    path("touch/finish", views.touch_finish, name="touch_finish"),
]
