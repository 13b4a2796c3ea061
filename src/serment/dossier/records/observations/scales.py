"""Scored scales: what is asked, what each answer counts, and what the total means. Pure.

The wording is ours and short; the structure (items, points, thresholds) is that of the published scales. Whoever scores has the original at
hand where its text is protected (MNA, MMSE): there only the total is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from serment.dossier.kernel import errors

YES_NO = ((0, "non"), (1, "oui"))


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question; `answers` are points with their words."""

    code: str
    label: str
    answers: tuple[tuple[int, str], ...]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """One scale. `bands` say what a total up to and including a number means; `source` who published it. Without items, the total alone is
    asked, between `least` and `most`."""

    code: str
    label: str
    purpose: str
    items: tuple[Item, ...]
    bands: tuple[tuple[int, str], ...]
    source: str
    least: int
    most: int


def _items(*asked: tuple[str, str, tuple[tuple[int, str], ...]]) -> tuple[Item, ...]:
    return tuple(Item(code=code, label=label, answers=answers) for code, label, answers in asked)


def _levels(*words: str, first: int = 0) -> tuple[tuple[int, str], ...]:
    return tuple(enumerate(words, start=first))


_REACTION = _levels("jamais", "parfois", "souvent", "en permanence")
_CHANGE = _levels("inchangé", "un peu modifié", "nettement modifié", "impossible ou très perturbé")

