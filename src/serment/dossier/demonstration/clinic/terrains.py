"""Long-standing conditions with their usual treatment, and allergies."""

from __future__ import annotations

from serment.dossier.demonstration.clinic import drugs as rx
from serment.dossier.demonstration.types import Allergen, Diagnosis, Drug, Terrain
from serment.dossier.records.allergies.substances import ATC, OWN


def _terrain(
    key: str, code: str, label: str, ages: tuple[int, int], *lines: Drug, sex: str = "", weight: int = 1, excludes: str = ""
) -> Terrain:
    return Terrain(
        key=key,
        diagnosis=Diagnosis(code=code, label=label),
        drugs=lines,
        age=ages,
        sex=sex,
        weight=weight,
        excludes=tuple(excludes.split()),
    )


TERRAINS = (
    _terrain("hypertension", "I10", "Hypertension artérielle essentielle", (45, 110), rx.AMLODIPINE, weight=8),
    _terrain("hypertension_iec", "I10", "Hypertension artérielle essentielle", (45, 110), rx.RAMIPRIL, weight=6),
    _terrain("diabete", "E11.9", "Diabète de type 2, sans complication", (45, 95), rx.METFORMINE, weight=5),
    _terrain("dyslipidemie", "E78.0", "Hypercholestérolémie essentielle", (45, 90), rx.ATORVASTATINE_20, weight=5),
    _terrain(
        "fibrillation", "I48.2", "Fibrillation auriculaire chronique", (68, 105), rx.APIXABAN, rx.BISOPROLOL, weight=3, excludes="asthme"
    ),
    _terrain("hypothyroidie", "E03.9", "Hypothyroïdie", (25, 100), rx.LEVOTHYROX, sex="F", weight=4),
    _terrain("asthme", "J45.9", "Asthme", (16, 70), rx.BUDESONIDE, rx.SALBUTAMOL_SPRAY, weight=3, excludes="fibrillation coronaire bpco"),
    _terrain("bpco", "J44.9", "Bronchopneumopathie chronique obstructive", (55, 90), rx.TIOTROPIUM, weight=2, excludes="asthme"),
    _terrain("arthrose", "M19.9", "Arthrose", (60, 110), weight=5),
    _terrain("osteoporose", "M81.9", "Ostéoporose", (65, 110), rx.VITAMINE_D, sex="F", weight=4),
    _terrain("prostate", "N40", "Hyperplasie de la prostate", (60, 105), rx.TAMSULOSINE, sex="M", weight=5),
    _terrain("depression", "F32.9", "Épisode dépressif", (25, 90), rx.SERTRALINE, weight=2),
    _terrain("reflux", "K21.9", "Reflux gastro-œsophagien", (30, 90), rx.OMEPRAZOLE, weight=4),
    _terrain("glaucome", "H40.1", "Glaucome primitif à angle ouvert", (60, 105), rx.LATANOPROST, weight=2),
    _terrain("rein", "N18.3", "Maladie rénale chronique, stade 3", (70, 105), weight=2, excludes="diabete"),
    _terrain(
        "coronaire",
        "I25.1",
        "Cardiopathie artérioscléreuse",
        (60, 100),
        rx.ASPIRINE,
        rx.ATORVASTATINE_20,
        weight=2,
        excludes="asthme fibrillation",
    ),
    _terrain("obesite", "E66.0", "Obésité due à un excès calorique", (25, 75), weight=2),
    _terrain("tabac", "F17.2", "Dépendance au tabac", (20, 75), weight=3),
    _terrain("migraine", "G43.9", "Migraine", (18, 55), weight=2),
    _terrain("constipation", "K59.0", "Constipation", (75, 110), rx.MACROGOL, weight=3),
)


def _allergen(name: str, category: str, severity: str, reactions: str, clashes: str = "", *, code: str, sort: str = "allergy") -> Allergen:
    system = ATC if category == "medication" else OWN
    return Allergen(
        name=name, category=category, severity=severity, reactions=tuple(reactions.split("; ")), clashes=tuple(clashes.split()),
        code=f"{system}|{code}", sort=sort,
    )  # fmt: skip


ALLERGENS = (
    _allergen("Amoxicilline", "medication", "moderate", "Urticaire", "betalactamine", code="J01CA04"),
    _allergen("Pénicillines", "medication", "severe", "Œdème de Quincke", "betalactamine", code="J01C"),
    _allergen("Pénicillines", "medication", "severe", "Choc anaphylactique", "betalactamine", code="J01C"),
    _allergen("Acide acétylsalicylique et AINS", "medication", "severe", "Bronchospasme", "ains aspirine", code="M01A"),
    _allergen("Ibuprofène", "medication", "moderate", "Œdème du visage", "ains aspirine", code="M01AE01"),
    _allergen("Codéine", "medication", "moderate", "Prurit; Vomissements", "opioide", code="R05DA04", sort="intolerance"),
    _allergen("Morphine", "medication", "mild", "Nausées", "opioide", code="N02AA01", sort="intolerance"),
    _allergen("Sulfaméthoxazole - triméthoprime", "medication", "moderate", "Éruption maculopapuleuse", "sulfamide", code="J01EE01"),
    _allergen("Produits de contraste iodés", "medication", "moderate", "Urticaire", "iode", code="V08A"),
    _allergen("Inhibiteurs de l’enzyme de conversion", "medication", "mild", "Toux sèche", "iec", code="C09A", sort="intolerance"),
    _allergen("Spiramycine", "medication", "mild", "Éruption cutanée", "macrolide", code="J01FA02"),
    _allergen("Latex", "environment", "severe", "Urticaire; Gêne respiratoire", code="latex"),
    _allergen("Sparadrap", "environment", "mild", "Dermite de contact", code="adhesive"),
    _allergen("Venin de guêpe", "environment", "severe", "Choc anaphylactique", code="wasp"),
    _allergen("Pollens de graminées", "environment", "mild", "Rhinite; Conjonctivite", code="grass-pollen"),
    _allergen("Acariens", "environment", "mild", "Rhinite", code="house-dust-mite"),
    _allergen("Arachide", "food", "severe", "Œdème de Quincke", code="peanut"),
    _allergen("Fruits à coque", "food", "moderate", "Urticaire; Vomissements", code="nuts"),
    _allergen("Crustacés", "food", "moderate", "Urticaire", code="crustaceans"),
    _allergen("Kiwi", "food", "mild", "Prurit buccal", code="kiwi"),
    _allergen("Protéines du lait de vache", "food", "mild", "Douleurs abdominales", code="cow-milk", sort="intolerance"),
    _allergen("Œuf", "food", "moderate", "Urticaire", code="egg"),
)

# Who said so, as it comes: source, name, whether it is confirmed, in how many days somebody should ask again (passed when below 0).
TELLINGS = (
    ("patient", "", "confirmed", 240),
    ("patient", "", "unconfirmed", 60),
    ("relative", "sa fille, au téléphone", "unconfirmed", -20),
    ("physician", "son médecin traitant", "confirmed", 300),
    ("document", "courrier d’allergologie, tests cutanés", "confirmed", 0),
    ("document", "carte d’allergie", "confirmed", -45),
)
