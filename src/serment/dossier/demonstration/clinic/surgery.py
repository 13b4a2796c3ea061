"""Visceral surgery (Chir V)."""

from __future__ import annotations

from serment.dossier.demonstration.clinic import drugs as rx
from serment.dossier.demonstration.clinic.write import dx
from serment.dossier.demonstration.types import Scenario

PAIN = (
    "Douleur",
    "Douleur abdominale cotée EN 5 à la mobilisation, faciès crispé.",
    "Antalgiques administrés selon prescription, installation demi-assise.",
    "EN 2 à 30 minutes. Repos calme.",
)
DRESSING = (
    "Pansement",
    "Cicatrices propres et sèches, pas de rougeur, pas d’écoulement.",
    "Pansement sec refait.",
    "Réfection prévue dans 48 heures.",
)
TRANSIT = (
    "Reprise du transit",
    "Gaz présents depuis ce matin, abdomen souple, pas de nausée.",
    "Réalimentation légère proposée.",
    "Demi-repas pris, bien toléré.",
)
FIRST_RISE = (
    "Premier lever",
    "Premier lever à deux, pas de vertige.",
    "Fauteuil 30 minutes, bas de contention en place.",
    "Bien toléré, retour au lit seul{e}.",
)
DRAIN = (
    "Drain",
    "Redon : 40 mL de liquide séro-hématique sur 12 heures, aspiration en place.",
    "Flacon repéré, surveillance du vide.",
    "Pas de caillot.",
)

