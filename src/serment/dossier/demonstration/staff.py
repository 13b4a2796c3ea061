"""The fictional staff: sixty accounts in every role that a person may have, and two interfaces."""

from __future__ import annotations

from serment.dossier.demonstration.types import Member
from serment.dossier.kernel import ids

# National numbers of real practitioners begin with 10; nobody's begins with 999.
FICTIONAL_RPPS = "9990000"


def luhn_digit(digits: str) -> int:
    """The check digit (Luhn) that completes a number such as an RPPS."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10


def rpps(number: int) -> str:
    """A fictional RPPS number, eleven digits."""
    body = f"{FICTIONAL_RPPS}{number:03}"
    return f"{body}{luhn_digit(body)}"


# key, label, profession, role, units
_PEOPLE: tuple[tuple[str, str, str, str, str], ...] = (
    # the playbill
    ("amel", "Dr Amel Haddad", "Chirurgienne viscérale", "ward_physician", "surgery consultations"),
    ("bruno", "Bruno Lemoine", "Infirmier", "nurse_day", "surgery"),
    (
        "chloe",
        "Dr Chloé Vasseur",
        "Médecin de médecine physique et de réadaptation",
        "ward_physician",
        "rehabilitation second_consultations",
    ),
    ("odile", "Odile Ferrand", "Secrétaire médicale", "secretary", "surgery consultations"),
    ("denis", "Denis Carpentier", "Administrateur du système d’information", "administrator", ""),
    # Chir V
    ("sabrina", "Sabrina Moulin", "Infirmière", "nurse_day", "surgery"),
    ("thomas", "Thomas Gauthier", "Infirmier", "nurse_day", "surgery day_surgery"),
    ("ines_n", "Inès Da Costa", "Infirmière de nuit", "nurse_night", "surgery"),
    ("karim", "Karim Belaïd", "Aide-soignant", "care_assistant", "surgery"),
    ("etienne", "Dr Étienne Marchand", "Chirurgien viscéral", "ward_physician", "surgery consultations"),
    # medicine
    ("lucie", "Lucie Bonnin", "Infirmière", "nurse_day", "medicine"),
    ("mathieu", "Mathieu Roche", "Infirmier", "nurse_day", "medicine"),
    ("fatou", "Fatou Diallo", "Infirmière de nuit", "nurse_night", "medicine"),
    ("gisele", "Gisèle Prévost", "Aide-soignante", "care_assistant", "medicine"),
    ("helene", "Dr Hélène Quéré", "Médecin interniste", "ward_physician", "medicine consultations"),
    ("paul", "Dr Paul Nguyen", "Médecin de garde", "on_call_physician", "medicine surgery cardiology"),
    # cardiology
    ("marion", "Marion Tessier", "Infirmière", "nurse_day", "cardiology"),
    ("julien", "Julien Pichon", "Infirmier", "nurse_day", "cardiology"),
    ("rachida", "Rachida Amrani", "Infirmière de nuit", "nurse_night", "cardiology"),
    ("vincent", "Dr Vincent Delorme", "Cardiologue", "ward_physician", "cardiology consultations"),
    ("noemie", "Noémie Hardy", "Aide-soignante", "care_assistant", "cardiology"),
    # emergency
    ("camille", "Camille Rousset", "Infirmière d’accueil et d’orientation", "triage_nurse", "emergency"),
    ("adrien", "Adrien Colin", "Infirmier d’accueil et d’orientation", "triage_nurse", "emergency"),
    ("laure", "Laure Besson", "Infirmière", "nurse_day", "emergency"),
    ("samir", "Samir Ouali", "Infirmier de nuit", "nurse_night", "emergency"),
    ("claire", "Dr Claire Fabre", "Médecin urgentiste", "emergency_physician", "emergency"),
    ("hadrien", "Dr Hadrien Leclerc", "Médecin urgentiste", "emergency_physician", "emergency"),
    # intensive care and theatre
    ("pauline", "Pauline Garnier", "Infirmière", "nurse_day", "icu"),
    ("yann", "Yann Le Goff", "Infirmier de nuit", "nurse_night", "icu"),
    ("isabelle", "Dr Isabelle Charpentier", "Anesthésiste-réanimatrice", "anaesthetist", "icu surgery maternity"),
    ("romain", "Dr Romain Vidal", "Anesthésiste-réanimateur", "anaesthetist", "icu surgery day_surgery"),
    # maternity
    ("aurelie", "Aurélie Masson", "Sage-femme", "nurse_day", "maternity"),
    ("soline", "Soline Perrot", "Sage-femme de nuit", "nurse_night", "maternity"),
    ("celine", "Céline Jacquet", "Auxiliaire de puériculture", "care_assistant", "maternity"),
    ("beatrice", "Dr Béatrice Lacombe", "Gynécologue-obstétricienne", "ward_physician", "maternity consultations"),
    # services for the wards
    ("franck", "Franck Bourgeois", "Technicien de laboratoire", "technician", "laboratory"),
    ("elodie", "Élodie Riviere", "Manipulatrice en électroradiologie", "technician", "radiology"),
    ("magali", "Magali Torres", "Préparatrice en pharmacie", "technician", "pharmacy"),
    # second clinic
    ("anais", "Anaïs Fleury", "Infirmière", "nurse_day", "rehabilitation"),
    ("kevin", "Kévin Barbier", "Infirmier de nuit", "nurse_night", "rehabilitation"),
    ("mireille", "Mireille Joly", "Aide-soignante", "care_assistant", "rehabilitation"),
    ("sophie", "Sophie Renaud", "Infirmière", "nurse_day", "oncology"),
    ("alain", "Dr Alain Weber", "Oncologue", "ward_physician", "oncology second_consultations"),
    ("maud", "Maud Picard", "Infirmière", "nurse_day", "day_surgery"),
    ("gilles", "Dr Gilles Hamon", "Chirurgien orthopédiste", "ward_physician", "day_surgery second_consultations"),
    # nursing home
    ("nathalie", "Nathalie Brun", "Infirmière coordinatrice", "nurse_day", "glycines mimosas lilas pasa"),
    ("david", "David Meunier", "Infirmier", "nurse_day", "glycines mimosas"),
    ("patricia", "Patricia Lopes", "Infirmière de nuit", "nurse_night", "glycines mimosas lilas"),
    ("josette", "Josette Caron", "Aide-soignante", "care_assistant", "glycines"),
    ("moussa", "Moussa Traoré", "Aide-soignant", "care_assistant", "mimosas"),
    ("sandrine", "Sandrine Guillou", "Assistante de soins en gérontologie", "care_assistant", "lilas pasa"),
    ("yves", "Dr Yves Kermarrec", "Médecin coordonnateur", "ward_physician", "glycines mimosas lilas pasa"),
    # offices
    ("martine", "Martine Dupré", "Secrétaire médicale", "secretary", "cardiology medicine"),
    ("corinne", "Corinne Blanc", "Agente des admissions", "admissions_clerk", "emergency consultations"),
    ("jerome", "Jérôme Poulain", "Agent des admissions", "admissions_clerk", "second_consultations"),
    ("florence", "Florence Maréchal", "Technicienne d’information médicale", "coder", "surgery medicine cardiology icu"),
    ("sylvie", "Sylvie Lacroix", "Administratrice du système d’information", "administrator", ""),
    ("remi", "Rémi Aubert", "Responsable de la sécurité", "security_officer", ""),
    ("leila", "Leïla Mansouri", "Adjointe de sécurité", "security_officer", ""),
    ("agathe", "Agathe Chevallier", "Déléguée à la protection des données", "data_protection_officer", ""),
)

PHYSICIANS = frozenset({"ward_physician", "on_call_physician", "emergency_physician", "anaesthetist"})


def _member(number: int, key: str, label: str, profession: str, role: str, units: str) -> Member:
    return Member(
        id=ids.derived("demonstration", "account", key),
        key=key,
        label=label,
        profession=profession,
        role=role,
        rpps=rpps(number) if role in PHYSICIANS else "",
        units=tuple(units.split()),
    )


STAFF = tuple(_member(number, *person) for number, person in enumerate(_PEOPLE, start=1))
MEMBER = {member.key: member for member in STAFF}

INTERFACES = (
    Member(
        id=ids.derived("demonstration", "account", "listener"),
        key="listener",
        label="Interface HL7 (admissions)",
        profession="",
        role="interface",
    ),
    Member(
        id=ids.derived("demonstration", "account", "loader"),
        key="loader",
        label="Chargement de la démonstration",
        profession="",
        role="interface",
    ),
)

# Writes to the people whom an incident exposed.
MAILER = Member(
    id=ids.derived("demonstration", "account", "mailer"), key="mailer", label="Envoi des courriers", profession="", role="mailer"
)

# Reads over FHIR what the monitors of the wards show: an example for integrators.
APPLICATION = Member(
    id=ids.derived("demonstration", "account", "application"),
    key="application",
    label="Surveillance des services (FHIR)",
    profession="",
    role="application",
    units=("medicine", "surgery", "cardiology", "icu"),
)


def working_in(unit: str, *roles: str) -> tuple[Member, ...]:
    """The members of some roles in a unit; the whole unit's carers answer for a role that nobody holds there."""
    there = [member for member in STAFF if unit in member.units]
    return tuple(member for member in there if member.role in roles) or tuple(there)
