"""The nursing home."""

from __future__ import annotations

from dataclasses import replace

from serment.dossier.demonstration.clinic import drugs as rx
from serment.dossier.demonstration.clinic.write import dx
from serment.dossier.demonstration.types import Scenario

TOILET = (
    "Aide à la toilette",
    "Participe au visage et aux mains.",
    "Toilette au lavabo, peau hydratée.",
    "Pas de rougeur aux points d’appui.",
)
MEAL = ("Repas", "Mange la moitié du plat, boit peu.", "Verre proposé à chaque passage, dessert enrichi.", "Un litre bu sur la journée.")
NIGHT = ("Nuit", "Levé{e} une fois pour les toilettes, raccompagné{e}.", "Veilleuse, sonnette à portée.", "Endormi{e} à 3 heures.")
ACTIVITY = (
    "Vie sociale",
    "A participé à l’atelier chant.",
    "Place choisie près de sa voisine de table.",
    "Souriant{e}, demande à recommencer.",
)
WANDER = (
    "Déambulation",
    "Déambule en fin d’après-midi, cherche la sortie.",
    "Marche accompagnée dans le jardin, photographies regardées.",
    "Apaisé{e} pour le dîner.",
)
CALM = ("Opposition aux soins", "Refuse la toilette ce matin.", "Soin différé d’une heure, musique choisie.", "Toilette acceptée ensuite.")


_RESIDENTS = (
    Scenario(
        key="fragile",
        unit="glycines",
        reason="Hébergement permanent",
        age=(82, 100),
        days=(120, 1900),
        diagnosis=dx("R54", "Sénilité (fragilité liée à l’âge)", 3),
        vitals="home",
        drugs=(rx.PARACETAMOL_OLD, rx.MACROGOL, rx.VITAMINE_D),
        nursing=(TOILET, MEAL, NIGHT, ACTIVITY),
        excludes=("bpco", "tabac"),
        medical=(
            (
                "Visite du médecin coordonnateur",
                (
                    "GIR 3. État stable, poids stable sur trois mois. Vaccinations à jour. Ordonnance relue avec le "
                    "médecin traitant : rien à retirer ce jour."
                ),
            ),
        ),
    ),
    Scenario(
        key="vasculaire",
        unit="glycines",
        reason="Hébergement permanent",
        age=(78, 97),
        days=(200, 1700),
        diagnosis=dx("F01.9", "Démence vasculaire, sans précision", 4),
        others=(dx("I10", "Hypertension artérielle essentielle", 20),),
        vitals="home",
        drugs=(rx.ASPIRINE, rx.AMLODIPINE, rx.MACROGOL, rx.COMPLEMENT),
        nursing=(TOILET, MEAL, CALM, NIGHT),
        excludes=("fibrillation", "tabac", "depression"),
        medical=(
            (
                "Visite du médecin coordonnateur",
                (
                    "GIR 2. Troubles cognitifs stables. Perte de 1,5 kg en deux mois : enrichissement de "
                    "l’alimentation, pesée tous les quinze jours."
                ),
            ),
        ),
    ),
    Scenario(
        key="parkinson",
        unit="glycines",
        reason="Hébergement permanent",
        age=(75, 93),
        days=(150, 1500),
        diagnosis=dx("G20", "Maladie de Parkinson", 9),
        vitals="home",
        drugs=(rx.LEVODOPA, rx.MACROGOL, rx.PARACETAMOL_OLD),
        nursing=(
            (
                "Mobilité",
                "Piétinement au démarrage, blocage au passage de porte.",
                "Consignes rythmées, déambulateur réglé.",
                "Pas de chute.",
            ),
            MEAL,
            ACTIVITY,
        ),
        excludes=("depression", "constipation"),
        medical=(
            (
                "Visite du médecin coordonnateur",
                "GIR 3. Fluctuations de fin de dose : respecter les heures de lévodopa. Kinésithérapie trois fois par semaine.",
            ),
        ),
    ),
    Scenario(
        key="coeur",
        unit="glycines",
        reason="Hébergement permanent",
        age=(80, 99),
        days=(90, 1600),
        diagnosis=dx("I50.9", "Insuffisance cardiaque, sans précision", 5),
        others=(dx("I10", "Hypertension artérielle essentielle", 18),),
        vitals="home",
        drugs=(rx.FUROSEMIDE, rx.BISOPROLOL, rx.RAMIPRIL),
        nursing=(
            ("Surveillance du poids", "Poids stable, chevilles fines.", "Pesée hebdomadaire, sel modéré.", "Stable."),
            TOILET,
            NIGHT,
        ),
        excludes=("asthme",),
        medical=(
            (
                "Visite du médecin coordonnateur",
                "GIR 4. Pas de signe de décompensation. Fonction rénale contrôlée, traitement inchangé.",
            ),
        ),
    ),
)


def _living_in(unit: str) -> tuple[Scenario, ...]:
    """The same reasons to live there, on another floor."""
    return tuple(replace(one, key=f"{unit}_{one.key}", unit=unit) for one in _RESIDENTS)


LILAS = (
    Scenario(
        key="lilas_alzheimer",
        unit="lilas",
        reason="Hébergement en unité protégée",
        age=(76, 96),
        days=(150, 1400),
        diagnosis=dx("G30.1", "Maladie d’Alzheimer à début tardif", 6),
        others=(dx("F00.1", "Démence de la maladie d’Alzheimer, à début tardif", 6),),
        vitals="home",
        drugs=(rx.MEMANTINE, rx.MACROGOL, rx.VITAMINE_D),
        nursing=(WANDER, CALM, MEAL, ACTIVITY),
        excludes=("depression", "tabac"),
        medical=(
            (
                "Visite du médecin coordonnateur",
                (
                    "GIR 2. Déambulation sans agressivité, approches non médicamenteuses efficaces. Pas de neuroleptique. "
                    "Annexe au contrat de séjour relue avec la famille."
                ),
            ),
        ),
    ),
)

SCENARIOS = (*_living_in("glycines"), *_living_in("mimosas"), *LILAS)
