"""Day hospital of oncology and day surgery."""

from __future__ import annotations

from serment.dossier.demonstration.clinic import drugs as rx
from serment.dossier.demonstration.clinic.write import dx
from serment.dossier.demonstration.types import Scenario

CHAMBER = (
    "Chambre implantable",
    "Reflux présent, peau saine.",
    "Pose de l’aiguille sous asepsie, rinçage pulsé.",
    "Perfusion sans douleur.",
)
NAUSEA = (
    "Nausées",
    "Nausées à J2 de la dernière cure, calmées par le traitement.",
    "Conseils alimentaires redonnés.",
    "Pas de vomissement ce jour.",
)
READY = (
    "Aptitude à la sortie",
    "Éveillé{e}, boit sans nausée, miction faite.",
    "Consignes écrites et numéro d’appel remis, accompagnant présent.",
    "Score de sortie atteint.",
)

ONCOLOGY = (
    Scenario(
        key="sein",
        unit="oncology",
        reason="Cure hebdomadaire de paclitaxel",
        age=(36, 76),
        sex="F",
        days=(0.1, 0.3),
        diagnosis=dx("C50.9", "Tumeur maligne du sein, sans précision", 1),
        others=(dx("Z51.1", "Séance de chimiothérapie pour tumeur"),),
        drugs=(rx.PACLITAXEL, rx.ONDANSETRON),
        nursing=(CHAMBER, NAUSEA),
        medical=(
            (
                "Consultation avant cure",
                "Bon état général, OMS 1. Pas de neuropathie gênante. Neutrophiles et plaquettes corrects. Cure autorisée à pleine dose.",
            ),
        ),
        paper="biology",
    ),
    Scenario(
        key="colorectal",
        unit="oncology",
        reason="Cure de FOLFOX",
        age=(48, 80),
        days=(0.15, 0.35),
        diagnosis=dx("C18.9", "Tumeur maligne du côlon, sans précision", 1),
        others=(dx("Z51.1", "Séance de chimiothérapie pour tumeur"),),
        drugs=(rx.FOLFOX, rx.ONDANSETRON),
        nursing=(
            CHAMBER,
            (
                "Neuropathie",
                "Fourmillements des doigts au froid, moins de 7 jours.",
                "Éviction du froid rappelée, gants.",
                "Pas de gêne pour les gestes fins.",
            ),
        ),
        medical=(
            ("Consultation avant cure", "Cure 5 de FOLFOX adjuvant. Paresthésies de grade 1. Bilan biologique conforme, cure autorisée."),
        ),
        paper="biology",
    ),
    Scenario(
        key="poumon",
        unit="oncology",
        reason="Immunothérapie par pembrolizumab",
        age=(50, 80),
        days=(0.1, 0.25),
        excludes=("asthme",),
        diagnosis=dx("C34.9", "Tumeur maligne de bronche ou du poumon, sans précision", 1),
        others=(dx("Z51.2", "Autres formes de chimiothérapie"), dx("F17.2", "Dépendance au tabac", 30)),
        drugs=(rx.PEMBROLIZUMAB, rx.PARACETAMOL),
        nursing=(
            CHAMBER,
            (
                "Surveillance",
                "Pas de toux nouvelle, pas de diarrhée, poids stable.",
                "Constantes avant, pendant et après la perfusion.",
                "Bien tolérée.",
            ),
        ),
        medical=(
            ("Consultation avant cure", "Réponse partielle au scanner. Pas d’effet immunologique. TSH normale. Perfusion autorisée."),
        ),
    ),
)

