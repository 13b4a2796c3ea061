"""What templates say with: icons, dates, ages, names, words. Thin: the rules are in `formats`, `words` and `identity.rules`."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from uuid import UUID, uuid4

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from serment.dossier.identity import rules
from serment.dossier.identity.types import Age
from serment.dossier.kernel import clock
from serment.dossier.records.observations.types import Observation
from serment.dossier.web import (
    chart_words,
    formats,
    incidents_words,
    letters_words,
    officers_words,
    results_words,
    rights_words,
    tall_man,
    telling,
    words,
)
from serment.dossier.web.sign_in import words as sign_in_words
from serment.wire.protocol import Identity, Line

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=128)
def icon(name: str) -> SafeString:
    """An icon of the sprite, silent: a word always stands beside."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use href="{}#{}" width="24" height="24"/></svg>',
        static("serment/icons.svg"),
        name,
    )


@register.simple_tag
def lock_words() -> dict[str, str]:
    """What the script says of a touch on a page that is locked in its place."""
    told = sign_in_words.messages()
    return {name: told[name] for name in ("preparing", "touch", "touched", "cancelled", "unreachable", "fault")}


@lru_cache(maxsize=1)
def _history() -> str:
    """The address of a history with places for its identifiers: a table asks for a hundred, and resolving one costs more than its cell."""
    patient, entry = UUID(int=1), UUID(int=2)
    return reverse("history", args=[patient, entry]).replace(str(patient), "{0}").replace(str(entry), "{1}")


@register.simple_tag
def measured(patient: UUID, one: Observation) -> SafeString:
    """A value in a table of measures: it leads to its history, and says in words when it is out of its range."""
    address = _history().format(patient, one.written.entry)
    value = format_html('<a href="{}">{}</a>', address, formats.quantity(one.value))
    if not one.flag:
        return value
    return format_html('{} {}<span class="said">{}</span>', value, icon(one.flag), _("haut") if one.flag == "high" else _("bas"))


@register.simple_tag
def when(value: datetime | None) -> SafeString:
    """A moment with its relative time beside."""
    if value is None:
        return SafeString("")
    now = clock.now()
    return format_html(
        '<time datetime="{}">{}</time> <span class="quiet nowrap">({})</span>',
        value.isoformat(), formats.moment(value), formats.relative(value, now=now),
    )  # fmt: skip


@register.simple_tag
def on(value: date | None) -> SafeString:
    """A day with its relative time beside."""
    if value is None:
        return SafeString("")
    today = clock.today(clock.now())
    civil = value.astimezone(clock.PARIS).date() if isinstance(value, datetime) else value
    return format_html(
        '<time datetime="{}">{}</time> <span class="quiet nowrap">({})</span>',
        civil.isoformat(), formats.day(value), formats.relative_day(civil, today=today),
    )  # fmt: skip


@register.simple_tag
def new_token() -> str:
    """The identifier that a form carries: sent twice, it writes once."""
    return str(uuid4())


@register.simple_tag
def age_at_birth_date(birth_date: date) -> str:
    """The age today."""
    return formats.age(rules.age(birth_date=birth_date, on=clock.today(clock.now())))


@register.filter
def line_born(line: Line) -> str:
    """The birth date of an identity line; of a name hidden from the reader, for whom it has no given name, the year alone."""
    return str(line.birth_date.year) if line.protected and not line.first_given_name else formats.day(line.birth_date)


register.filter("typo", formats.typographic)
register.filter("tall", tall_man.shown)
register.filter("day", formats.day)
register.filter("moment", formats.moment)
register.filter("hour", formats.hour)
register.filter("quantity", formats.quantity)
register.filter("unit", formats.unit)
register.filter("excerpt", formats.excerpt)
register.filter("onset", formats.onset)
register.filter("browser", formats.browser)
register.filter("told_values", telling.values)
register.filter("size", formats.size)


