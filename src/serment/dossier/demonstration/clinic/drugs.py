"""Treatment lines, at usual adult doses. The first tag is the class: a person never has two lines of one class.

Other tags name what must not meet: `ains` (kidney, anticoagulant, old age), `betalactamine`, `opioide`... Fictional charts, no advice.
"""

from __future__ import annotations

from serment.dossier.demonstration.types import Drug

ORAL, VEIN, SKIN, INHALED, EYE = "orale", "intraveineuse", "sous-cutanée", "inhalée", "ophtalmique"


def line(substance: str, dose: str, route: str, rhythm: str, *tags: str) -> Drug:
    """One line, begun at the admission."""
    return Drug(substance=substance, dose=dose, route=route, rhythm=rhythm, tags=tags)


def usual(substance: str, dose: str, route: str, rhythm: str, *tags: str) -> Drug:
    """One line of the usual treatment, begun long before."""
    return Drug(substance=substance, dose=dose, route=route, rhythm=rhythm, tags=tags, since_admission=False)


PARACETAMOL = line("Paracétamol", "1 g", ORAL, "toutes les 6 heures si douleur, 4 g par jour au plus", "paracetamol")
PARACETAMOL_OLD = usual("Paracétamol", "1 g", ORAL, "3 fois par jour", "paracetamol")
PARACETAMOL_VEIN = line("Paracétamol", "1 g", VEIN, "toutes les 6 heures", "paracetamol")
KETOPROFENE = line("Kétoprofène", "100 mg", VEIN, "toutes les 12 heures, 48 heures au plus", "ains_classe", "ains")
KETOPROFENE_ORAL = line("Kétoprofène", "100 mg", ORAL, "2 fois par jour, au cours des repas", "ains_classe", "ains")
IBUPROFENE = line("Ibuprofène", "400 mg", ORAL, "3 fois par jour, au cours des repas, 5 jours", "ains_classe", "ains")
TRAMADOL = line("Tramadol", "50 mg", ORAL, "toutes les 6 heures si douleur persistante", "antalgique_2", "opioide")
MORPHINE = line("Morphine (sulfate)", "10 mg", ORAL, "toutes les 4 heures si EN supérieure à 6", "antalgique_3", "opioide")
OXYCODONE = line("Oxycodone LP", "10 mg", ORAL, "2 fois par jour", "antalgique_3", "opioide")
NEFOPAM = line("Néfopam", "20 mg", VEIN, "toutes les 6 heures", "nefopam")
PHLOROGLUCINOL = line("Phloroglucinol", "80 mg", ORAL, "3 fois par jour", "antispasmodique")

ENOXAPARINE_4000 = line("Énoxaparine", "4 000 unités", SKIN, "1 fois par jour, le soir", "anticoagulant")
FONDAPARINUX = line("Fondaparinux", "2,5 mg", SKIN, "1 fois par jour", "anticoagulant")
APIXABAN_LOADING = line("Apixaban", "10 mg", ORAL, "2 fois par jour pendant 7 jours, puis 5 mg 2 fois par jour", "anticoagulant")
APIXABAN = usual("Apixaban", "5 mg", ORAL, "2 fois par jour", "anticoagulant")
APIXABAN_NEW = line("Apixaban", "5 mg", ORAL, "2 fois par jour", "anticoagulant")
ASPIRINE = usual("Acide acétylsalicylique", "75 mg", ORAL, "1 fois par jour, le midi", "antiagregant", "aspirine")
ASPIRINE_NEW = line("Acide acétylsalicylique", "75 mg", ORAL, "1 fois par jour, le midi", "antiagregant", "aspirine")
TICAGRELOR = line("Ticagrélor", "90 mg", ORAL, "2 fois par jour", "antiagregant_2")

