"""Why a message is refused: the acknowledgement code, the place at fault, the code of HL7 table 0357, a sentence in French."""

from __future__ import annotations

from dataclasses import dataclass

from serment.dossier.kernel import errors

ACCEPTED, ERROR, REJECTED = "AA", "AE", "AR"

REQUIRED, DATA_TYPE, TABLE, UNKNOWN_KEY, DUPLICATE_KEY = "101", "102", "103", "204", "205"
UNSUPPORTED_TYPE, UNSUPPORTED_EVENT, UNSUPPORTED_PROCESSING, UNSUPPORTED_VERSION, INTERNAL = "200", "201", "202", "203", "207"


@dataclass(kw_only=True, eq=False)
class Refusal(Exception):
    """`location` is ERR-2 (`PID^1^3^2`). The message never holds a value of the patient's."""

    message: str
    location: str = "MSH^1"
    code: str = INTERNAL
    acknowledgement: str = ERROR


PLACES = {
    "ins": "PID^1^3", "numbers": "PID^1^3", "birth_name": "PID^1^5", "first_given_name": "PID^1^5", "birth_date": "PID^1^7",
    "sex": "PID^1^8", "stay": "PV1^1^19", "movement": "ZBE^1^1", "source": "PV1^1^19",
    "file": "OBX^1^5",
}  # fmt: skip

# Where the fault lies when the refusal names no field of the message.
LOCATIONS = {"unknown_unit": "ZBE^1^7", "unknown_patient": "PID^1^3"}

SENTENCES = {
    "ins_of_another": (DUPLICATE_KEY, "Ce matricule INS est celui d’une autre identité. Vérifiez-la avant de renvoyer."),
    "ins_changed": (DUPLICATE_KEY, "Cette identité porte déjà un autre matricule INS. Corrigez l’identité dans l’un des deux logiciels."),
    "number_of_another": (DUPLICATE_KEY, "Ce numéro local est déjà celui d’une personne dont les traits diffèrent. Vérifiez l’identité."),
    "number_missing": (REQUIRED, "Ni matricule INS ni numéro local : la personne ne peut pas être identifiée."),
    "ins_test_domain": (TABLE, "Ce matricule INS vient d’un domaine de test : il est refusé hors démonstration."),
    "ins_domain": (TABLE, "L’OID du matricule INS est inconnu."),
    "ins_key": (DATA_TYPE, "La clé du matricule INS est fausse."),
    "trait_missing": (REQUIRED, "Un trait d’identité obligatoire manque ou est trop long."),
    "sex_unknown": (TABLE, "Le sexe n’est ni F, ni M, ni U."),
    "unknown_patient": (UNKNOWN_KEY, "Cette personne est inconnue ici : son admission n’a pas été reçue. Renvoyez le document ensuite."),
    "media_type_refused": (DATA_TYPE, "Ce document n’est ni un CDA, ni un PDF, ni une image, ni du texte : il n’est pas gardé."),
    "pdf_locked": (DATA_TYPE, "Ce PDF est protégé par un mot de passe : il n’est pas gardé."),
    "pdf_damaged": (DATA_TYPE, "Ce PDF est abîmé, ou trop complexe pour être vérifié : il n’est pas gardé."),
    "document_too_large": (DATA_TYPE, "Ce document dépasse 25 Mo."),
    "unknown_unit": (UNKNOWN_KEY, "Cette unité n’existe pas dans l’établissement. Créez-la ou corrigez son code, puis renvoyez."),
    "unknown_stay": (UNKNOWN_KEY, "Ce séjour est inconnu : l’admission n’a pas été reçue."),
    "unknown_movement": (UNKNOWN_KEY, "Ce mouvement est inconnu."),
    "event_unnamed": (REQUIRED, "Le numéro de séjour ou de mouvement manque ou est trop long."),
}  # fmt: skip

TRY_AGAIN = "Le service est momentanément indisponible. Le message est conservé ; renvoyez-le dans quelques instants."
OUR_FAULT = "Le message n’a pas pu être traité à cause d’une erreur de notre côté. Il est conservé ; renvoyez-le plus tard."


def from_error(error: errors.Refused) -> Refusal:
    """What a service refused, in the words of HL7."""
    if isinstance(error, errors.Unavailable):
        return Refusal(message=TRY_AGAIN)
    if isinstance(error, (errors.Denied, errors.SignedOut)):
        message = "Cette interface n’a pas le droit de faire cela. Prévenez l’administrateur."
        return Refusal(message=message, acknowledgement=REJECTED)
    code, sentence = SENTENCES.get(error.code, (INTERNAL, OUR_FAULT))
    location = LOCATIONS.get(error.code) or PLACES.get(error.field, "MSH^1")
    return Refusal(message=sentence, location=location, code=code)
