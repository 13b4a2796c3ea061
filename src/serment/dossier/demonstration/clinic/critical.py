"""Intensive care and emergency."""

from __future__ import annotations

from serment.dossier.demonstration.clinic import drugs as rx
from serment.dossier.demonstration.clinic.write import dx
from serment.dossier.demonstration.types import Scenario

LINES = (
    "Abords",
    "Voie centrale jugulaire droite et cathéter artériel radial gauche, pansements propres.",
    "Pansements vérifiés, lignes purgées et datées.",
    "Rien à signaler.",
)
SKIN = (
    "Prévention d’escarre",
    "Rougeur du sacrum qui disparaît à la pression.",
    "Changements de position toutes les 3 heures, matelas à air.",
    "Pas d’aggravation.",
)
TRIAGE = (
    "Accueil",
    "Arrivée debout, calme. Douleur EN 5.",
    "Installation, constantes prises, antalgique selon protocole.",
    "Tri 4, attente médicale expliquée.",
)

INTENSIVE = (
    Scenario(
        key="choc_septique",
        unit="icu",
        reason="Choc septique à point de départ urinaire",
        age=(52, 86),
        days=(2, 6),
        vitals="shock",
        diagnosis=dx("A41.9", "Sepsis, sans précision"),
        others=(dx("R57.2", "Choc septique"), dx("N10", "Néphrite tubulo-interstitielle aiguë")),
        drugs=(rx.PIPERACILLINE, rx.NORADRENALINE, rx.OXYGENE, rx.SERUM, rx.ENOXAPARINE_4000),
        excludes=("hypertension", "hypertension_iec", "fibrillation", "diabete", "prostate", "coronaire"),
        nursing=(
            LINES,
            (
                "Hémodynamique",
                "PAM 66 mmHg sous noradrénaline 0,3 microgramme/kg/min, marbrures des genoux absentes.",
                "Objectif de PAM à 65 mmHg, diurèse horaire.",
                "Diurèse 45 mL/h.",
            ),
            SKIN,
        ),
        medical=(
            (
                "Visite de réanimation",
                (
                    "Choc septique urinaire, hémocultures positives à bacille Gram négatif. Lactates en baisse, "
                    "noradrénaline en décroissance. Pas de ventilation invasive."
                ),
            ),
        ),
        paper="biology",
    ),
    Scenario(
        key="detresse",
        unit="icu",
        reason="Insuffisance respiratoire aiguë sur pneumopathie",
        age=(46, 84),
        days=(3, 7),
        vitals="respiratory_severe",
        diagnosis=dx("J96.0", "Insuffisance respiratoire aiguë"),
        others=(dx("J18.9", "Pneumopathie, sans précision"),),
        drugs=(rx.CEFOTAXIME, rx.SPIRAMYCINE, rx.OXYGENE_HIGH, rx.ENOXAPARINE_4000),
        excludes=("diabete", "fibrillation", "dyslipidemie", "depression"),
        nursing=(
            (
                "Respiration",
                "Oxygène à haut débit FiO2 50 %, fréquence respiratoire 28, pas de tirage.",
                "Décubitus ventral éveillé deux heures, bien accepté.",
                "FiO2 abaissée à 45 %.",
            ),
            LINES,
            SKIN,
        ),
        medical=(
            (
                "Visite de réanimation",
                (
                    "Pneumopathie bilatérale. Oxygène à haut débit efficace, pas de critère d’intubation ce jour. Double "
                    "antibiothérapie, dosages d’antigènes urinaires en cours."
                ),
            ),
        ),
        paper="biology",
    ),
    Scenario(
        key="acidocetose",
        unit="icu",
        reason="Acidocétose diabétique",
        age=(18, 46),
        days=(1, 2),
        vitals="diabetes_severe",
        terrains=False,
        diagnosis=dx("E10.1", "Diabète de type 1 avec acidocétose", 11),
        drugs=(rx.INSULINE_CONTINUE, rx.SERUM, rx.POTASSIUM),
        nursing=(
            (
                "Glycémie horaire",
                "3,40 g/L puis 2,75 g/L, cétonémie 2,1 mmol/L.",
                "Débit d’insuline adapté selon protocole, potassium surveillé.",
                "2,10 g/L deux heures après.",
            ),
            LINES,
        ),
        medical=(
            (
                "Visite de réanimation",
                (
                    "Acidocétose sur oubli de pompe. pH 7,21 à l’entrée, 7,36 ce matin. Relais sous-cutané ce soir, "
                    "consultation de diabétologie demandée."
                ),
            ),
        ),
    ),
    Scenario(
        key="hemorragie",
        unit="icu",
        reason="Hémorragie digestive haute",
        age=(46, 86),
        days=(2, 4),
        vitals="bleeding",
        terrains=False,
        diagnosis=dx("K25.4", "Ulcère de l’estomac, chronique ou non précisé, avec hémorragie"),
        drugs=(rx.OMEPRAZOLE_VEIN, rx.SERUM),
        nursing=(
            (
                "Surveillance hémorragique",
                "Une selle noire à 5 heures, pas d’hématémèse.",
                "Constantes toutes les 30 minutes, à jeun.",
                "Fréquence cardiaque à 92, conscience normale.",
            ),
            LINES,
        ),
        medical=(
            (
                "Visite de réanimation",
                (
                    "Hématémèse sous AINS. Endoscopie : ulcère antral Forrest IIa, hémostase par clip. Deux concentrés "
                    "érythrocytaires. Recherche d’Helicobacter."
                ),
            ),
        ),
        paper="biology",
    ),
)