AMOXICILLINE = line("Amoxicilline", "1 g", ORAL, "3 fois par jour", "antibiotique", "betalactamine")
AMOXICLAV = line("Amoxicilline - acide clavulanique", "1 g", ORAL, "3 fois par jour", "antibiotique", "betalactamine")
AMOXICLAV_VEIN = line("Amoxicilline - acide clavulanique", "2 g", VEIN, "3 fois par jour", "antibiotique", "betalactamine")
CEFTRIAXONE = line("Ceftriaxone", "1 g", VEIN, "1 fois par jour", "antibiotique", "betalactamine")
CEFOTAXIME = line("Céfotaxime", "2 g", VEIN, "3 fois par jour", "antibiotique", "betalactamine")
PIPERACILLINE = line("Pipéracilline - tazobactam", "4 g", VEIN, "4 fois par jour", "antibiotique", "betalactamine")
METRONIDAZOLE = line("Métronidazole", "500 mg", VEIN, "3 fois par jour", "imidazole")
SPIRAMYCINE = line("Spiramycine", "3 millions d’unités", ORAL, "3 fois par jour", "macrolide", "macrolide")

FUROSEMIDE_VEIN = line("Furosémide", "40 mg", VEIN, "2 fois par jour", "diuretique", "sulfamide")
FUROSEMIDE = usual("Furosémide", "40 mg", ORAL, "1 fois par jour, le matin", "diuretique", "sulfamide")
BISOPROLOL = usual("Bisoprolol", "2,5 mg", ORAL, "1 fois par jour, le matin", "betabloquant")
BISOPROLOL_NEW = line("Bisoprolol", "2,5 mg", ORAL, "1 fois par jour, le matin", "betabloquant")
RAMIPRIL = usual("Ramipril", "5 mg", ORAL, "1 fois par jour, le matin", "iec", "iec")
RAMIPRIL_NEW = line("Ramipril", "2,5 mg", ORAL, "1 fois par jour, le matin", "iec", "iec")
AMLODIPINE = usual("Amlodipine", "5 mg", ORAL, "1 fois par jour, le matin", "inhibiteur_calcique")
ATORVASTATINE_20 = usual("Atorvastatine", "20 mg", ORAL, "1 fois par jour, le soir", "statine")
ATORVASTATINE_80 = line("Atorvastatine", "80 mg", ORAL, "1 fois par jour, le soir", "statine")
TRINITRINE = line("Trinitrine", "0,15 mg par bouffée", "sublinguale", "1 bouffée en cas de douleur thoracique", "trinitrine")
NORADRENALINE = line("Noradrénaline", "0,3 microgramme/kg/min", VEIN, "en continu, à adapter pour une PAM de 65 mmHg", "vasopresseur")

INSULINE_LENTE = usual("Insuline glargine", "18 unités", SKIN, "1 fois par jour, au coucher", "insuline_lente")
INSULINE_LENTE_NEW = line("Insuline glargine", "14 unités", SKIN, "1 fois par jour, au coucher", "insuline_lente")
INSULINE_RAPIDE = line("Insuline asparte", "selon protocole", SKIN, "avant chaque repas, selon la glycémie capillaire", "insuline_rapide")
INSULINE_CONTINUE = line("Insuline humaine rapide", "0,1 unité/kg/h", VEIN, "en continu, selon la glycémie horaire", "insuline_rapide")
METFORMINE = usual("Metformine", "1 000 mg", ORAL, "2 fois par jour, au cours des repas", "metformine", "metformine")

