"""What somebody complains of or shows on arrival, by scenario: chosen by hand, as the scenarios are. Codes of the CIM-10.

Whoever comes for a planned act complains of nothing new and is not in here.
"""

from __future__ import annotations

from serment.dossier.demonstration.types import Complaint

# How long a complaint outlasts the admission, in days: pain that is treated goes first.
HOURS, DAYS, WEEKS = 1, 3, 9


def _one(code: str, label: str, severity: str, since_days: int, lasts_days: int, *, site: str = "", remark: str = "") -> Complaint:
    return Complaint(code=code, label=label, severity=severity, since_days=since_days, lasts_days=lasts_days, site=site, remark=remark)


COMPLAINTS: dict[str, tuple[Complaint, ...]] = {
    "insuffisance_cardiaque": (
        _one("R060", "Dyspnée d’effort, puis de repos", "severe", 5, DAYS, remark="Dort assis depuis deux nuits."),
        _one("R600", "Œdèmes des jambes", "moderate", 10, WEEKS, site="deux chevilles"),
    ),
    "syndrome_coronaire": (_one("R074", "Douleur thoracique constrictive", "severe", 0, HOURS, site="rétrosternale, bras gauche"),),
    "fibrillation": (_one("R002", "Palpitations", "moderate", 1, DAYS), _one("R53", "Fatigue à l’effort", "mild", 3, WEEKS)),
    "bloc": (_one("R55", "Syncope", "severe", 0, HOURS, remark="Sans prodrome, reprise de conscience immédiate."),),
    "choc_septique": (_one("R509", "Fièvre et frissons", "severe", 1, DAYS), _one("R410", "Confusion", "moderate", 0, DAYS)),
    "detresse": (_one("R060", "Dyspnée", "severe", 1, WEEKS), _one("R05", "Toux productive", "moderate", 4, WEEKS)),
    "acidocetose": (
        _one("R11", "Nausées et vomissements", "moderate", 1, HOURS), _one("R104", "Douleur abdominale diffuse", "moderate", 1, HOURS),
    ),
    "hemorragie": (_one("K920", "Hématémèse", "severe", 0, HOURS), _one("R42", "Vertiges au lever", "moderate", 1, DAYS)),
    "entorse": (_one("M255", "Douleur de la cheville", "moderate", 0, DAYS, site="face externe"),),
    "douleur_abdominale": (_one("R103", "Douleur abdominale", "moderate", 1, DAYS, site="fosse iliaque droite"),),
    "douleur_thoracique": (_one("R074", "Douleur thoracique", "moderate", 0, HOURS),),
    "traumatisme_cranien": (_one("R51", "Céphalées", "moderate", 0, DAYS),),
    "crise_asthme": (_one("R060", "Dyspnée sifflante", "severe", 0, DAYS), _one("R05", "Toux sèche", "mild", 2, DAYS)),
    "colique": (_one("N23", "Douleur lombaire", "severe", 0, HOURS, remark="Irradie vers l’aine."),),
    "suivi_cardio": (_one("R060", "Essoufflement à la montée d’un étage", "mild", 40, WEEKS),),
    "thyroide": (_one("R53", "Fatigue", "moderate", 60, WEEKS),),
    "hanche": (_one("M255", "Douleur de la hanche à la marche", "moderate", 200, WEEKS),),
    "fragile": (_one("R53", "Fatigue", "mild", 90, 10_000), _one("R630", "Appétit diminué", "mild", 30, 10_000)),
    "vasculaire": (_one("R262", "Marche difficile", "moderate", 365, 10_000),),
    "parkinson": (_one("R251", "Tremblement de repos", "moderate", 700, 10_000), _one("K590", "Constipation", "mild", 60, 10_000)),
    "coeur": (_one("R060", "Essoufflement à l’effort", "moderate", 120, 10_000),),
    "lilas_alzheimer": (_one("R410", "Désorientation dans le temps", "moderate", 700, 10_000),),
    "pneumopathie": (_one("R05", "Toux grasse", "moderate", 5, WEEKS), _one("R509", "Fièvre", "moderate", 3, DAYS)),
    "pyelonephrite": (
        _one("R509", "Fièvre et frissons", "moderate", 2, DAYS), _one("R300", "Brûlures en urinant", "mild", 4, DAYS),
    ),
    "bpco": (_one("R060", "Dyspnée", "severe", 3, WEEKS), _one("R05", "Toux, crachats plus abondants", "moderate", 4, WEEKS)),
    "diabete": (_one("R631", "Soif et urines abondantes", "moderate", 14, DAYS), _one("R634", "Perte de 4 kg", "mild", 30, WEEKS)),
    "erysipele": (
        _one("L539", "Rougeur chaude de la jambe", "moderate", 2, WEEKS), _one("M796", "Douleur de la jambe", "moderate", 2, DAYS),
    ),
    "embolie": (
        _one("R071", "Douleur thoracique à l’inspiration", "moderate", 1, DAYS, site="base droite"),
        _one("R060", "Dyspnée", "moderate", 1, DAYS),
    ),
    "anemie": (_one("R53", "Fatigue", "moderate", 45, WEEKS), _one("R060", "Essoufflement à l’effort", "mild", 30, WEEKS)),
    "chute": (_one("M796", "Douleur de la hanche et du bras", "moderate", 0, DAYS), _one("R262", "Marche instable", "moderate", 60, WEEKS)),
    "sevrage": (_one("R251", "Tremblement des mains", "moderate", 1, DAYS), _one("R11", "Nausées", "mild", 1, DAYS)),
    "avc": (_one("R471", "Parole lente", "moderate", 20, 10_000), _one("R262", "Marche difficile", "moderate", 20, 10_000)),
    "femur": (_one("R262", "Marche avec aide", "moderate", 15, 10_000),),
    "genou": (_one("M255", "Genou raide et douloureux", "mild", 15, WEEKS),),
    "appendicite": (_one("R103", "Douleur de la fosse iliaque droite", "severe", 1, HOURS), _one("R11", "Nausées", "mild", 1, HOURS)),
    "cholecystite": (
        _one("R101", "Douleur sous les côtes", "severe", 1, DAYS, site="hypochondre droit"), _one("R509", "Fièvre", "mild", 1, DAYS),
    ),
    "colon": (_one("R195", "Sang dans les selles", "mild", 60, HOURS), _one("R634", "Perte de 6 kg", "moderate", 90, WEEKS)),
    "occlusion": (_one("R104", "Douleur abdominale par crises", "severe", 2, DAYS), _one("R11", "Vomissements", "severe", 1, DAYS)),
    "diverticulite": (_one("R103", "Douleur de la fosse iliaque gauche", "moderate", 3, DAYS), _one("R509", "Fièvre", "mild", 2, DAYS)),
    "pancreatite": (
        _one("R101", "Douleur épigastrique", "severe", 1, DAYS, remark="Traverse vers le dos."),
        _one("R11", "Vomissements", "moderate", 1, DAYS),
    ),
}  # fmt: skip


def of(key: str) -> tuple[Complaint, ...]:
    """What goes with a scenario, on whichever floor of the home."""
    return COMPLAINTS.get(key) or COMPLAINTS.get(key.partition("_")[2], ())