DAY_SURGERY = (
    Scenario(
        key="canal_carpien",
        unit="day_surgery",
        reason="Libération du canal carpien",
        age=(35, 80),
        days=(0.1, 0.3),
        diagnosis=dx("G56.0", "Syndrome du canal carpien"),
        drugs=(rx.PARACETAMOL,),
        nursing=(READY,),
        excludes=("migraine",),
        medical=(
            (
                "Compte rendu opératoire bref",
                (
                    "Libération endoscopique du canal carpien {lat} sous anesthésie locorégionale. Pas d’incident. "
                    "Pansement à garder 48 heures."
                ),
            ),
        ),
        paper="discharge",
    ),
    Scenario(
        key="menisque",
        unit="day_surgery",
        reason="Arthroscopie du genou pour lésion méniscale",
        age=(24, 60),
        days=(0.15, 0.35),
        diagnosis=dx("M23.2", "Lésion d’un ménisque due à une déchirure ou un traumatisme anciens"),
        drugs=(rx.PARACETAMOL, rx.IBUPROFENE),
        nursing=(READY,),
        medical=(
            (
                "Compte rendu opératoire bref",
                (
                    "Arthroscopie du genou {lat}, régularisation du ménisque interne. Appui immédiat autorisé, rééducation "
                    "dès la première semaine."
                ),
            ),
        ),
        paper="discharge",
    ),
    Scenario(
        key="hallux",
        unit="day_surgery",
        reason="Cure d’hallux valgus",
        age=(42, 74),
        sex="F",
        days=(0.15, 0.35),
        diagnosis=dx("M20.1", "Hallux valgus (acquis)"),
        drugs=(rx.PARACETAMOL, rx.TRAMADOL),
        nursing=(READY,),
        excludes=("depression",),
        medical=(
            (
                "Compte rendu opératoire bref",
                (
                    "Ostéotomie du premier métatarsien {lat} sous bloc. Chaussure de décharge cinq semaines, antalgiques de "
                    "palier 2 au besoin."
                ),
            ),
        ),
        paper="discharge",
    ),
)

CONSULTATIONS = (
    Scenario(
        key="suivi_cardio",
        unit="consultations",
        reason="Consultation de cardiologie, suivi",
        age=(50, 88),
        days=(0.02, 0.04),
        diagnosis=dx("I10", "Hypertension artérielle essentielle", 6),
        drugs=(rx.AMLODIPINE,),
        medical=(
            (
                "Consultation",
                (
                    "Suivi annuel. Pas de douleur ni d’essoufflement inhabituel. Pression artérielle à l’objectif en "
                    "automesure. ECG sans changement. Traitement poursuivi."
                ),
            ),
        ),
        paper="ecg",
        excludes=("hypertension", "hypertension_iec"),
    ),
    Scenario(
        key="suivi_chirurgie",
        unit="consultations",
        reason="Consultation de chirurgie, contrôle à un mois",
        age=(25, 80),
        days=(0.02, 0.04),
        diagnosis=dx("Z09.0", "Examen de contrôle après traitement chirurgical d’autres affections"),
        medical=(("Consultation", "Cicatrices souples, alimentation et transit normaux. Reprise des activités sans restriction."),),
    ),
    Scenario(
        key="thyroide",
        unit="consultations",
        reason="Consultation de médecine interne, fatigue",
        age=(28, 70),
        sex="F",
        days=(0.02, 0.04),
        diagnosis=dx("E03.9", "Hypothyroïdie", 3),
        excludes=("hypothyroidie",),
        drugs=(rx.LEVOTHYROX,),
        medical=(
            ("Consultation", "Fatigue depuis trois mois. TSH à 7,2 mUI/L : dose de lévothyroxine à adapter, contrôle dans six semaines."),
        ),
        paper="biology",
    ),
    Scenario(
        key="hanche",
        unit="second_consultations",
        reason="Consultation d’orthopédie, coxarthrose",
        age=(55, 84),
        days=(0.02, 0.04),
        diagnosis=dx("M16.1", "Coxarthrose primaire unilatérale", 4),
        excludes=("arthrose",),
        drugs=(rx.PARACETAMOL,),
        medical=(
            (
                "Consultation",
                "Coxarthrose {late} évoluée, périmètre de marche 300 mètres. Indication de prothèse discutée, information remise.",
            ),
        ),
    ),
)