SALBUTAMOL = line("Salbutamol", "5 mg", INHALED, "nébulisation toutes les 6 heures", "beta2", "beta2")
IPRATROPIUM = line("Ipratropium", "0,5 mg", INHALED, "nébulisation toutes les 6 heures", "anticholinergique")
PREDNISOLONE = line("Prednisolone", "40 mg", ORAL, "1 fois par jour, le matin, 5 jours", "corticoide")
SALBUTAMOL_SPRAY = usual("Salbutamol", "100 microgrammes par bouffée", INHALED, "2 bouffées en cas de gêne", "beta2", "beta2")
BUDESONIDE = usual("Budésonide - formotérol", "200/6 microgrammes", INHALED, "1 inhalation 2 fois par jour", "corticoide_inhale")
TIOTROPIUM = usual("Tiotropium", "18 microgrammes", INHALED, "1 inhalation par jour", "anticholinergique")
OXYGENE = line("Oxygène", "2 L/min", "lunettes nasales", "pour une SpO2 entre 92 et 96 %", "oxygene")
OXYGENE_BPCO = line("Oxygène", "1,5 L/min", "lunettes nasales", "pour une SpO2 entre 88 et 92 %", "oxygene")
OXYGENE_HIGH = line("Oxygène à haut débit humidifié", "50 L/min, FiO2 50 %", "canule nasale", "en continu", "oxygene")

OMEPRAZOLE = usual("Ésoméprazole", "20 mg", ORAL, "1 fois par jour, le matin", "ipp")
OMEPRAZOLE_VEIN = line("Ésoméprazole", "8 mg/h", VEIN, "en continu pendant 72 heures", "ipp")
ONDANSETRON = line("Ondansétron", "8 mg", ORAL, "avant la cure, puis 2 fois par jour si nausées", "setron")
MACROGOL = usual("Macrogol 4000", "10 g", ORAL, "1 à 2 sachets par jour, le matin", "laxatif")
FER_VEIN = line("Fer (carboxymaltose)", "1 000 mg", VEIN, "une perfusion", "fer")
FER = line("Fer (ascorbate ferreux)", "80 mg", ORAL, "1 fois par jour, à distance des repas", "fer")
SERUM = line("Chlorure de sodium 0,9 %", "1 L", VEIN, "sur 12 heures", "solute")
GLUCOSE = line("Glucose 5 % avec électrolytes", "1 L", VEIN, "sur 12 heures", "solute")
POTASSIUM = line("Chlorure de potassium", "600 mg", ORAL, "3 fois par jour", "potassium")

LEVOTHYROX = usual("Lévothyroxine", "75 microgrammes", ORAL, "1 fois par jour, le matin à jeun", "thyroide")
VITAMINE_D = usual("Cholécalciférol", "50 000 unités", ORAL, "1 ampoule par mois", "vitamine_d")
TAMSULOSINE = usual("Tamsulosine LP", "0,4 mg", ORAL, "1 fois par jour, après le repas du soir", "alphabloquant")
SERTRALINE = usual("Sertraline", "50 mg", ORAL, "1 fois par jour, le matin", "antidepresseur")
LATANOPROST = usual("Latanoprost", "1 goutte dans chaque œil", EYE, "1 fois par jour, le soir", "collyre")
LEVODOPA = usual("Lévodopa - carbidopa", "100/25 mg", ORAL, "3 fois par jour, à heures fixes", "levodopa")
MEMANTINE = usual("Mémantine", "20 mg", ORAL, "1 fois par jour", "memantine")
COMPLEMENT = usual("Complément nutritionnel hyperprotéiné", "200 mL", ORAL, "2 fois par jour, entre les repas", "complement")

VITAMINE_K1 = line("Vitamine K1", "2 mg", ORAL, "à la naissance, au 4e jour et à un mois", "vitamine_k")
VITAMINE_D_BABY = line("Cholécalciférol", "600 unités", ORAL, "1 fois par jour", "vitamine_d")
PARACETAMOL_CHILD = line("Paracétamol", "15 mg/kg", ORAL, "toutes les 6 heures si douleur ou fièvre", "paracetamol")

PACLITAXEL = line("Paclitaxel", "80 mg/m²", VEIN, "une perfusion par semaine", "cytotoxique")
FOLFOX = line("Oxaliplatine - acide folinique - fluorouracile (FOLFOX)", "protocole", VEIN, "une cure tous les 14 jours", "cytotoxique")
PEMBROLIZUMAB = line("Pembrolizumab", "200 mg", VEIN, "une perfusion tous les 21 jours", "immunotherapie")
