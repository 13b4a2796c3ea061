"""What an incident obliges to write: the notice to the CNIL (GDPR article 33), the report to CERT Santé (CSP L.1111-8-2), the reasoning on
telling the persons (article 34), and the entry of the register (article 33(5)), prefilled from the incident's figures. Pure.

The order and the names of the fields are those of the authorities' online forms as far as the authors know them (not verified against the
forms of the day): each is meant to be copied into one field. What nobody has written yet is shown as such and listed in `missing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from serment.dossier.mailing import words
from serment.dossier.mailing.figures import (
    COMPLEMENTARY,
    INSIDE_ACCIDENT,
    INSIDE_MALICIOUS,
    NOTICE_HOURS_MAX,
    OUTSIDE_ACCIDENT,
    OUTSIDE_MALICIOUS,
    UNKNOWN,
    Case,
)
from serment.dossier.mailing.letters import PARIS

TO_WRITE = "À compléter"
NONE_KNOWN = "Aucun à ce jour"
ORIGINS = {
    OUTSIDE_MALICIOUS: "Acte externe malveillant",
    INSIDE_MALICIOUS: "Acte interne malveillant",
    OUTSIDE_ACCIDENT: "Acte externe accidentel",
    INSIDE_ACCIDENT: "Acte interne accidentel",
    UNKNOWN: "Origine inconnue à ce jour",
}


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading of a form, and its fields: label and value."""

    title: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A document to send or to keep."""

    title: str
    reference: str
    written_at: datetime
    sections: tuple[Section, ...] = field(repr=False)

    @property
    def missing(self) -> tuple[str, ...]:
        """The labels of what is still to be written before this may leave."""
        return tuple(label for section in self.sections for label, value in section.fields if value == TO_WRITE)


@dataclass(frozen=True, kw_only=True)
class Reasoning:
    """Whether the persons must be told, and why: each ground is a sentence that names its rule."""

    applies: bool
    grounds: tuple[str, ...]


def must_tell(case: Case) -> Reasoning:
    """GDPR article 34. Nobody concerned: nothing to tell. Doubt goes to the persons: only a written ground of paragraph 3 takes the duty
    away, and the last one replaces it by a public communication."""
    figures = case.figures
    if not figures.persons:
        return Reasoning(
            applies=False, grounds=("Aucune personne n’est concernée : le journal ne montre aucune ouverture ni aucun affichage.",)
        )
    if case.unintelligible_because:
        return Reasoning(
            applies=False, grounds=(f"Données incompréhensibles pour qui les a prises (article 34, 3, a) : {case.unintelligible_because}",)
        )
    if case.risk_removed_because:
        return Reasoning(
            applies=False, grounds=(f"Des mesures ont écarté le risque élevé (article 34, 3, b) : {case.risk_removed_because}",)
        )
    grounds = tuple(_risks(case))
    if case.disproportionate_because:
        because = case.disproportionate_because
        public = f"Écrire à chacun exigerait des efforts disproportionnés : communication publique (article 34, 3, c). {because}"
        grounds = (*grounds, public)
    return Reasoning(applies=True, grounds=grounds)


def _risks(case: Case) -> Iterator[str]:
    seen = {kind for kind, count in case.figures.by_kind.items() if count}
    if seen - words.REACHING - words.IMPERSONATING:
        yield "Des données de santé, couvertes par le secret (article 9 du RGPD ; CSP L.1110-4), ont pu être lues : risque élevé."
    if seen & words.IMPERSONATING:
        yield "L’identité complète ou le numéro de sécurité sociale permet une usurpation d’identité."
    if seen & words.REACHING:
        yield "Les coordonnées permettent un hameçonnage ciblé, d’autant plus crédible qu’il cite un séjour réel."
    if case.figures.minors or case.figures.protected_adults:
        yield "Des mineurs ou des majeurs protégés sont concernés (considérant 75)."
    yield "Rien n’établit que les données soient restées incompréhensibles, ni que le risque soit écarté (article 34, 3)."


def cnil(case: Case, *, now: datetime) -> Notice:
    """The notice to the CNIL, initial or complementary."""
    return Notice(
        title="Notification d’une violation de données à caractère personnel (RGPD, article 33)",
        reference=case.reference,
        written_at=now,
        sections=(_stage(case, now), _who(case), _what(case), _whose(case), _consequences(case), _measures(case), _telling(case)),
    )


def _stage(case: Case, now: datetime) -> Section:
    is_late = now > case.deadline
    fields = [
        ("Type de notification", "Complémentaire" if case.stage == COMPLEMENTARY else "Initiale"),
        ("Prise de connaissance", _instant(case.aware_at)),
        (f"Échéance des {NOTICE_HOURS_MAX} heures", _instant(case.deadline)),
    ]
    if case.stage == COMPLEMENTARY:
        fields.insert(1, ("Numéro de la notification initiale", case.earlier_number or TO_WRITE))
    elif is_late:
        fields.append(("Motifs du retard", case.late_because or TO_WRITE))
    return Section(title="Notification", fields=tuple(fields))


def _who(case: Case) -> Section:
    one = case.controller
    return Section(
        title="Responsable du traitement",
        fields=_filled(
            ("Organisme", one.name),
            ("SIRET", one.siret),
            ("Adresse", one.address),
            ("Secteur d’activité", "Santé"),
            ("Déclarant", one.declarant),
            ("Qualité du déclarant", one.declarant_quality),
            ("Coordonnées du déclarant", one.declarant_reach),
            ("Délégué à la protection des données", one.officer),
            ("Coordonnées du délégué", one.officer_reach),
            ("Sous-traitants ou autres organismes concernés", case.processors or NONE_KNOWN),
        ),
    )


def _what(case: Case) -> Section:
    figures = case.figures
    return Section(
        title="La violation",
        fields=_filled(
            ("Début", _instant(figures.first_at) if figures.first_at else ""),
            ("Fin", "" if not figures.last_at else _instant(figures.last_at) if case.is_over else "En cours"),
            ("Circonstances de la découverte", case.discovered),
            ("Nature", "Perte de confidentialité"),
            ("Origine", ORIGINS[case.origin]),
            ("Description", case.description),
        ),
    )


def _whose(case: Case) -> Section:
    figures = case.figures
    certain, possible = _count(figures.certain), _count(figures.possible)
    kinds = [f"{words.KINDS[kind][0]} ({_count(figures.by_kind[kind])})" for kind in words.KINDS if figures.by_kind.get(kind)]
    return Section(
        title="Personnes et données concernées",
        fields=(
            ("Nombre de personnes", f"{_count(figures.persons)}, dont {certain} certaines et {possible} possibles"),
            ("D’où vient ce nombre", "Du journal signé des accès : chaque personne y est prouvée une à une"),
            ("Catégories de personnes", _categories(case)),
            ("Nombre d’enregistrements", f"{_count(figures.persons)} dossiers de patients"),
            ("Catégories de données", " ; ".join(kinds) or TO_WRITE),
            ("Données sensibles (article 9)", "Oui : santé" if _has_health(case) else "Non"),
            ("Numéro de sécurité sociale", "Oui" if figures.by_kind.get("insurance") else "Non"),
        ),
    )


def _categories(case: Case) -> str:
    some = (
        ("mineurs", case.figures.minors),
        ("majeurs protégés", case.figures.protected_adults),
        ("personnes décédées", case.figures.deceased),
    )
    return ", ".join(["Patients", *(f"dont {_count(count)} {name}" for name, count in some if count)])


def _consequences(case: Case) -> Section:
    likely = []
    seen = {kind for kind, count in case.figures.by_kind.items() if count}
    if seen & (words.REACHING | words.IMPERSONATING):
        likely.append("hameçonnage ciblé")
    if seen & words.IMPERSONATING:
        likely.append("usurpation d’identité, fraude")
    if seen - words.REACHING - words.IMPERSONATING:
        likely.append("révélation de données couvertes par le secret professionnel, chantage, atteinte à la vie privée")
    return Section(
        title="Conséquences probables",
        fields=(
            ("Pour les personnes", " ; ".join(likely) or TO_WRITE),
            ("Gravité proposée", "Importante" if _has_health(case) else "Limitée"),
        ),
    )


def _measures(case: Case) -> Section:
    return Section(
        title="Mesures",
        fields=_filled(
            ("Mesures en place avant la violation", case.measures_before),
            ("Mesures prises ou proposées", case.measures_after),
            ("Plainte", case.complaint),
            ("Autres autorités informées", case.authorities),
            ("Autres États membres concernés", case.countries or NONE_KNOWN),
        ),
    )


def _telling(case: Case) -> Section:
    reasoning = must_tell(case)
    told = f"{_count(case.told)} sur {_count(case.figures.persons)}"
    fields = [("Information nécessaire (article 34)", "Oui" if reasoning.applies else "Non"), ("Motifs", " ".join(reasoning.grounds))]
    if reasoning.applies:
        fields += [
            ("Personnes informées à ce jour", told),
            ("Depuis le", case.told_from.strftime("%d/%m/%Y") if case.told_from else "Pas encore"),
            ("Moyen", "Courrier postal individuel, portant un code de vérification "),
            ("Contenu", "Ce qui s’est passé, les données de la personne, les conséquences, les mesures, les conseils, qui appeler"),
        ]
    return Section(title="Information des personnes", fields=tuple(fields))


def cert_sante(case: Case, *, now: datetime) -> Notice:
    """The report of a serious digital-security incident to the agency (CSP L.1111-8-2 and D.1111-16-2 and following)."""
    one = case.controller
    who = Section(
        title="Structure",
        fields=_filled(
            ("Structure", one.name),
            ("FINESS juridique ou géographique", one.finess),
            ("Adresse", one.address),
            ("Déclarant", one.declarant),
            ("Fonction", one.declarant_quality),
            ("Coordonnées", one.declarant_reach),
        ),
    )
    what = Section(
        title="Incident",
        fields=_filled(
            ("Date et heure du constat", _instant(case.aware_at)),
            ("Début estimé", _instant(case.figures.first_at) if case.figures.first_at else ""),
            ("Incident terminé", "Oui" if case.is_over else "Non"),
            ("Circonstances de la découverte", case.discovered),
            ("Origine", ORIGINS[case.origin]),
            ("Description", case.description),
            ("Système concerné", "Dossier patient informatisé"),
        ),
    )
    effects = Section(
        title="Conséquences",
        fields=_filled(
            ("Sur la prise en charge des patients", case.care_impact),
            ("Sur la confidentialité", f"Oui : dossiers de {_count(case.figures.persons)} personnes"),
            ("Sur l’intégrité ou la disponibilité", case.integrity_impact),
        ),
    )
    done = Section(
        title="Réponse",
        fields=_filled(
            ("Mesures prises", case.measures_after),
            ("Accompagnement demandé", case.help_wanted or "Non"),
            ("Autres autorités informées", case.authorities),
            ("Plainte", case.complaint),
        ),
    )
    return Notice(
        title="Signalement d’un incident grave de sécurité des systèmes d’information (CSP L.1111-8-2)",
        reference=case.reference,
        written_at=now,
        sections=(who, what, effects, done),
    )


def register(case: Case, *, now: datetime) -> Notice:
    """The entry of the internal register: every breach, also one that needs no notice (GDPR article 33(5))."""
    reasoning = must_tell(case)
    facts = Section(title="Faits", fields=(*_what(case).fields, *_whose(case).fields))
    decision = Section(
        title="Décision sur l’information des personnes",
        fields=(
            ("Article 34", "Information nécessaire" if reasoning.applies else "Information non nécessaire"),
            *_numbered(reasoning.grounds),
        ),
    )
    return Notice(
        title="Registre interne des violations (RGPD, article 33, 5)",
        reference=case.reference,
        written_at=now,
        sections=(facts, _consequences(case), _measures(case), decision),
    )


def text(notice: Notice) -> str:
    """Plain text, one label a paragraph, to be pasted into a form."""
    lines = [notice.title, f"Référence : {notice.reference}", f"Rédigé le {_instant(notice.written_at)}"]
    for section in notice.sections:
        lines += ["", section.title.upper(), *(f"{label} : {value}" for label, value in section.fields)]
    return "\n".join(lines) + "\n"


def _numbered(grounds: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((f"Motif {number}", ground) for number, ground in enumerate(grounds, 1))


def _filled(*fields: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((label, value.strip() or TO_WRITE) for label, value in fields)


def _has_health(case: Case) -> bool:
    return any(count and kind not in words.REACHING | words.IMPERSONATING for kind, count in case.figures.by_kind.items())


def _instant(at: datetime) -> str:
    return at.astimezone(PARIS).strftime("%d/%m/%Y %H:%M")


def _count(number: int) -> str:
    """Thousands apart by a narrow space that does not break."""
    return f"{number:,}".replace(",", "\u202f")
