"""The words of the register of patients' requests, and of copies of records."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from serment.dossier.web.words import Word

KINDS: dict[str, Word] = {
    "access": _("Accès au dossier"),
    "rectification": _("Rectification"),
    "opposition": _("Opposition au partage"),
    "complaint": _("Réclamation"),
}
QUALITIES: dict[str, Word] = {
    "patient": _("Le patient lui-même"),
    "doctor": _("Le médecin qu’il a désigné"),
    "parent": _("Titulaire de l’autorité parentale"),
    "guardian": _("Tuteur ou représentant légal"),
    "heir": _("Ayant droit, conjoint, concubin ou partenaire"),
}
MOTIVES: dict[str, Word] = {
    "cause_of_death": _("Connaître les causes de la mort"),
    "memory": _("Défendre la mémoire du défunt"),
    "claim": _("Faire valoir ses droits"),
}
CHANNELS: dict[str, Word] = {
    "letter": _("Courrier"),
    "electronic": _("Messagerie"),
    "desk": _("Au guichet"),
    "telephone": _("Téléphone, à confirmer par écrit"),
}
SCOPES: dict[str, Word] = {
    "whole": _("Tout le dossier"),
    "period": _("Une période"),
    "stay": _("Un séjour"),
    "parts": _("Certaines parties"),
}
PARTS: dict[str, Word] = {
    "stays": _("Séjours"),
    "problems": _("Allergies, problèmes et antécédents"),
    "treatments": _("Traitements et vaccinations"),
    "notes": _("Observations et transmissions"),
    "reports": _("Comptes rendus et actes"),
    "measures": _("Mesures et résultats"),
    "documents": _("Documents"),
    "wishes": _("Accords, oppositions et volontés"),
    "people": _("Coordonnées et correspondants"),
    "other": _("Autres éléments"),
}
MEANS: dict[str, Word] = {
    "document": _("Pièce d’identité vue"),
    "known": _("Connu du service"),
    "civil_status": _("Pièce d’identité, et livret de famille ou acte de notoriété"),
    "judgment": _("Pièce d’identité, et jugement"),
    "mandate": _("Pièce d’identité, et désignation écrite du patient"),
}
STATES: dict[str, Word] = {
    "received": _("Reçue"),
    "identity": _("Identité à vérifier"),
    "preparing": _("En préparation"),
    "ready": _("Prête à remettre"),
    "handed_over": _("Remise"),
    "refused": _("Refusée"),
    "closed": _("Close"),
}
# What a step is called on its button.
STEPS: dict[str, Word] = {
    "identity": _("Demander une preuve d’identité"),
    "preparing": _("Préparer la réponse"),
    "ready": _("La réponse est prête"),
    "handed_over": _("Remise au demandeur"),
    "refused": _("Refuser"),
    "closed": _("Clore"),
}
WITHHELD: dict[str, Word] = {
    "third_party_by": _("Recueilli auprès d’un tiers étranger aux soins"),
    "third_party_about": _("Concerne un tiers"),
    "minor": _("Le mineur s’y oppose"),
}

# Of these, what is about third parties: the patient reads them nowhere (CSP L.1111-7, R.1112-2).
THIRD_PARTIES: dict[str, Word] = {code: word for code, word in WITHHELD.items() if code != "minor"}

# Why a field was not accepted.
FIELD_ERRORS: dict[str, Word] = {
    "motive_missing": _("La loi demande à un ayant droit l’un de ces trois motifs."),
    "heir_whole": _("Pour les causes de la mort, choisissez une période ou un séjour : seul le nécessaire est communiqué."),
    "period_wrong": _("La fin de la période est avant son début, ou il manque une date."),
    "means_missing": _("Dites comment l’identité et la qualité du demandeur ont été vérifiées."),
    "reason_missing": _("Un refus se motive : ce texte sera repris dans la réponse."),
    "too_early": _("Le délai de réflexion de 48 heures n’est pas écoulé (article L.1111-7)."),
}

# For the template filter `word`.
TABLES: dict[str, dict[str, Word]] = {
    "right": KINDS, "quality": QUALITIES, "motive": MOTIVES, "channel": CHANNELS, "scope": SCOPES, "part": PARTS, "means": MEANS,
    "request_state": STATES, "withheld": WITHHELD,
}  # fmt: skip
