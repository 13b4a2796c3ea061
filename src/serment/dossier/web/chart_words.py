"""The words of what is asked on arrival: allergies, who to call, what somebody wishes, what is kept from whom."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from serment.dossier.web.words import Word

ALLERGY_SORTS: dict[str, Word] = {"allergy": _("Allergie"), "intolerance": _("Intolérance")}
ALLERGY_SOURCES: dict[str, Word] = {
    "patient": _("le patient"),
    "relative": _("un proche"),
    "physician": _("un médecin"),
    "document": _("un document"),
}
REVIEWS: dict[str, Word] = {
    "3": _("dans trois mois"),
    "6": _("dans six mois"),
    "12": _("dans un an"),
    "24": _("dans deux ans"),
}

# For the filter `word`.
TABLES: dict[str, dict[str, Word]] = {"allergy_sort": ALLERGY_SORTS, "allergy_source": ALLERGY_SOURCES}
