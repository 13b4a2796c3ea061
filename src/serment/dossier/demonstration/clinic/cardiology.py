"""Cardiology."""

from __future__ import annotations

from serment.dossier.demonstration.clinic import drugs as rx
from serment.dossier.demonstration.clinic.write import dx
from serment.dossier.demonstration.types import Scenario

WEIGHT = (
    "Surveillance du poids",
    "Perte de 1,2 kg depuis hier, œdèmes des chevilles en régression.",
    "Pesée à jeun, diurèse recueillie, régime sans sel rappelé.",
    "Diurèse 2 300 mL sur 24 heures.",
)
CHEST = (
    "Douleur thoracique",
    "Aucune douleur depuis l’admission dans l’unité.",
    "Consigne de prévenir à la moindre douleur, scope en place.",
    "Rythme sinusal, pas d’alarme.",
)
PUNCTURE = (
    "Point de ponction radial",
    "Pansement compressif propre, pouls présent, main chaude.",
    "Décompression progressive selon protocole.",
    "Pas d’hématome.",
)
MONITOR = (
    "Scope",
    "Fréquence irrégulière entre 78 et 104 par minute, bien tolérée.",
    "ECG fait et transmis au médecin.",
    "Pas de malaise.",
)

SCENARIOS = (
    Scenario(
        key="insuffisance_cardiaque",
        unit="cardiology",
        reason="Décompensation cardiaque globale",
        age=(66, 96),
        days=(5, 10),
        vitals="heart_failure",
        diagnosis=dx("I50.0", "Insuffisance cardiaque congestive"),
        others=(dx("I10", "Hypertension artérielle essentielle", 14),),
        drugs=(rx.FUROSEMIDE_VEIN, rx.BISOPROLOL, rx.RAMIPRIL, rx.OXYGENE, rx.ENOXAPARINE_4000),
        nursing=(
            WEIGHT,
            ("Respiration", "Dort avec deux oreillers, crépitants des bases.", "Position demi-assise, oxygène 2 L/min.", "SpO2 95 %."),
            MONITOR,
        ),
        medical=(
            (
                "Observation d’entrée",
                (
                    "Dyspnée d’effort puis de repos, orthopnée, prise de 5 kg. Crépitants bilatéraux, œdèmes des membres "
                    "inférieurs. NT-proBNP élevé. Échographie : FEVG 38 %. Diurétique intraveineux."
                ),
            ),
            (
                "Visite",
                "Bonne réponse au furosémide. Relais oral prévu, traitement de fond à optimiser à distance, éducation au poids et au sel.",
            ),
        ),
        paper="ecg",
        excludes=("asthme",),
    ),
    Scenario(
        key="syndrome_coronaire",
        unit="cardiology",
        reason="Syndrome coronaire aigu sans sus-décalage",
        age=(48, 86),
        days=(3, 6),
        vitals="beta",
        diagnosis=dx("I21.4", "Infarctus sous-endocardique aigu du myocarde"),
        drugs=(rx.ASPIRINE_NEW, rx.TICAGRELOR, rx.ATORVASTATINE_80, rx.BISOPROLOL_NEW, rx.RAMIPRIL_NEW, rx.TRINITRINE, rx.OMEPRAZOLE),
        nursing=(
            CHEST,
            PUNCTURE,
            (
                "Anxiété",
                "Inquiétude au sujet de la reprise du travail et de la conduite.",
                "Temps d’écoute, livret de réadaptation remis.",
                "Souhaite rencontrer l’assistante sociale.",
            ),
        ),
        medical=(
            (
                "Observation d’entrée",
                (
                    "Douleur constrictive de repos, troponine positive. Coronarographie par voie radiale : sténose serrée "
                    "de l’IVA moyenne, angioplastie avec un stent actif, bon résultat."
                ),
            ),
            ("Visite", "Pas de récidive. Échographie : FEVG 55 %. Bithérapie antiagrégante 12 mois, réadaptation cardiaque demandée."),
        ),
        paper="ecg",
        excludes=("asthme", "fibrillation", "coronaire"),
    ),
    Scenario(
        key="fibrillation",
        unit="cardiology",
        reason="Fibrillation auriculaire rapide",
        age=(58, 92),
        days=(2, 5),
        vitals="irregular",
        diagnosis=dx("I48.9", "Fibrillation auriculaire et flutter auriculaire, sans précision"),
        drugs=(rx.APIXABAN_NEW, rx.BISOPROLOL_NEW),
        nursing=(
            MONITOR,
            (
                "Risque hémorragique",
                "Anticoagulant débuté hier, pas de saignement.",
                "Carte de traitement expliquée et remise.",
                "Consignes comprises.",
            ),
        ),
        medical=(
            (
                "Visite",
                (
                    "Palpitations depuis 5 jours, FA rapide ralentie sous bêtabloquant. CHA2DS2-VASc justifiant "
                    "l’anticoagulation. Cardioversion à discuter après trois semaines efficaces."
                ),
            ),
        ),
        paper="ecg",
        excludes=("asthme", "fibrillation", "coronaire"),
    ),
    Scenario(
        key="bloc",
        unit="cardiology",
        reason="Bloc auriculoventriculaire complet, stimulateur implanté",
        age=(70, 96),
        days=(2, 5),
        vitals="stable",
        diagnosis=dx("I44.2", "Bloc auriculoventriculaire, complet"),
        others=(dx("Z95.0", "Présence d’un stimulateur cardiaque"),),
        drugs=(rx.PARACETAMOL,),
        nursing=(
            (
                "Cicatrice de stimulateur",
                "Pansement sous-claviculaire gauche sec, pas d’hématome.",
                "Bras en écharpe la nuit, consignes rappelées.",
                "Douleur EN 2.",
            ),
            CHEST,
        ),
        medical=(
            (
                "Visite",
                (
                    "Syncope sur BAV complet. Stimulateur double chambre implanté hier. Contrôle de sonde satisfaisant, "
                    "radiographie sans pneumothorax."
                ),
            ),
        ),
        paper="ecg",
        excludes=("fibrillation",),
    ),
)