def _groups(text: str) -> SafeString:
    return format_html_join(formats.NARROW, '<span class="group">{}</span>', ((group,) for group in text.split(formats.NARROW)))


@register.filter
def matricule(grouped: str) -> SafeString:
    """An INS number in its groups."""
    return _groups(formats.matricule(grouped))


@register.filter
def phone(told: str) -> SafeString:
    """A telephone number in its pairs."""
    return _groups(formats.phone(told))


@register.filter
def age_words(value: Age) -> str:
    return formats.age(value)


@register.filter
def ago(value: datetime) -> str:
    return formats.relative(value, now=clock.now())


@register.filter
def stay_day(value: datetime) -> str:
    return formats.since(value, now=clock.now())


@register.filter
def left(value: datetime) -> str:
    return formats.elapsed(value - clock.now())


@register.filter
def surname(person: Identity | Line) -> str:
    return rules.surname(person)


@register.filter
def given(person: Identity | Line) -> str:
    return rules.given_name(person)


@register.filter
def birth_name(person: Identity | Line) -> str:
    return rules.birth_name_beside(person)


@register.filter
def born(sex: str) -> str:
    """`né`, `née` or, when the sex is not told, `né(e)`."""
    return {"F": _("née"), "M": _("né")}.get(sex, _("né(e)"))


@register.filter
def sex(value: str) -> words.Sign:
    return words.SEXES.get(value, words.SEXES["U"])


@register.filter
def status(value: str) -> words.Sign:
    return words.STATUSES.get(value, words.STATUSES["provisoire"])


@register.filter
def alerts(codes: tuple[str, ...]) -> list[words.Sign]:
    """The alerts in the order in which they matter; not knowing of allergies is told as well."""
    signs = [sign for code, sign in words.ALERTS.items() if code in codes]
    return signs if {"allergy", "no_known_allergy"} & set(codes) else [*signs, words.NO_ALLERGY_FACT]


@register.filter
def other_alerts(codes: tuple[str, ...]) -> list[words.Sign]:
    """The alerts without what concerns allergies: the band says those in full."""
    return [sign for code, sign in words.ALERTS.items() if code in codes and "allergy" not in code]


@register.filter
def allergy_fact(codes: tuple[str, ...]) -> words.Sign:
    """What somebody who may not read the care part knows of allergies: the fact."""
    return next((words.ALERTS[code] for code in ("allergy", "no_known_allergy") if code in codes), words.NO_ALLERGY_FACT)


@register.filter
def reference(id: UUID) -> str:
    """A random identifier short enough to be told apart in a list."""
    return str(id)[:8].upper()


@register.filter
def result_kind(code: str) -> words.Sign:
    return results_words.RESULT_KINDS.get(code, results_words.RESULT_KINDS["document"])


@register.filter
def word(code: str, table: str) -> str | Promise:
    """The word of a code in one of the tables of `words`, the code itself when it has none."""
    tables: dict[str, dict[str, words.Word]] = {
        "role": words.ROLES, "tie": words.TIES, "compartment": words.COMPARTMENTS, "reason": words.BREAK_GLASS_REASONS,
        "severity": words.SEVERITIES, "certainty": words.CERTAINTIES, "category": words.CATEGORIES,
        "correspondent": words.CORRESPONDENTS, "movement": words.MOVEMENTS, "stay": words.STAYS, "attribute": words.ATTRIBUTES,
        "feature": officers_words.FEATURES, "tie_name": words.TIE_NAMES, "witness": officers_words.WITNESSES,
        "proposal": officers_words.PROPOSALS, "proposal_state": officers_words.PROPOSAL_STATES, "type": words.TYPES, **chart_words.TABLES,
        "letter_how": letters_words.HOW,
        "result_state": results_words.RESULT_STATES,
        "removed": results_words.REMOVED,
        **incidents_words.TABLES,
        **rights_words.TABLES,
    }  # fmt: skip
    return tables[table].get(code, code)
