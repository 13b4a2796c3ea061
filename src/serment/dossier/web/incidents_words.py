"""The words of incidents: what was seen, by whom and when, what is to do about it, what became of each letter."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from serment.dossier.web.words import Word

PHASES: dict[str, Word] = {"initial": _("premiers éléments"), "complementary": _("compléments"), "closed": _("clos")}
SCOPE_STATES: dict[str, Word] = {
    "none": _("pas encore calculé"),
    "asked": _("en attente"),
    "running": _("en cours"),
    "done": _("calculé"),
    "failed": _("interrompu"),
}
CERTAINTIES: dict[str, Word] = {"certain": _("certaine"), "possible": _("possible")}
KINDS: dict[str, Word] = {
    "identity": _("identité"),
    "address": _("adresse"),
    "telephone": _("téléphone"),
    "email": _("adresse électronique"),
    "insurance": _("numéro de sécurité sociale"),
    "relatives": _("proches"),
    "treating_physician": _("médecin traitant"),
    "stays": _("séjours"),
    "allergies": _("allergies"),
    "symptoms": _("motifs de venue"),
    "conditions": _("maladies et antécédents"),
    "prescriptions": _("traitements"),
    "observations": _("mesures et résultats"),
    "notes": _("notes des soignants"),
    "documents": _("comptes rendus"),
    "other": _("autres éléments"),
}
FLAGS: dict[str, Word] = {
    "minor": _("mineurs"),
    "protected": _("identités protégées"),
    "fictitious": _("identités fictives"),
    "doubtful": _("identités douteuses"),
    "sealed": _("données protégées"),
    "shredded": _("conservation terminée"),
}
# What a row of a leaked list says.
MEMBERS: dict[str, Word] = {
    "birth_name": _("nom de naissance"), "used_name": _("nom utilisé"), "given_name": _("prénom"), "birth_date": _("date de naissance"),
    "sex": _("sexe"), "ins": _("numéro de sécurité sociale"), "local_number": _("numéro de patient"), "address": _("rue"),
    "postcode": _("code postal"), "city": _("ville"), "telephone": _("téléphone"), "email": _("adresse électronique"),
}  # fmt: skip
SIGNS: dict[str, Word] = {
    "decoy": _("un leurre touché"),
    "wrong_key": _("un cookie venu avec une autre clé"),
    "refusals": _("des refus répétés"),
    "step_ups": _("des demandes de clé répétées"),
    "emergency": _("une urgence déclarée"),
    "unexplained": _("des ouvertures sans lien"),
    "new_passkey": _("une clé d’accès ajoutée"),
    "new_source": _("un poste jamais vu"),
    "unusual_hour": _("une heure inhabituelle"),
    "many_records": _("beaucoup de dossiers"),
    "many_lines": _("beaucoup de noms"),
    "sign_in_refused": _("des connexions refusées"),
}
ORIGINS: dict[str, Word] = {
    "outside_malicious": _("Acte externe malveillant"),
    "inside_malicious": _("Acte interne malveillant"),
    "outside_accident": _("Acte externe accidentel"),
    "inside_accident": _("Acte interne accidentel"),
    "unknown": _("Origine inconnue à ce jour"),
}
# Why a letter waits for somebody.
HELD: dict[str, Word] = {
    "address_missing": _("aucune adresse"),
    "address_too_long": _("adresse trop longue pour une enveloppe"),
    "address_unreadable": _("adresse illisible"),
    "heirs_missing": _("personne décédée, aucun proche connu"),
    "representatives_missing": _("mineur ou majeur protégé, aucun représentant connu"),
    "safe_contact_missing": _("contact protégé souhaité, aucun connu"),
    "identity_gone": _("conservation terminée : l’identité n’existe plus"),
    "fictitious": _("identité fictive"),
    "doubtful": _("identité douteuse : vérifiez d’abord qui c’est"),
    "sealed": _("données protégées : une lettre pourrait trahir"),
    "returned": _("revenue par toutes les voies"),
    "addressee_changed": _("le destinataire n’est plus le même"),
}
BY_HAND: dict[str, Word] = {
    "telephone": _("informée par téléphone"),
    "visit": _("informée de vive voix"),
    "letter": _("informée par une lettre écrite à la main"),
    "impossible": _("ne peut pas être jointe"),
}
VERDICTS: dict[str, Word] = {
    "from_here": _("Cette liste vient d’ici"),
    "from_here_unexplained": _("Ce sont nos patients, mais rien au journal ne l’explique"),
    "not_from_here": _("Cette liste ne vient pas d’ici"),
}
HOWS: dict[str, Word] = {
    "ins": _("par l’INS"),
    "number": _("par un numéro et un trait"),
    "exact": _("par les traits exacts"),
    "sound": _("par le son des noms"),
    "near": _("à une faute près"),
}
DONE: dict[str, Word] = {
    "incident-declared": _("Incident déclaré. Le délai de 72 heures est affiché sur sa page."),
    "incident-amended": _("Noté. Ce qui avait été dit reste lisible."),
    "scope-asked": _("Le calcul est lancé. Il continue si vous quittez la page."),
    "texts-kept": _("Textes gardés. Les documents ci-dessous les portent."),
    "words-kept": _("Les mots de la lettre sont fixés."),
    "notification-proposed": _("Proposé. Une seconde personne doit l’approuver avec sa clé."),
    "sending-begun": _("L’envoi commence. Il continue si vous quittez la page."),
    "batch-posted": _("Noté : ce lot est posté."),
    "letter-returned": _("Retour noté. L’autre voie est la suivante."),
    "doubt-settled": _("Noté."),
    "told-by-hand": _("Noté."),
    "sample-proposed": _("Proposé. La liste n’est pas gardée : redonnez-la une fois l’accord obtenu."),
}
# Why something typed on these pages was not accepted.
FIELD_ERRORS: dict[str, Word] = {
    "reference_missing": _("Donnez une référence, de quarante caractères au plus."),
    "window_unreadable": _("La fin vient après le début, et la fenêtre ne dépasse pas 800 jours."),
    "nobody_named": _("Nommez au moins un compte, une session, un poste ou un établissement."),
    "too_many_named": _("C’est trop pour un seul incident."),
    "known_too_long": _("Ce texte dépasse 4 000 caractères."),
    "aware_later": _("On ne peut pas l’apprendre dans le futur."),
    "phase_unknown": _("Un incident ne revient pas à une phase précédente."),
    "link_in_letter": _("Une lettre ne donne ni lien ni adresse : c’est à cela qu’on reconnaît la nôtre."),
    "recipient_unreadable": _("Ce n’est pas une clé publique age (elle commence par « age1 »)."),
    "code_slip": _("Ce code a une faute : relisez-le groupe par groupe."),
    "unknown_code": _("Aucune lettre ne porte ce code."),
    "unknown_patient": _("Aucun dossier ne porte cet identifiant."),
    "unknown_account": _("Ce compte n’existe pas."),
    "file_unreadable": _("Ce fichier n’est pas lu : CSV, XLSX, JSON ou texte, de 20 Mo au plus."),
    "no_rows": _("Aucune ligne n’a été reconnue."),
    "too_many_rows": _("Trop de lignes : cent mille au plus."),
    "other_sample": _("Ce n’est pas la liste sur laquelle deux personnes se sont accordées."),
    "no_traits": _("Dites quelle colonne est le nom, et au moins la date de naissance, un numéro ou l’INS."),
}
CONFLICTS: dict[str, Word] = {
    "reference_taken": _("Un autre incident porte déjà cette référence."),
    "statement_changed": _("Quelqu’un a complété cet incident entre-temps. Rouvrez la page et relisez."),
    "incident_closed": _("Cet incident est clos : rien ne s’y ajoute plus."),
    "mailing_exists": _("Les mots de cette lettre sont déjà fixés."),
    "not_gone": _("Cette lettre n’est pas partie, ou son retour est déjà noté."),
    "not_doubtful": _("Cet envoi n’est plus en doute."),
    "still_leaving": _("Cet envoi est peut-être en train de partir. Attendez cinq minutes, et relisez le journal du relais."),
    "not_held": _("Cette personne n’attend plus personne."),
    "no_scope": _("Calculez d’abord qui est exposé."),
}

# What stops the worker that sends; anything else shows its code.
STOPS: dict[str, Word] = {
    "disk_full": _("Le disque est plein : l’exploitant doit libérer de la place."),
    "letter_too_long": _("Une lettre ne tient pas sur sa page : appelez l’exploitant, rien ne part tronqué."),
    "mailer_not_configured": _("Le programme d’envoi n’a pas sa clé : l’exploitant doit la lui donner."),
}

# For the filter `word`.
TABLES: dict[str, dict[str, Word]] = {
    "incident_phase": PHASES, "scope_state": SCOPE_STATES, "exposure": CERTAINTIES, "exposed_kind": KINDS, "exposed_flag": FLAGS,
    "sign": SIGNS, "held": HELD, "by_hand": BY_HAND, "verdict": VERDICTS, "found_how": HOWS, "sample_member": MEMBERS,
    "letters_stop": STOPS,
}  # fmt: skip
