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