SCENARIOS = (
    Scenario(
        key="appendicite",
        unit="surgery",
        reason="Appendicite aiguë, appendicectomie par cœlioscopie",
        age=(16, 48),
        days=(1, 3),
        diagnosis=dx("K35.8", "Appendicite aiguë"),
        vitals="pain",
        drugs=(rx.PARACETAMOL, rx.KETOPROFENE, rx.ENOXAPARINE_4000, rx.AMOXICLAV_VEIN),
        nursing=(PAIN, TRANSIT, DRESSING),
        medical=(
            (
                "Observation d’entrée",
                (
                    "Douleur de la fosse iliaque droite depuis 24 heures, fébricule à 38,1 °C. Défense localisée. Scanner : "
                    "appendice à 11 mm, pas d’abcès. Indication opératoire retenue."
                ),
            ),
            ("Visite", "Suites simples. Abdomen souple, trois cicatrices de trocart propres. Reprise alimentaire. Sortie à prévoir."),
        ),
        paper="discharge",
    ),
    Scenario(
        key="cholecystite",
        unit="surgery",
        reason="Cholécystite aiguë lithiasique",
        age=(35, 82),
        days=(2, 5),
        diagnosis=dx("K80.0", "Calcul de la vésicule biliaire avec cholécystite aiguë"),
        vitals="pain",
        drugs=(rx.PARACETAMOL_VEIN, rx.NEFOPAM, rx.ENOXAPARINE_4000, rx.AMOXICLAV_VEIN, rx.PHLOROGLUCINOL),
        nursing=(PAIN, DRESSING, FIRST_RISE),
        medical=(
            (
                "Observation d’entrée",
                (
                    "Douleur de l’hypochondre droit évoluant depuis 48 heures, signe de Murphy positif. Échographie : "
                    "vésicule lithiasique à paroi épaissie. Antibiothérapie, cholécystectomie dans les 72 heures."
                ),
            ),
            (
                "Compte rendu de visite",
                "Cholécystectomie cœlioscopique sans incident. Apyrétique, bilan hépatique en voie de normalisation.",
            ),
        ),
        paper="discharge",
    ),
    Scenario(
        key="colon",
        unit="surgery",
        reason="Colectomie gauche programmée pour adénocarcinome du sigmoïde",
        age=(56, 84),
        days=(5, 9),
        diagnosis=dx("C18.7", "Tumeur maligne du côlon sigmoïde"),
        vitals="pain",
        drugs=(rx.PARACETAMOL_VEIN, rx.NEFOPAM, rx.MORPHINE, rx.ENOXAPARINE_4000, rx.GLUCOSE),
        nursing=(PAIN, FIRST_RISE, TRANSIT, DRAIN),
        medical=(
            (
                "Consultation d’annonce, rappel",
                (
                    "Adénocarcinome du sigmoïde découvert en coloscopie, bilan d’extension négatif. Dossier vu en RCP : "
                    "chirurgie première. Patient{e} informé{e}, accompagné{e}."
                ),
            ),
            (
                "Visite",
                (
                    "J{j} d’une colectomie gauche par cœlioscopie, parcours de réhabilitation améliorée. Abdomen souple, "
                    "CRP en baisse. Sonde urinaire retirée."
                ),
            ),
        ),
        paper="biology",
    ),
    Scenario(
        key="hernie",
        unit="surgery",
        reason="Cure de hernie inguinale",
        age=(38, 84),
        sex="M",
        days=(1, 2),
        diagnosis=dx("K40.9", "Hernie inguinale unilatérale, sans occlusion ni gangrène"),
        drugs=(rx.PARACETAMOL, rx.KETOPROFENE_ORAL),
        nursing=(DRESSING, FIRST_RISE),
        medical=(
            (
                "Visite",
                "Cure de hernie inguinale {late} par voie cœlioscopique, suites simples. Pas d’hématome, miction reprise. Sortie possible.",
            ),
        ),
        paper="discharge",
    ),
    Scenario(
        key="occlusion",
        unit="surgery",
        reason="Occlusion du grêle sur bride",
        age=(42, 90),
        days=(4, 8),
        diagnosis=dx("K56.5", "Adhérences intestinales avec occlusion"),
        others=(dx("Z98.8", "Antécédent de chirurgie abdominale", 12),),
        drugs=(rx.PARACETAMOL_VEIN, rx.PHLOROGLUCINOL, rx.ENOXAPARINE_4000, rx.GLUCOSE),
        nursing=(
            (
                "Sonde nasogastrique",
                "Sonde en aspiration douce, 350 mL de liquide bilieux sur 8 heures.",
                "Position vérifiée, fixation refaite, soins de narine.",
                "Abdomen moins tendu, pas de vomissement.",
            ),
            TRANSIT,
            PAIN,
        ),
        medical=(
            (
                "Observation d’entrée",
                (
                    "Arrêt des matières et des gaz depuis 36 heures, vomissements. Scanner : occlusion du grêle, zone de "
                    "transition sans signe de souffrance. Traitement médical de première intention, réévaluation à 24 "
                    "heures."
                ),
            ),
            ("Visite", "Reprise des gaz, sonde clampée. Pas d’indication opératoire ce jour."),
        ),
    ),
    Scenario(
        key="diverticulite",
        unit="surgery",
        reason="Diverticulite sigmoïdienne",
        age=(45, 86),
        days=(2, 5),
        diagnosis=dx("K57.3", "Diverticulose du côlon sans perforation ni abcès, poussée de diverticulite"),
        vitals="febrile",
        drugs=(rx.PARACETAMOL_VEIN, rx.PHLOROGLUCINOL, rx.CEFOTAXIME, rx.METRONIDAZOLE),
        nursing=(
            PAIN,
            (
                "Température",
                "38,4 °C, frissons absents.",
                "Hémocultures faites selon protocole, antibiotique administré.",
                "37,8 °C quatre heures après.",
            ),
        ),
        medical=(
            (
                "Observation d’entrée",
                (
                    "Douleur de la fosse iliaque gauche fébrile. Scanner : diverticulite sigmoïdienne non compliquée. "
                    "Antibiothérapie intraveineuse en raison du terrain, relais oral dès apyrexie."
                ),
            ),
        ),
    ),
    Scenario(
        key="pancreatite",
        unit="surgery",
        reason="Pancréatite aiguë biliaire",
        age=(40, 82),
        days=(4, 8),
        diagnosis=dx("K85.1", "Pancréatite aiguë d’origine biliaire"),
        others=(dx("K80.2", "Calcul de la vésicule biliaire sans cholécystite"),),
        vitals="pain",
        drugs=(rx.PARACETAMOL_VEIN, rx.TRAMADOL, rx.ENOXAPARINE_4000, rx.SERUM),
        nursing=(
            PAIN,
            (
                "Hydratation",
                "Perfusion en place, point de ponction propre. Diurèse 1 100 mL sur 24 heures.",
                "Bilan entrées-sorties tenu.",
                "Bilan équilibré.",
            ),
            TRANSIT,
        ),
        medical=(
            (
                "Observation d’entrée",
                (
                    "Douleur épigastrique transfixiante, lipase à 14 fois la normale. Échographie : lithiase vésiculaire, "
                    "voie biliaire non dilatée. Score de gravité bas. Cholécystectomie pendant le séjour."
                ),
            ),
        ),
        paper="biology",
        excludes=("depression",),
    ),
)
