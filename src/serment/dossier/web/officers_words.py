"""The words of those who watch, administer and decide: gauges, reviews, witnesses, proposals and the organisation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from serment.dossier.web.words import Word

# What the security officer's page counts, and why an opening is worth a look: one sentence each.
COUNTED: dict[str, Word] = {
    "opening": _("Dossiers ouverts"),
    "unexplained": _("Ouvertures sans lien"),
    "emergency": _("Urgences déclarées"),
    "refusal": _("Refus"),
    "step_up": _("Demandes de clé"),
    "touch": _("Clés présentées"),
    "sign_in": _("Connexions"),
    "find": _("Recherches"),
}
GAUGES: dict[str, Word] = {"unexplained": _("Ouvertures sans lien"), "lines": _("Noms trouvés par recherche")}
WITNESSES: dict[str, Word] = {
    "": _("à jour"),
    "ahead": _("ALERTE : il en connaît plus que ce journal"),
    "forked": _("ALERTE : il connaît un autre journal"),
    "refused": _("refuse : vérifiez les clés"),
    "unreachable": _("ne répond pas"),
}
WINDOWS: dict[int, Word] = {600: _("10 min"), 3600: _("1 h"), 86400: _("24 h")}
FEATURES: dict[str, Word] = {
    "colleague": _("Le patient porte le nom et le prénom d’une personne qui travaille ici."),
    "same_surname": _("Le patient porte un nom qui sonne comme celui de la personne qui a ouvert."),
    "sealed": _("Des données protégées ont été ouvertes sans urgence."),
    "many_emergencies": _("C’est au moins la troisième urgence déclarée par ce compte dans le même poste."),
    "in_a_row": _("Au moins trois dossiers ont été ouverts sans lien en une heure."),
    "at_threshold": _("Le compte a atteint le seuil de sa fonction."),
    "not_in_care": _("Le patient n’était suivi dans aucune unité."),
    "in_care_elsewhere": _("Le patient était suivi dans une autre unité."),
    "unusual_hour": _("Ce compte ne travaille pas d’ordinaire à cette heure."),
    "first_pair": _("C’est la première fois que ce compte ouvre ce dossier."),
}
# What two persons decide together, and who may propose and approve it (the guard holds the same table).
PROPOSALS: dict[str, Word] = {
    "account": _("Ajouter une personne"),
    "role": _("Changer une fonction"),
    "assignment": _("Affecter à une unité"),
    "administrator": _("Confier l’administration, la sécurité ou la protection des données"),
    "unit": _("Déclarer une unité"),
    "letterhead": _("Changer l’en-tête des lettres"),
    "limits": _("Changer une limite"),
    "release": _("Rétablir un compte suspendu"),
    "client": _("Raccorder une application"),
    "recovery": _("Rétablir l’accès de qui a perdu ses clés"),
    "surge": _("Déclencher le plan blanc"),
    "decoys": _("Placer des leurres"),
    "bulk_export": _("Autoriser un export"),
    "shred": _("Détruire un dossier en fin de conservation"),
    "notification": _("Écrire aux personnes exposées"),
    "attribution": _("Rechercher l’origine d’une liste"),
}
PROPOSED_BY: dict[str, tuple[str, ...]] = {
    "administrator": ("account", "role", "assignment", "administrator", "unit", "client", "limits", "recovery", "surge"),
    "security_officer": ("release", "limits", "surge", "decoys", "bulk_export", "shred"),
    "data_protection_officer": ("release", "limits", "surge", "decoys", "bulk_export", "shred"),
}
UNIT_KINDS: dict[str, Word] = {
    "medicine": _("Médecine"),
    "surgery": _("Chirurgie"),
    "intensive_care": _("Soins critiques"),
    "emergency": _("Urgences"),
    "maternity": _("Maternité"),
    "rehabilitation": _("Soins médicaux et de réadaptation"),
    "nursing_home": _("Hébergement (EHPAD)"),
    "consultation": _("Consultations"),
    "laboratory": _("Plateau technique"),
}
ESTABLISHMENT_KINDS: dict[str, Word] = {"clinic": _("Clinique"), "nursing_home": _("EHPAD")}
TERMS: dict[str, Word] = {
    "label": _("Nom"),
    "profession": _("Profession"),
    "role": _("Fonction"),
    "rpps": _("RPPS"),
    "unit": _("Unité"),
    "since": _("À partir du"),
    "until": _("Jusqu’au"),
    "code": _("Code"),
    "unit_kind": _("Activité"),
    "establishment": _("Établissement"),
    "address": _("Adresse"),
    "telephone": _("Téléphone"),
    "establishment_name": _("Nouvel établissement"),
    "finess": _("FINESS"),
    "establishment_kind": _("Ce qu’il est"),
    "name": _("Limite"),
    "value": _("Nouvelle valeur"),
    "authority": _("FINESS"),
    "count": _("Nombre"),
    "records": _("Dossiers au plus"),
    "patient": _("Dossier"),
    "scopes": _("Ce qu’elle lit"),
    "key": _("Clé publique"),
    "reference": _("Référence"),
    "persons": _("Personnes"),
    "rows": _("Lignes"),
    "recipient": _("Clé de l’imprimeur"),
    "digest": _("Empreinte de la liste"),
    "words": _("Empreinte des mots de la lettre"),
    "incident": _("Incident"),
}
PROPOSAL_STATES: dict[str, Word] = {
    "proposed": _("attend une seconde personne"),
    "approved": _("approuvée, en attente de son délai"),
    "refused": _("refusée"),
    "withdrawn": _("retirée"),
    "executed": _("faite"),
    "failed": _("impossible au moment de la faire"),
}
