"""Rehabilitation (SMR)."""

from __future__ import annotations

from serment.dossier.demonstration.clinic import drugs as rx
from serment.dossier.demonstration.clinic.write import dx
from serment.dossier.demonstration.types import Scenario

WALK = (
    "Marche",
    "Marche 20 mètres avec déambulateur et une aide.",
    "Séance de kinésithérapie, chaussage vérifié.",
    "Fatigue modérée, pas de douleur.",
)
TOILET = ("Toilette", "Fait seul{e} le haut du corps, aide pour le bas.", "Stimulation, temps laissé.", "Autonomie en progrès.")
MOOD = (
    "Moral",
    "Se dit découragé{e} par la lenteur des progrès.",
    "Temps d’écoute, objectifs de la semaine relus ensemble.",
    "Souhaite voir la psychologue.",
)

SCENARIOS = (
    Scenario(
        key="femur",
        unit="rehabilitation",
        reason="Rééducation après fracture du col du fémur opérée",
        age=(70, 95),
        days=(8, 30),
        vitals="old",
        diagnosis=dx("S72.0", "Fracture du col du fémur"),
        others=(dx("Z96.6", "Présence d’implants d’articulations orthopédiques"),),
        excludes=("fibrillation",),
        drugs=(rx.PARACETAMOL_OLD, rx.ENOXAPARINE_4000, rx.VITAMINE_D, rx.MACROGOL),
        nursing=(WALK, TOILET, MOOD),
        medical=(
            (
                "Visite",
                (
                    "Prothèse intermédiaire de hanche {late}, appui complet autorisé. Cicatrice fermée. Objectif : retour à "
                    "domicile avec aides, visite de l’ergothérapeute prévue."
                ),
            ),
        ),
        paper="discharge",
    ),
    Scenario(
        key="avc",
        unit="rehabilitation",
        reason="Rééducation après accident vasculaire cérébral",
        age=(58, 90),
        days=(12, 45),
        vitals="old",
        diagnosis=dx("I63.9", "Infarctus cérébral, sans précision"),
        others=(dx("G81.9", "Hémiplégie, sans précision"), dx("I10", "Hypertension artérielle essentielle", 10)),
        excludes=("fibrillation", "coronaire", "migraine"),
        drugs=(rx.ASPIRINE_NEW, rx.ATORVASTATINE_80, rx.RAMIPRIL, rx.MACROGOL),
        nursing=(
            (
                "Déglutition",
                "Toux à l’eau plate, pas aux textures mixées.",
                "Eau gélifiée, position assise, tête fléchie.",
                "Repas pris sans fausse route.",
            ),
            WALK,
            MOOD,
        ),
        medical=(
            (
                "Synthèse pluridisciplinaire",
                (
                    "Hémiparésie {late} en récupération, marche avec aide humaine. Orthophonie et ergothérapie "
                    "quotidiennes. Réévaluation du projet de sortie dans deux semaines avec la famille."
                ),
            ),
        ),
    ),
    Scenario(
        key="genou",
        unit="rehabilitation",
        reason="Rééducation après prothèse totale de genou",
        age=(60, 84),
        days=(6, 20),
        vitals="stable",
        diagnosis=dx("M17.1", "Gonarthrose primaire unilatérale"),
        others=(dx("Z96.6", "Présence d’implants d’articulations orthopédiques"),),
        excludes=("fibrillation", "arthrose"),
        drugs=(rx.PARACETAMOL, rx.OXYCODONE, rx.ENOXAPARINE_4000, rx.MACROGOL),
        nursing=(
            (
                "Genou {lat}",
                "Œdème modéré, mollet souple, cicatrice sèche.",
                "Glace après la séance, arthromoteur 30 minutes.",
                "Flexion 85 degrés.",
            ),
            WALK,
        ),
        medical=(("Visite", "Prothèse totale de genou {lat}. Flexion 85°, extension complète. Décroissance des opioïdes engagée."),),
    ),
)
