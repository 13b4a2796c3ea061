"""The words of results."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from serment.dossier.web.words import Sign, Word

RESULT_KINDS: dict[str, Sign] = {
    "laboratory": Sign(word=_("Biologie"), icon="result"),
    "imaging": Sign(word=_("Imagerie"), icon="image"),
    "document": Sign(word=_("Document reçu"), icon="document"),
}
RESULT_STATES: dict[str, Word] = {"preliminary": _("provisoire"), "corrected": _("corrigé"), "final": ""}

# What was taken out of a PDF before it is shown, by the words of `records.documents.cleaning`.
REMOVED: dict[str, Word] = {
    "files": _("fichiers joints"),
    "form": _("formulaire programmé"),
    "javascript": _("JavaScript"),
    "launch": _("lancement d’un programme ou d’un autre fichier"),
    "media": _("son, vidéo ou objet animé"),
    "opening": _("action à l’ouverture"),
    "send": _("envoi de données"),
}
