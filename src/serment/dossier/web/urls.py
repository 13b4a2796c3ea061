"""The addresses of the pages. Of a patient an address says the random identifier and nothing more."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from serment.dossier.web import preferences
from serment.dossier.web.pages import (
    account,
    administration,
    allergies,
    commands,
    contacts,
    documents,
    drafts,
    elements,
    find,
    gallery,
    notes,
    openings,
    security,
    striking,
    synthesis,
    unit,
    unlocking,
    vitals,
)

chart: list[URLPattern] = [
    path("", synthesis.synthesis, name="synthesis"),
    path("allergies/", allergies.allergies, name="allergies"),
    path("allergies/none/", allergies.declare_none, name="allergies_none"),
    path("allergies/<uuid:entry>/strike-out/", allergies.strike_out, name="allergy_strike_out"),
    path("allergies/<uuid:entry>/refute/", allergies.refute, name="allergy_refute"),
    path("notes/", notes.notes, name="notes"),
    path("notes/newer/", notes.newer, name="notes_newer"),
    path("notes/<uuid:entry>/sign/", notes.sign, name="note_sign"),
    path("drafts/<slug:form>/", drafts.draft, name="draft"),
    path("notes/<uuid:entry>/addendum/", notes.addendum, name="addendum"),
    path("notes/<uuid:entry>/strike-out/", notes.strike_out, name="note_strike_out"),
    path("vitals/", vitals.vitals, name="vitals"),
    path("vitals/line", vitals.tour_line, name="tour_line"),
    path("vitals/<uuid:entry>/strike-out/", vitals.strike_out, name="vital_strike_out"),
    path("scales/<slug:kind>/", vitals.scale, name="scale"),
    path("results/", vitals.results, name="results"),
    path("stays/", contacts.stays, name="stays"),
    path("documents/", documents.documents, name="documents"),
    path("documents/<uuid:entry>/", documents.document, name="document"),
    path("documents/<uuid:entry>/content", documents.content, name="document_content"),
    path("documents/<uuid:entry>/strike-out/", documents.strike_out, name="document_strike_out"),
    path("correspondents/", contacts.correspondents, name="correspondents"),
    path("correspondents/<uuid:entry>/strike-out/", contacts.strike_out, name="correspondent_strike_out"),
    path("entries/<uuid:entry>/", striking.history, name="history"),
    path("elements/", elements.elements, name="elements"),
    path("elements/<uuid:entry>/", elements.element, name="element"),
    path("openings/", openings.openings, name="openings"),
    path("advice/", openings.advice, name="advice"),
    path("break-glass/", openings.break_glass, name="break_glass"),
    path("open-untied/", openings.open_untied, name="open_untied"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", unit.home, name="home"),
    path("units/<uuid:unit>/", unit.unit, name="unit"),
    path("units/<uuid:unit>/vitals/", vitals.tour, name="tour"),
    path("patients/find/", find.find, name="find"),
    path("patients/<uuid:patient>/", include(chart)),
    path("account/", account.account, name="account"),
    path("account/sessions/<uuid:session>/close/", account.close_session, name="close_session"),
    path("account/passkeys/<uuid:passkey>/revoke/", account.revoke_passkey, name="revoke_passkey"),
    path("account/passkeys/<uuid:passkey>/rename/", account.rename_passkey, name="rename_passkey"),
    path("security/", security.security, name="security"),
    path("security/emergencies/", security.emergencies, name="emergencies"),
    path("security/emergencies/<uuid:id>/read/", security.acknowledge, name="acknowledge"),
    path("security/accounts/", security.accounts, name="security_accounts"),
    path("security/accounts/<uuid:account>/contain/", security.contain, name="contain"),
    path("security/reviews/", security.reviews, name="reviews"),
    path("security/reviews/<uuid:id>/", security.review, name="review"),
    path("administration/", administration.administration, name="administration"),
    path("administration/people/", administration.directory, name="directory"),
    path("administration/propose/<slug:kind>/", administration.propose, name="propose"),
    path("administration/proposals/<uuid:proposal>/", administration.decide, name="decide"),
    path("administration/proposals/<uuid:proposal>/withdraw/", administration.withdraw, name="withdraw"),
    path("administration/assignments/<uuid:assignment>/end/", administration.end_assignment, name="end_assignment"),
    path("unlock/", unlocking.requests, name="unlock_requests"),
    path("unlock/ask/", unlocking.ask, name="ask_unlock"),
    path("unlock/<uuid:asked>/", unlocking.unlock, name="unlock"),
    path("commands/", commands.commands, name="commands"),
    path("help/", commands.help, name="help"),
    path("preferences/", preferences.choose, name="preferences"),
]

if settings.CONFIG.demonstration:
    urlpatterns.append(path("_gallery", gallery.gallery, name="gallery"))
