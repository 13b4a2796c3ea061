"""General medicine."""

from __future__ import annotations

from serment.dossier.demonstration.clinic import drugs as rx
from serment.dossier.demonstration.clinic.write import dx
from serment.dossier.demonstration.types import Scenario

FEVER = ("Température", "38,6 °C, quelques frissons.", "Paracétamol donné, hydratation encouragée.", "37,7 °C deux heures après.")
BREATH = (
    "Respiration",
    "Encombrement bronchique, toux grasse, SpO2 91 % en air ambiant.",
    "Position demi-assise, oxygène selon prescription, kinésithérapie respiratoire.",
    "SpO2 94 %, expectoration facilitée.",
)
DYSPNOEA = (
    "Respiration",
    "Essoufflement à l’effort, SpO2 93 % au repos.",
    "Oxygène selon prescription, lever progressif accompagné.",
    "SpO2 95 %, pas de malaise.",
)
FALL = (
    "Risque de chute",
    "Marche hésitante, se lève sans sonner.",
    "Barrière d’un côté après accord, sonnette à portée, chaussures fermées.",
    "Aucun incident ce jour.",
)
SLEEP = (
    "Sommeil",
    "Réveils fréquents, inquiétude exprimée vers 2 heures.",
    "Temps d’écoute, veilleuse allumée.",
    "S’est rendormi{e} vers 3 heures.",
)
APPETITE = (
    "Alimentation",
    "Quart du repas de midi consommé.",
    "Texture adaptée proposée, collation prévue, fiche alimentaire ouverte.",
    "Collation prise en entier.",
)

