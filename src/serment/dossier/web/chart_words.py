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

MEASURES: dict[str, Word] = {
    "parent": _("titulaire de l’autorité parentale"),
    "guardianship": _("tuteur"),
    "curatorship": _("curateur"),
    "family_empowerment": _("habilitation familiale"),
    "court_protection": _("mandataire, sauvegarde de justice"),
    "future_mandate": _("mandat de protection future"),
}
RECEIVES: dict[str, Word] = {
    "discharge_letter": _("la lettre de liaison"),
    "results": _("les résultats"),
    "appointments": _("les rendez-vous"),
    "news": _("des nouvelles"),
    "bad_news_by_voice": _("une mauvaise nouvelle, de vive voix seulement"),
    "nothing": _("rien"),
}
LANGUAGES: dict[str, Word] = {
    "fr": _("français"),
    "en": _("anglais"),
    "ar": _("arabe"),
    "pt": _("portugais"),
    "es": _("espagnol"),
    "it": _("italien"),
    "de": _("allemand"),
    "tr": _("turc"),
    "ru": _("russe"),
    "uk": _("ukrainien"),
    "zh": _("chinois"),
    "fsl": _("langue des signes française"),
}

CONSENTS: dict[str, Word] = {
    "advance_directives": _("Directives anticipées"),
    "organ_donation": _("Don d’organes après la mort"),
    "told": _("Qui peut être informé"),
    "presence": _("Révéler sa présence ici"),
    "sharing": _("Partage avec d’autres professionnels"),
    "dmp_feeding": _("Alimentation du dossier médical partagé"),
    "dmp_consultation": _("Consultation du dossier médical partagé"),
    "dmp_access": _("Accès de l’établissement au dossier médical partagé"),
    "dmp_break_glass": _("Dossier médical partagé : accès en bris de glace"),
    "dmp_regulation": _("Dossier médical partagé : accès du centre de régulation"),
    "dmp_status": _("État du dossier médical partagé"),
    "sms": _("Messages par SMS"),
}
DECISIONS: dict[str, Word] = {
    "permit": _("Accord"),
    "deny": _("Opposition"),
    "exist": _("rédigées"),
    "none": _("il n’y en a pas"),
    "silent": _("ne souhaite pas répondre"),
    "wish": _("Souhait"),
    "active": _("ouvert"),
    "closed": _("fermé"),
}

PROTECTIONS: dict[str, Word] = {
    "secret_birth": _("Accouchement dans le secret"),
    "staff": _("Membre du personnel"),
    "public": _("Personne connue du public"),
    "victim": _("Victime à protéger"),
    "other": _("Autre motif"),
}

# For the filter `word`.
TABLES: dict[str, dict[str, Word]] = {
    "allergy_sort": ALLERGY_SORTS,
    "allergy_source": ALLERGY_SOURCES,
    "measure": MEASURES,
    "receives": RECEIVES,
    "language": LANGUAGES,
    "consent": CONSENTS,
    "decision": DECISIONS,
}
