"""Addresses of signing in."""

from __future__ import annotations

from django.urls import path

from serment.dossier.web.sign_in import password, provider, switching, views

app_name = "sign_in"

urlpatterns = [
    path("sw.js", views.service_worker, name="service_worker"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("session/begin", views.session_begin, name="session_begin"),
    path("session/finish", views.session_finish, name="session_finish"),
    path("session/end", views.session_end, name="session_end"),
    path("session/here", switching.here, name="session_here"),
    path("session/lock", switching.lock, name="session_lock"),
    path("session/park", switching.park, name="session_park"),
    path("session/resume", switching.resume, name="session_resume"),
    path("sign-in/password", password.finish, name="password"),
    path("sign-in/psc/begin", provider.begin, name="psc_begin"),
    path("sign-in/psc/callback", provider.callback, name="psc_callback"),
    path("sign-in/psc/return", provider.back, name="psc_return"),
    path("sign-in/psc/finish", provider.finish, name="psc_finish"),
    path("enrolment/secret/begin", password.begin_secret, name="secret_begin"),
    path("enrolment/secret/finish", password.finish_secret, name="secret_finish"),
    path("account/passkeys/begin", views.passkey_begin, name="passkey_begin"),
    path("account/passkeys/finish", views.passkey_finish, name="passkey_finish"),
    path("enrolment/", views.enrolment, name="enrolment"),
    path("enrolment/begin", views.enrolment_begin, name="enrolment_begin"),
    path("enrolment/persona", views.enrolment_persona, name="enrolment_persona"),
    path("enrolment/finish", views.enrolment_finish, name="enrolment_finish"),
    path("touch/begin", views.touch_begin, name="touch_begin"),
    path("touch/act", views.touch_act, name="touch_act"),
    path("touch/finish", views.touch_finish, name="touch_finish"),
]