SCENARIOS = (
    Scenario(
        key="pneumopathie",
        unit="medicine",
        reason="Pneumopathie communautaire",
        age=(48, 96),
        days=(4, 9),
        vitals="respiratory",
        diagnosis=dx("J18.1", "Pneumopathie lobaire"),
        drugs=(rx.AMOXICILLINE, rx.PARACETAMOL, rx.OXYGENE, rx.ENOXAPARINE_4000),
        nursing=(BREATH, FEVER, APPETITE, SLEEP),
        medical=(
            (
                "Observation d’entrée",
                (
                    "Toux productive et fièvre depuis 3 jours. Foyer de crépitants de la base {late}. Radiographie : "
                    "opacité systématisée. Antigénurie pneumocoque positive. Amoxicilline, oxygène pour SpO2 supérieure à "
                    "92 %."
                ),
            ),
            (
                "Visite",
                (
                    "Fièvre en décroissance, besoins en oxygène qui diminuent, CRP divisée par deux. Sortie envisagée dès "
                    "l’apyrexie, relais par le médecin traitant."
                ),
            ),
        ),
        paper="biology",
    ),
    Scenario(
        key="pyelonephrite",
        unit="medicine",
        reason="Pyélonéphrite aiguë",
        age=(20, 82),
        sex="F",
        days=(2, 5),
        vitals="febrile",
        diagnosis=dx("N10", "Néphrite tubulo-interstitielle aiguë (pyélonéphrite)"),
        drugs=(rx.CEFTRIAXONE, rx.PARACETAMOL, rx.SERUM),
        nursing=(FEVER, ("Douleur", "Douleur lombaire {late} EN 6.", "Antalgique donné, bouillotte.", "EN 3 à une heure.")),
        medical=(
            (
                "Observation d’entrée",
                (
                    "Fièvre à 39,2 °C, douleur lombaire {late} à l’ébranlement, brûlures mictionnelles. ECBU prélevé avant "
                    "antibiotique. Échographie : pas de dilatation."
                ),
            ),
        ),
        paper="biology",
    ),
    Scenario(
        key="bpco",
        unit="medicine",
        reason="Exacerbation de BPCO",
        age=(56, 88),
        days=(5, 9),
        vitals="copd",
        excludes=("asthme", "bpco", "fibrillation"),
        diagnosis=dx("J44.1", "Bronchopneumopathie chronique obstructive avec épisodes aigus"),
        others=(dx("F17.2", "Dépendance au tabac", 35),),
        drugs=(rx.SALBUTAMOL, rx.IPRATROPIUM, rx.PREDNISOLONE, rx.AMOXICLAV, rx.OXYGENE_BPCO),
        nursing=(
            (
                "Respiration",
                "Dyspnée au moindre effort, tirage discret, SpO2 89 % sous 1,5 L.",
                "Nébulisation faite, position assise penchée en avant.",
                "Fréquence respiratoire à 22, parle en phrases.",
            ),
            SLEEP,
            APPETITE,
        ),
        medical=(
            (
                "Visite",
                (
                    "Dyspnée en amélioration, sibilants persistants. Gaz du sang : pas d’acidose. Corticothérapie courte, "
                    "objectif SpO2 entre 88 et 92 %. Aide au sevrage tabagique proposée."
                ),
            ),
        ),
    ),
    Scenario(
        key="diabete",
        unit="medicine",
        reason="Déséquilibre d’un diabète de type 2",
        age=(48, 84),
        days=(3, 7),
        vitals="diabetes",
        excludes=("diabete", "rein"),
        diagnosis=dx("E11.6", "Diabète de type 2 avec autres complications précisées", 9),
        drugs=(rx.INSULINE_LENTE_NEW, rx.INSULINE_RAPIDE, rx.METFORMINE, rx.ATORVASTATINE_20),
        nursing=(
            ("Glycémie", "2,86 g/L avant le repas, pas de cétone.", "Insuline faite selon protocole.", "1,94 g/L trois heures après."),
            (
                "Éducation",
                "Première auto-injection, geste hésitant.",
                "Geste repris pas à pas, support remis.",
                "Deuxième injection faite seul{e} sous surveillance.",
            ),
        ),
        medical=(
            ("Visite", "HbA1c à 10,8 %. Pas de signe d’acidocétose. Mise à l’insuline basale, fond d’œil et bilan podologique demandés."),
        ),
        paper="biology",
    ),
    Scenario(
        key="erysipele",
        unit="medicine",
        reason="Érysipèle de jambe",
        age=(42, 90),
        days=(3, 6),
        vitals="febrile",
        excludes=("fibrillation",),
        diagnosis=dx("A46", "Érysipèle"),
        drugs=(rx.AMOXICILLINE, rx.PARACETAMOL, rx.ENOXAPARINE_4000),
        nursing=(
            (
                "Jambe {late}",
                "Placard rouge et chaud, limites repérées au feutre, pas de bulle.",
                "Surélévation du membre, soins de l’intertrigo.",
                "Pas d’extension au-delà du tracé.",
            ),
            FEVER,
        ),
        medical=(
            (
                "Observation d’entrée",
                (
                    "Placard inflammatoire fébrile de la jambe {late}, porte d’entrée inter-orteils. Pas de signe de "
                    "gravité. Amoxicilline, pas d’AINS."
                ),
            ),
        ),
    ),
    Scenario(
        key="embolie",
        unit="medicine",
        reason="Embolie pulmonaire",
        age=(32, 86),
        days=(3, 6),
        vitals="respiratory",
        excludes=("fibrillation", "coronaire"),
        diagnosis=dx("I26.9", "Embolie pulmonaire, sans mention de cœur pulmonaire aigu"),
        drugs=(rx.APIXABAN_LOADING, rx.PARACETAMOL, rx.OXYGENE),
        nursing=(
            (
                "Risque hémorragique",
                "Sous anticoagulant, pas de saignement extériorisé.",
                "Rappel des consignes, brosse à dents souple.",
                "Consignes reformulées.",
            ),
            DYSPNOEA,
        ),
        medical=(
            (
                "Observation d’entrée",
                (
                    "Dyspnée brutale et douleur basithoracique. Angioscanner : embolie segmentaire bilatérale, ventricule "
                    "droit normal. Anticoagulation orale d’emblée, recherche de facteur favorisant."
                ),
            ),
        ),
    ),
    Scenario(
        key="anemie",
        unit="medicine",
        reason="Anémie ferriprive à explorer",
        age=(50, 90),
        days=(2, 5),
        excludes=("fibrillation", "coronaire"),
        diagnosis=dx("D50.0", "Anémie par carence en fer secondaire à une perte de sang (chronique)"),
        drugs=(rx.FER_VEIN, rx.PARACETAMOL),
        nursing=(
            ("Fatigue", "Essoufflement à la toilette, pâleur.", "Aide partielle à la toilette, pauses.", "Récupère en 5 minutes."),
            FALL,
        ),
        medical=(
            (
                "Visite",
                "Hémoglobine à 7,9 g/dL, ferritine effondrée. Bonne tolérance. Fer intraveineux, endoscopies haute et basse programmées.",
            ),
        ),
        paper="biology",
    ),
    Scenario(
        key="chute",
        unit="medicine",
        reason="Chutes à répétition, hyponatrémie",
        age=(76, 98),
        days=(5, 10),
        vitals="old",
        diagnosis=dx("E87.1", "Hypo-osmolarité et hyponatrémie"),
        others=(dx("R29.6", "Chutes à répétition"),),
        drugs=(rx.PARACETAMOL_OLD, rx.VITAMINE_D, rx.ENOXAPARINE_4000),
        nursing=(
            FALL,
            APPETITE,
            SLEEP,
            ("Désorientation", "Cherche sa chambre en fin d’après-midi.", "Repères affichés, famille appelée.", "Apaisé{e} après l’appel."),
        ),
        medical=(
            (
                "Évaluation gériatrique",
                (
                    "Natrémie à 124 mmol/L, restriction hydrique. Pas d’hypotension orthostatique ce jour. Vitesse de "
                    "marche ralentie, appui unipodal impossible. Kinésithérapie, bilan du domicile."
                ),
            ),
        ),
    ),
    Scenario(
        key="sevrage",
        unit="medicine",
        reason="Fatigue, bilan hépatique perturbé",
        age=(36, 58),
        sex="M",
        days=(4, 7),
        terrains=False,
        diagnosis=dx("R53", "Malaise et fatigue"),
        sealed=(dx("F10.2", "Syndrome de dépendance à l’alcool", 8), dx("F32.1", "Épisode dépressif moyen")),
        drugs=(rx.SERUM,),
        nursing=(SLEEP, APPETITE),
        medical=(
            (
                "Visite",
                (
                    "Asthénie d’allure multifactorielle. Examen sans particularité en dehors d’une hépatomégalie modérée. "
                    "Prise en charge spécialisée en cours, tracée dans le compartiment protégé."
                ),
            ),
        ),
    ),
)
