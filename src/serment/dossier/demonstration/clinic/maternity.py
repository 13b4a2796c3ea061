"""Maternity: mothers and newborns."""

from __future__ import annotations

from serment.dossier.demonstration.clinic import drugs as rx
from serment.dossier.demonstration.clinic.write import dx
from serment.dossier.demonstration.types import Scenario

BREASTFEEDING = (
    "Allaitement",
    "Mise au sein à la demande, prise du mamelon parfois difficile.",
    "Accompagnement de la tétée, position de la madone montrée.",
    "Bonne succion, mère rassurée.",
)
BLEEDING = (
    "Saignements",
    "Lochies rouges modérées, utérus tonique sous l’ombilic.",
    "Surveillance du globe utérin, protections pesées.",
    "Pas de caillot.",
)

SCENARIOS = (
    Scenario(
        key="accouchement",
        unit="maternity",
        reason="Accouchement par voie basse",
        age=(20, 42),
        sex="F",
        days=(1, 3),
        terrains=False,
        diagnosis=dx("O80.0", "Accouchement spontané par présentation du sommet"),
        others=(dx("Z37.0", "Naissance unique, enfant vivant"),),
        vitals="stable",
        drugs=(rx.PARACETAMOL, rx.IBUPROFENE, rx.FER),
        nursing=(
            BREASTFEEDING,
            BLEEDING,
            ("Périnée", "Éraillure suturée propre, gêne à la position assise.", "Soins et coussin, antalgique donné.", "EN 2."),
        ),
        medical=(
            (
                "Visite",
                (
                    "Suites de couches physiologiques. Accouchement à terme, périnée sans déchirure grave. Mollets souples. "
                    "Sortie avec sage-femme à domicile."
                ),
            ),
        ),
    ),
    Scenario(
        key="cesarienne",
        unit="maternity",
        reason="Césarienne",
        age=(22, 43),
        sex="F",
        days=(1.5, 4),
        terrains=False,
        diagnosis=dx("O82.1", "Accouchement par césarienne d’urgence"),
        others=(dx("Z37.0", "Naissance unique, enfant vivant"),),
        vitals="pain",
        drugs=(rx.PARACETAMOL, rx.KETOPROFENE_ORAL, rx.ENOXAPARINE_4000, rx.FER),
        nursing=(
            BREASTFEEDING,
            (
                "Cicatrice",
                "Cicatrice de Pfannenstiel sèche, agrafes en place.",
                "Pansement retiré, douche possible.",
                "Retrait des agrafes au 5e jour.",
            ),
            BLEEDING,
        ),
        medical=(
            (
                "Visite",
                (
                    "Césarienne pour anomalies du rythme fœtal. Suites simples, transit repris, mollets souples. Prévention "
                    "thrombo-embolique 7 jours."
                ),
            ),
        ),
    ),
    Scenario(
        key="menace",
        unit="maternity",
        reason="Menace d’accouchement prématuré",
        age=(20, 38),
        sex="F",
        days=(1, 4),
        terrains=False,
        diagnosis=dx("O47.0", "Faux travail avant trente-sept semaines entières de gestation"),
        drugs=(rx.PARACETAMOL, rx.FER),
        nursing=(
            (
                "Contractions",
                "Trois contractions par heure, peu douloureuses. Mouvements fœtaux perçus.",
                "Monitoring de 30 minutes, repos.",
                "Rythme fœtal normal, contractions espacées.",
            ),
        ),
        medical=(
            (
                "Visite",
                (
                    "33 semaines d’aménorrhée, col mesuré à 24 mm. Cure de corticoïdes complète. Contractions en "
                    "régression, surveillance encore 48 heures."
                ),
            ),
        ),
    ),
)

NEWBORN = Scenario(
    key="nouveau_ne",
    unit="maternity",
    reason="Naissance",
    age=(0, 0),
    days=(1, 3),
    diagnosis=dx("Z38.0", "Enfant unique, né à l’hôpital"),
    vitals="newborn",
    terrains=False,
    drugs=(rx.VITAMINE_K1, rx.VITAMINE_D_BABY),
    nursing=(
        (
            "Alimentation du nouveau-né",
            "Huit tétées sur 24 heures, selles et urines présentes.",
            "Accompagnement de la tétée, peau à peau.",
            "Perte de poids limitée à 5 %.",
        ),
        ("Ictère", "Bilirubine transcutanée sous la courbe de photothérapie.", "Contrôle toutes les 12 heures.", "Stable."),
    ),
    medical=(
        (
            "Examen du nouveau-né",
            (
                "Nouveau-né à terme, Apgar 10 à 5 minutes. Auscultation normale, hanches stables, réflexes présents. "
                "Dépistages et otoémissions à faire avant la sortie."
            ),
        ),
    ),
)