EMERGENCY = (
    Scenario(
        key="entorse",
        unit="emergency",
        reason="Traumatisme de la cheville",
        age=(15, 62),
        days=(0.05, 0.2),
        diagnosis=dx("S93.4", "Entorse et foulure de la cheville"),
        vitals="pain",
        drugs=(rx.PARACETAMOL, rx.IBUPROFENE),
        nursing=(TRIAGE,),
        medical=(
            (
                "Observation des urgences",
                (
                    "Traumatisme en inversion de la cheville {late}. Critères d’Ottawa négatifs, pas de radiographie. "
                    "Entorse du ligament latéral, attelle, glace, appui selon la douleur."
                ),
            ),
        ),
    ),
    Scenario(
        key="douleur_abdominale",
        unit="emergency",
        reason="Douleur abdominale",
        age=(18, 84),
        days=(0.1, 0.35),
        diagnosis=dx("R10.4", "Douleurs abdominales, autres et non précisées"),
        vitals="pain",
        drugs=(rx.PARACETAMOL_VEIN, rx.PHLOROGLUCINOL),
        nursing=(TRIAGE,),
        medical=(
            (
                "Observation des urgences",
                (
                    "Douleur abdominale diffuse depuis 12 heures, sans fièvre. Abdomen souple. Bilan biologique et avis "
                    "chirurgical en attente."
                ),
            ),
        ),
        paper="biology",
    ),
    Scenario(
        key="douleur_thoracique",
        unit="emergency",
        reason="Douleur thoracique",
        age=(35, 84),
        days=(0.1, 0.4),
        diagnosis=dx("R07.4", "Douleur thoracique, sans précision"),
        vitals="stable",
        drugs=(rx.PARACETAMOL,),
        nursing=(
            (
                "Douleur thoracique",
                "Douleur EN 4 à l’arrivée, non irradiante.",
                "ECG 18 dérivations fait à l’arrivée et lu par le médecin, scope.",
                "EN 1 à une heure.",
            ),
        ),
        medical=(
            (
                "Observation des urgences",
                (
                    "Douleur thoracique atypique. ECG sans trouble de repolarisation. Premier dosage de troponine négatif, "
                    "second à trois heures."
                ),
            ),
        ),
        paper="ecg",
    ),
    Scenario(
        key="traumatisme_cranien",
        unit="emergency",
        reason="Chute avec traumatisme crânien",
        age=(72, 97),
        days=(0.2, 0.8),
        diagnosis=dx("S06.0", "Commotion cérébrale"),
        vitals="old",
        drugs=(rx.PARACETAMOL,),
        nursing=(
            (
                "Surveillance neurologique",
                "Glasgow 15, pupilles symétriques, plaie du cuir chevelu de 2 cm.",
                "Surveillance horaire, suture faite.",
                "Pas de vomissement.",
            ),
        ),
        medical=(
            (
                "Observation des urgences",
                (
                    "Chute mécanique à domicile, pas de perte de connaissance certaine. Scanner cérébral sans saignement. "
                    "Surveillance de courte durée."
                ),
            ),
        ),
    ),
    Scenario(
        key="crise_asthme",
        unit="emergency",
        reason="Crise d’asthme",
        age=(16, 44),
        days=(0.1, 0.4),
        diagnosis=dx("J45.9", "Asthme, crise", 6),
        vitals="respiratory",
        terrains=False,
        drugs=(rx.SALBUTAMOL, rx.IPRATROPIUM, rx.PREDNISOLONE, rx.BUDESONIDE),
        nursing=(
            (
                "Respiration",
                "Sibilants audibles, parle par mots, débit de pointe à 55 %.",
                "Trois nébulisations faites.",
                "Parle en phrases, débit de pointe à 75 %.",
            ),
        ),
        medical=(
            (
                "Observation des urgences",
                (
                    "Exacerbation modérée après infection virale. Bonne réponse aux bronchodilatateurs. Corticoïde oral 5 "
                    "jours, technique d’inhalation revue."
                ),
            ),
        ),
    ),
    Scenario(
        key="colique",
        unit="emergency",
        reason="Colique néphrétique",
        age=(24, 60),
        days=(0.1, 0.3),
        diagnosis=dx("N23", "Colique néphrétique, sans précision"),
        vitals="pain",
        drugs=(rx.KETOPROFENE, rx.PARACETAMOL_VEIN),
        nursing=(
            ("Douleur", "Douleur lombaire {late} EN 8, agitation.", "Kétoprofène et paracétamol intraveineux.", "EN 3 à 30 minutes."),
        ),
        medical=(
            (
                "Observation des urgences",
                (
                    "Colique néphrétique {late} simple, afébrile, bandelette : hématies. Scanner sans injection : calcul "
                    "urétéral de 4 mm. Retour à domicile si soulagement."
                ),
            ),
        ),
    ),
    Scenario(
        key="plaie_enfant",
        unit="emergency",
        reason="Plaie du cuir chevelu après une chute",
        age=(3, 11),
        days=(0.05, 0.2),
        diagnosis=dx("S01.0", "Plaie ouverte du cuir chevelu"),
        vitals="child",
        terrains=False,
        drugs=(rx.PARACETAMOL_CHILD,),
        nursing=(
            (
                "Accueil de l’enfant",
                "Pleure à l’arrivée, se calme auprès de ses parents.",
                "Jeu et explication avec le masque de protoxyde d’azote.",
                "Suture bien acceptée, diplôme du courage remis.",
            ),
        ),
        medical=(
            (
                "Observation des urgences",
                (
                    "Chute de vélo, casque porté. Pas de perte de connaissance, examen neurologique normal. Plaie de 2 cm "
                    "suturée. Consignes de surveillance remises aux parents."
                ),
            ),
        ),
    ),
)
