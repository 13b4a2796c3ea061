"""The words of the closed vocabularies: what a code is called on the ward. Each table has an icon where the page shows one."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Word = str | Promise


@dataclass(frozen=True, kw_only=True)
class Sign:
    """A word with its icon, and the tone it is shown in: danger, attention, good or plain."""

    word: Word
    icon: str
    tone: str = ""


ROLES: dict[str, Word] = {
    "nurse_day": _("Soins infirmiers, jour"),
    "nurse_night": _("Soins infirmiers, nuit"),
    "care_assistant": _("Aide aux soins"),
    "ward_physician": _("Médecin de l’unité"),
    "on_call_physician": _("Médecin de garde"),
    "emergency_physician": _("Médecin urgentiste"),
    "triage_nurse": _("Accueil et orientation"),
    "anaesthetist": _("Anesthésie"),
    "technician": _("Plateau technique"),
    "secretary": _("Secrétariat médical"),
    "admissions_clerk": _("Admissions"),
    "coder": _("Information médicale"),
    "administrator": _("Administration du système"),
    "security_officer": _("Sécurité"),
    "data_protection_officer": _("Protection des données"),
    "interface": _("Interface"),
    "application": _("Application"),
    "mailer": _("Envoi des courriers"),
}

# Why the guard let someone in, as the visitors' book says it.
TIES: dict[str, Word] = {
    "stay": _("Le patient est dans son unité, ou en est sorti depuis moins de trente jours"),
    "resident": _("Le patient réside dans son unité"),
    "appointment": _("Rendez-vous la veille, le jour même ou le lendemain"),
    "treating": _("Médecin traitant ou référent déclaré"),
    "advice": _("L’équipe lui a demandé un avis"),
    "order": _("Examen ou demande adressés à son unité"),
    "authored": _("A écrit dans ce dossier depuis moins de trente jours"),
    "registration": _("Admission du patient"),
    "billing": _("Facturation"),
    "source": _("Transmet les données de ce patient"),
}

# The same, in two words, beside whom the tie is with.
TIE_NAMES: dict[str, Word] = {
    "stay": _("Séjour"),
    "resident": _("Résidence"),
    "appointment": _("Rendez-vous"),
    "treating": _("Médecin traitant"),
    "advice": _("Avis demandé"),
    "order": _("Demande d’examen"),
    "authored": _("Auteur dans le dossier"),
    "registration": _("Admission"),
    "billing": _("Facturation"),
    "source": _("Transmission"),
}

COMPARTMENTS: dict[str, Word] = {
    "identity": _("identité"),
    "contact": _("coordonnées"),
    "care": _("soins"),
    "sealed": _("données protégées"),
}

BREAK_GLASS_REASONS: dict[str, Word] = {
    "vital_emergency": _("Urgence vitale"),
    "continuity_of_care": _("Continuité des soins : je prends le relais"),
    "incoming_transfer": _("Le patient arrive dans mon unité"),
    "call_for_advice": _("On me demande un avis"),
    "other": _("Autre motif"),
}

ALERTS: dict[str, Sign] = {
    "allergy": Sign(word=_("Allergie"), icon="danger", tone="danger"),
    "isolation": Sign(word=_("Isolement"), icon="isolation", tone="attention"),
    "fall": Sign(word=_("Risque de chute"), icon="fall", tone="attention"),
    "diet": Sign(word=_("Régime"), icon="diet"),
    "no_known_allergy": Sign(word=_("Aucune allergie connue"), icon="check", tone="good"),
}
NO_ALLERGY_FACT = Sign(word=_("Allergies non renseignées"), icon="question", tone="quiet")

# RNIV: the four statuses, computed by the guard.
STATUSES: dict[str, Sign] = {
    "provisoire": Sign(word=_("Identité provisoire"), icon="question", tone="attention"),
    "recuperee": Sign(word=_("INS récupérée, identité à vérifier"), icon="question", tone="attention"),
    "validee": Sign(word=_("Identité validée, sans INS"), icon="check"),
    "qualifiee": Sign(word=_("INS qualifiée"), icon="checked", tone="good"),
}
ATTRIBUTES: dict[str, Word] = {
    "homonyme": _("homonyme connu"),
    "douteux": _("identité douteuse"),
    "fictif": _("identité fictive"),
}

SEXES: dict[str, Sign] = {
    "F": Sign(word=_("Femme"), icon="woman"),
    "M": Sign(word=_("Homme"), icon="man"),
    "U": Sign(word=_("Sexe non précisé"), icon="unknown"),
}

SEVERITIES: dict[str, Word] = {"severe": _("sévère"), "moderate": _("modérée"), "mild": _("légère")}
LEVELS: dict[str, Word] = {
    "A": _("Alerte"),
    "C": _("Confus, depuis peu"),
    "V": _("Réagit à la voix"),
    "P": _("Réagit à la douleur"),
    "U": _("Sans réponse"),
}
SHORT_LEVELS: dict[str, Word] = {"A": _("Alerte"), "C": _("Confus"), "V": _("À la voix"), "P": _("À la douleur"), "U": _("Aucune")}
RISKS: dict[str, Word] = {"low": _("faible"), "low_medium": _("un signe à 3"), "medium": _("moyen"), "high": _("élevé")}
HISTORIES: dict[str, Word] = {
    "medical": _("Antécédents médicaux"),
    "surgical": _("Antécédents chirurgicaux"),
    "obstetric": _("Antécédents obstétricaux"),
}
PROBLEM_SORTS: dict[str, Word] = {
    "active": _("Problème en cours"),
    "medical": _("Antécédent médical"),
    "surgical": _("Antécédent chirurgical"),
    "obstetric": _("Antécédent obstétrical"),
    "family": _("Antécédent familial"),
}
TIMELINE: dict[str, Word] = {
    "": _("Tout"),
    "notes": _("Notes"),
    "measures": _("Mesures et résultats"),
    "reports": _("Documents"),
    "treatments": _("Traitements"),
    "problems": _("Problèmes et allergies"),
}
PERIODS: dict[str, Word] = {"": _("Toujours"), "7": _("7 jours"), "30": _("30 jours"), "365": _("un an")}
CERTAINTIES: dict[str, Word] = {"confirmed": _("confirmée"), "unconfirmed": _("à confirmer")}
CATEGORIES: dict[str, Word] = {
    "medication": _("Médicament"),
    "food": _("Aliment"),
    "environment": _("Environnement"),
    "biologic": _("Produit biologique"),
}

CORRESPONDENTS: dict[str, Word] = {
    "treating_physician": _("Médecin traitant"),
    "responsible": _("Responsable de la prise en charge"),
    "trusted_person": _("Personne de confiance"),
    "guardian": _("Représentant légal"),
    "emergency_contact": _("Personne à prévenir"),
    "safe_contact": _("Contact sûr"),
    "relative": _("Proche"),
    "specialist": _("Médecin correspondant"),
    "home_nurse": _("Infirmier à domicile"),
    "pharmacy": _("Pharmacie"),
    "heir": _("Ayant droit"),
}

MOVEMENTS: dict[str, Word] = {"admit": _("Entrée"), "transfer": _("Mutation"), "discharge": _("Sortie")}
STAYS: dict[str, Word] = {
    "inpatient": _("Hospitalisation"),
    "outpatient": _("Consultation"),
    "day": _("Hospitalisation de jour"),
    "emergency": _("Passage aux urgences"),
    "resident": _("Séjour en établissement"),
}
# FHIR types in the words of a ward.
TYPES: dict[str, Word] = {
    "AllergyIntolerance": _("Allergies et intolérances"),
    "CarePlan": _("Plans de soins"),
    "CareTeam": _("Équipes de soins"),
    "Claim": _("Demandes de prise en charge"),
    "Composition": _("Notes"),
    "Condition": _("Problèmes et antécédents"),
    "Consent": _("Accords et oppositions"),
    "Coverage": _("Couverture"),
    "Device": _("Dispositifs"),
    "DiagnosticReport": _("Comptes rendus d’examens"),
    "DocumentReference": _("Documents"),
    "Encounter": _("Venues et motifs"),
    "ExplanationOfBenefit": _("Décomptes"),
    "Goal": _("Objectifs"),
    "ImagingStudy": _("Examens d’imagerie"),
    "Immunization": _("Vaccinations"),
    "MedicationRequest": _("Prescriptions reçues"),
    "MedicationStatement": _("Traitements"),
    "Observation": _("Mesures et résultats"),
    "Organization": _("Organisations"),
    "Patient": _("Coordonnées du patient"),
    "Practitioner": _("Professionnels"),
    "Basic": _("Marques et compléments d’identité"),
    "Procedure": _("Actes"),
    "RelatedPerson": _("Proches"),
    "Task": _("Demandes"),
}

# What was just done, said once at the foot of the next page.
DONE: dict[str, Word] = {
    "allergy-added": _("Allergie ajoutée. Le bandeau et la liste de l’unité sont à jour."),
    "allergy-corrected": _("Allergie corrigée. La version d’avant reste dans l’historique."),
    "allergy-reviewed": _("Noté : revue aujourd’hui."),
    "none-declared": _("Noté : aucune allergie connue."),
    "allergy-refuted": _("Allergie écartée. Elle reste lisible dans l’historique."),
    "struck-out": _("Barré. La ligne reste lisible dans l’historique."),
    "note-added": _("Note enregistrée."),
    "addendum-added": _("Complément enregistré."),
    "vitals-recorded": _("Constantes enregistrées."),
    "scale-recorded": _("Échelle enregistrée."),
    "reason-told": _("Motif enregistré. L’ancien reste lisible dans l’historique."),
    "symptom-added": _("Symptôme noté."),
    "symptom-gone": _("Noté : ce symptôme a disparu."),
    "problem-added": _("Ajouté aux problèmes et antécédents."),
    "problem-resolved": _("Problème terminé : il est parmi les antécédents."),
    "note-signed": _("Note contresignée."),
    "document-filed": _("Document classé. Vous ne le relirez pas ici : les soignants le lisent."),
    "result-seen": _("Vu, sous votre nom."),
    "result-unseen": _("Signature reprise : le document attend de nouveau."),
    "letters-signed": _("Lettres signées. Elles sont scellées parmi les documents."),
    "letter-signed": _("Lettre signée. Elle est scellée parmi les documents."),
    "letter-delivered": _("Remise notée."),
    "document-added": _("Document scellé dans le dossier."),
    "identity-protected": _("Identité protégée. Hors de l’équipe de soins, seul le pseudonyme apparaît."),
    "identity-shown": _("La protection est levée."),
    "note-protected": _("Note protégée enregistrée. Le médecin traitant déclaré la lira."),
    "masked": _("Masqué. Seuls le médecin traitant déclaré, et un médecin qui brise la glace, le liront."),
    "unmasked": _("Montré à nouveau à l’équipe."),
    "wish-recorded": _("Noté, avec la date et votre nom. Ce qui était dit avant reste dessous."),
    "correspondent-corrected": _("Correspondant corrigé. La version d’avant reste dans l’historique."),
    "correspondent-ended": _("Terminé. Ce correspondant reste lisible parmi les anciens."),
    "contact-told": _("Coordonnées enregistrées."),
    "correspondent-added": _("Correspondant ajouté."),
    "request-registered": _("Demande enregistrée. Son délai court depuis sa réception."),
    "request-moved": _("Noté."),
    "entry-marked": _("Retiré des copies remises au patient. Le dossier, lui, n’a pas changé."),
    "entry-withheld": _("Retiré de cette copie et des suivantes. Le dossier, lui, n’a pas changé."),
    "entry-let-in": _("Remis dans la copie."),
    "advice-asked": _("Avis demandé. Votre confrère peut ouvrir ce dossier pendant sept jours."),
    "opened-untied": _("Dossier ouvert sans lien. L’ouverture est comptée, et le patient peut la lire."),
    "proposed": _("Proposée. Une seconde personne doit l’approuver avec sa clé."),
    "proposal-executed": _("Approuvée, et faite."),
    "proposal-approved": _("Approuvée. Elle prendra effet quand son délai sera passé."),
    "proposal-refused": _("Refusée. Rien n’a changé."),
    "proposal-withdrawn": _("Retirée."),
    "assignment-ended": _("Affectation terminée. Ses sessions et ses dossiers sont fermés."),
    "unlocked": _("Votre collègue peut continuer."),
    "glass-broken": _("Dossier ouvert en urgence. Le responsable de la sécurité est prévenu."),
    "session-closed": _("Session fermée."),
    "passkey-added": _("Clé d’accès ajoutée."),
    "passkey-renamed": _("Clé d’accès renommée."),
    "passkey-revoked": _("Clé d’accès révoquée."),
    "notice-read": _("Noté : cette ouverture en urgence est lue."),
    "review-legitimate": _("Réponse enregistrée : légitime."),
    "review-illegitimate": _("Réponse enregistrée. Le compte est suspendu, toutes ses sessions sont fermées."),
    "account-contained": _("Compte suspendu. Toutes ses sessions sont fermées."),
}

# Why a field was not accepted.
FIELD_ERRORS: dict[str, Word] = {
    "text_missing": _("Ce champ est nécessaire."),
    "text_too_long": _("Ce texte est trop long."),
    "text_unreadable": _("Ce texte contient des caractères illisibles."),
    "unknown_account": _("Personne qui soigne ici ne porte ce numéro. Relisez-le, ou appelez votre confrère."),
    "oneself": _("C’est votre propre numéro."),
    "reason_missing": _("Donnez un motif : il reste lisible à côté de la ligne barrée."),
    "implausible": _("Cette valeur est inhabituelle. Confirmez-la, ou corrigez-la."),
    "time_wrong": _("Cette heure est dans le futur, ou trop ancienne."),
    "date_unreadable": _("Cette date n’est pas reconnue. Écrivez 2019, 03/2019 ou 12/03/2019."),
    "date_future": _("Cette date est dans le futur."),
    "date_past": _("Cette date est passée."),
    "phone_wrong": _("Ce numéro n’a pas dix chiffres. Pour l’étranger, commencez par + et l’indicatif du pays."),
    "email_wrong": _("Cette adresse électronique n’est pas complète."),
    "rpps_wrong": _("Ce numéro n’est pas un RPPS : onze chiffres, dont le dernier vérifie les autres. Relisez-le."),
    "measure_missing": _("Dites à quel titre : parent, tuteur, curateur…"),
    "address_missing": _("Un contact sûr sert à écrire : donnez son adresse."),
    "postcode_wrong": _("Un code postal français a cinq chiffres. Pour l’étranger, écrivez le pays."),
    "kind_changed": _("Un proche ne devient pas un professionnel : barrez cette ligne et ajoutez la personne."),
    "protection_unknown": _("Choisissez une des réponses proposées."),
    "not_maskable": _("Cela ne se masque pas : une allergie ou un traitement doivent rester visibles."),
    "not_masked": _("Ceci n’est pas masqué."),
    "choice_unknown": _("Choisissez une des réponses proposées."),
    "media_type_refused": _("Ce fichier n’est pas accepté. Envoyez un PDF, une image JPEG, PNG ou TIFF, ou du texte."),
    "document_too_large": _("Ce fichier dépasse 25 Mo."),
    "stay_missing": _("Il n’y a pas de séjour en cours : une lettre de liaison appartient à un séjour."),
    "pdf_locked": _("Ce PDF est protégé par un mot de passe. Enregistrez-le sans protection, puis recommencez."),
    "pdf_damaged": _("Ce PDF est abîmé ou trop complexe pour être vérifié. Imprimez-le en PDF, puis recommencez."),
    "document_cut": _("L’envoi s’est interrompu. Recommencez : rien n’a été gardé."),
    "document_empty": _("Ce fichier est vide."),
    "traits_incomplete": _("Ce trait est nécessaire."),
    "malformed": _("Cette écriture n’est pas reconnue."),
    "trait_missing": _("Ce trait est nécessaire."),
    "sex_unknown": _("Choisissez une des réponses proposées."),
    "ins_key": _("Ce numéro n’est pas un INS : sa clé ne correspond pas. Relisez-le."),
    "ins_domain": _("Ce numéro n’est pas un INS."),
    "ins_test_domain": _("Ce numéro est un INS de test : il n’existe pas ici."),
    "too_many_found": _("Trop de personnes répondent à ces traits. Cherchez par l’INS ou par le numéro de l’établissement."),
    "reason_unknown": _("Choisissez un motif."),
    "term_missing": _("Ce champ est nécessaire."),
    "term_unreadable": _("Cette écriture n’est pas reconnue."),
    "role_unknown": _("Cette fonction ne se donne pas ainsi."),
    "limit_too_loose": _("Cette valeur relâcherait trop la limite."),
    "limit_unknown": _("Cette limite n’existe pas."),
    "reason_too_long": _("Ce texte dépasse 300 caractères."),
}
# What is refused for another cause than the role: what it is, and what to do.
DENIALS: dict[str, tuple[Word, Word]] = {
    "too_new": (
        _("Votre clé ou votre fonction a moins d’un jour"),
        _("Jusqu’à demain, elle ne décide de rien et ne débloque personne. Demandez à un collègue dont la clé est plus ancienne."),
    ),
    "own_proposal": (_("Vous l’avez proposée vous-même"), _("Une autre personne doit l’approuver. Rien n’a changé.")),
    "oneself": (_("Cela vous concerne vous-même"), _("Une autre personne doit le faire. Rien n’a changé.")),
    "touch_refused": (
        _("La clé présentée n’est pas la vôtre"),
        _("Rien n’a changé. Revenez à la page, et présentez la clé avec laquelle vous êtes entré."),
    ),
    "no_passkey": (_("Il faut une clé d’accès"), _("Votre compte n’en a pas. Demandez un code d’enrôlement ; rien n’a changé.")),
    "assurance": (
        _("Il faut votre clé d’accès"),
        _("Vous êtes entré avec un mot de passe. Fermez la session et revenez avec votre clé."),
    ),
    "no_post": (
        _("Vous n’êtes affecté à aucune unité"),
        _("Sans affectation en cours, rien ne s’ouvre et rien ne se cherche. Si vous travaillez ici, demandez au cadre de la faire créer."),
    ),
    "no_longer_theirs": (
        _("Qui l’a proposée ou approuvée ne le peut plus"),
        _("Son compte est suspendu ou a changé de fonction. Rien n’a changé : proposez à nouveau."),
    ),
    "copy_in_emergency": (
        _("Ce dossier est ouvert en urgence"),
        _("Une ouverture en urgence sert aux soins, pas à une copie. Demandez au médecin qui suit le patient de la préparer."),
    ),
    "not_a_colleague": (_("Vous n’êtes pas de la même unité"), _("Seul un collègue de l’unité débloque. Rien n’a changé.")),
}
CONFLICTS: dict[str, Word] = {
    "entry_changed": _(
        "Quelqu’un a modifié cette ligne pendant que vous écriviez. Voici la version actuelle ; relisez avant de recommencer."
    ),
    "words_changed": _("Les mots de la lettre ne sont pas ceux que deux personnes ont approuvés. Proposez de nouveau l’envoi."),
    "seen_already": _("Un confrère vient de signer qu’il l’a vu."),
    "seen_too_long": _("Cette signature date de plus de douze heures : elle ne se reprend plus."),
    "entry_struck_out": _("Cette ligne est déjà barrée."),
    "request_moved": _("Cette demande n’en est plus là : quelqu’un l’a fait avancer, ou l’étape précédente manque."),
    "already_withheld": _("Cet élément est déjà retiré des copies."),
    "copy_over": _("Ce mot de passe ne sert plus : préparez à nouveau la copie."),
    "review_answered": _("Quelqu’un a déjà répondu à cette relecture."),
    "entry_exists": _("Ce formulaire a déjà servi. Rouvrez la page pour écrire à nouveau."),
    "allergies_exist": _("Des allergies figurent dans ce dossier. Barrez-les ou écartez-les d’abord."),
    "unlock_needless": _("Vous n’avez pas besoin d’un collègue : votre réserve n’est pas vide."),
    "proposal_decided": _("Quelqu’un a déjà décidé de cette proposition."),
    "proposal_over": _("Cette proposition a plus d’une semaine. Proposez-la à nouveau."),
    "last_passkey": _("C’est votre dernière clé d’accès : enregistrez-en une autre d’abord."),
}