SCALES: dict[str, Scale] = {
    one.code: one
    for one in (
        Scale(
            code="algoplus", label="Algoplus", purpose="Douleur aiguë de la personne âgée qui communique mal", least=0, most=5,
            source="Collectif Doloplus, 2010",
            items=_items(
                ("face", "Visage : froncement, grimaces, crispation", YES_NO),
                ("gaze", "Regard : fixe, lointain, suppliant, pleurs", YES_NO),
                ("complaints", "Plaintes : paroles, gémissements, cris", YES_NO),
                ("body", "Corps : retrait, protection d’une zone, attitude figée", YES_NO),
                ("behaviour", "Comportement : agitation, agrippement, opposition", YES_NO),
            ),
            bands=((1, "Pas de douleur probable."), (5, "Douleur probable : traiter, puis réévaluer.")),
        ),
        Scale(
            code="doloplus2", label="Doloplus-2", purpose="Douleur chronique de la personne âgée", least=0, most=30,
            source="Collectif Doloplus, 1999",
            items=_items(
                ("complaints", "Plaintes somatiques", _REACTION), ("posture", "Positions antalgiques au repos", _REACTION),
                ("protection", "Protection de zones douloureuses", _REACTION), ("expression", "Mimique", _REACTION),
                ("sleep", "Sommeil", _CHANGE), ("washing", "Toilette et habillage", _CHANGE), ("movement", "Mouvements", _CHANGE),
                ("communication", "Communication", _CHANGE), ("social", "Vie sociale", _CHANGE),
                ("behaviour", "Troubles du comportement", _REACTION),
            ),
            bands=((4, "Sous le seuil de douleur."), (30, "Douleur : au moins cinq points. Traiter, puis réévaluer.")),
        ),
        Scale(
            code="ecpa", label="ECPA", purpose="Douleur de la personne qui ne parle pas, avant et pendant les soins", least=0, most=32,
            source="Morello et al., 1998",
            items=_items(
                *(
                    (code, label, _levels("calme", "léger signe", "signe net", "signe marqué", "signe extrême"))
                    for code, label in (
                        ("face", "Avant : regard et mimique"), ("posture", "Avant : position spontanée"),
                        ("movement", "Avant : mouvements"), ("relation", "Avant : relation à autrui"),
                        ("anticipation", "Pendant : anticipation anxieuse"), ("mobilisation", "Pendant : à la mobilisation"),
                        ("zones", "Pendant : aux soins des zones douloureuses"), ("complaints", "Pendant : plaintes"),
                    )
                )
            ),
            bands=((0, "Pas de douleur observée."), (7, "Signes légers : à réévaluer."), (32, "Douleur : traiter avant les soins.")),
        ),
        Scale(
            code="braden", label="Braden", purpose="Risque d’escarre", least=6, most=23, source="Braden et Bergstrom, 1987",
            items=_items(
                ("perception", "Perception sensorielle", _levels("absente", "très limitée", "un peu limitée", "intacte", first=1)),
                ("moisture", "Humidité de la peau", _levels("constante", "fréquente", "parfois", "rare", first=1)),
                ("activity", "Activité", _levels("alité", "au fauteuil", "marche parfois", "marche souvent", first=1)),
                ("mobility", "Mobilité", _levels("immobile", "très limitée", "un peu limitée", "sans limite", first=1)),
                ("nutrition", "Nutrition", _levels("très pauvre", "insuffisante", "correcte", "excellente", first=1)),
                ("friction", "Frottements", _levels("problème", "problème possible", "pas de problème", first=1)),
            ),
            bands=((12, "Risque élevé."), (14, "Risque modéré."), (18, "Risque faible."), (23, "Pas de risque repéré.")),
        ),
        Scale(
            code="morse", label="Morse", purpose="Risque de chute", least=0, most=125, source="Morse, 1989",
            items=_items(
                ("fallen", "Chute dans les trois mois", ((0, "non"), (25, "oui"))),
                ("diagnosis", "Plus d’un diagnostic", ((0, "non"), (15, "oui"))),
                ("aid", "Aide à la marche", ((0, "aucune, soignant, alité"), (15, "canne, déambulateur"), (30, "s’agrippe aux meubles"))),
                ("line", "Perfusion ou voie veineuse", ((0, "non"), (20, "oui"))),
                ("gait", "Démarche", ((0, "normale, alité"), (10, "faible"), (20, "altérée"))),
                ("mind", "Conscience de ses limites", ((0, "oui"), (15, "les oublie ou les surestime"))),
            ),
            bands=((24, "Risque faible."), (44, "Risque modéré : mesures de prévention."), (125, "Risque élevé : mesures renforcées.")),
        ),
        Scale(
            code="mna", label="MNA, dépistage", purpose="Nutrition (total seul ; la grille est celle de l’éditeur)", least=0, most=14,
            source="Mini Nutritional Assessment", items=(),
            bands=((7, "Dénutrition probable."), (11, "Risque de dénutrition."), (14, "État nutritionnel normal.")),
        ),
        Scale(
            code="mmse", label="MMSE", purpose="Cognition (total seul ; la grille est celle de l’éditeur)", least=0, most=30,
            source="Folstein, 1975", items=(),
            bands=((9, "Trouble sévère."), (19, "Trouble modéré."), (23, "Trouble léger."),
                   (30, "Pas de trouble repéré, selon l’âge et les études.")),
        ),
    )
}  # fmt: skip

TOTAL = "total"


@dataclass(frozen=True, kw_only=True)
class Result:
    """A total, what it means, and the points of each item by its words."""

    total: int
    meaning: str
    points: tuple[tuple[str, int], ...]


def result(scale: Scale, answers: Mapping[str, str]) -> Result:
    """The total of the answers given. Raises Invalid naming the first item without one of its answers (`text_missing`,
    `choice_unknown`), or the total (`malformed`)."""
    if not scale.items:
        text = answers.get(TOTAL, "").strip()
        if not text.isdecimal() or len(text) > 3 or not scale.least <= int(text) <= scale.most:
            raise errors.Invalid("malformed" if text else "text_missing", field=TOTAL)
        return Result(total=int(text), meaning=_meaning(scale, int(text)), points=())
    points = []
    for item in scale.items:
        text = answers.get(item.code, "")
        if not text:
            raise errors.Invalid("text_missing", field=item.code)
        if text not in {str(value) for value, _ in item.answers}:
            raise errors.Invalid("choice_unknown", field=item.code)
        points.append((item.label, int(text)))
    total = sum(value for _, value in points)
    return Result(total=total, meaning=_meaning(scale, total), points=tuple(points))


def _meaning(scale: Scale, total: int) -> str:
    return next(words for upper, words in scale.bands if total <= upper)
