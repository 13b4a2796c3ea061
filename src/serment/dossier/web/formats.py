"""How dates, ages, numbers and sentences are written: the French way first, in the language of the page otherwise. Pure, but for gettext.

A date is never alone and never relative alone: `23/11/2026 14:05`, with `il y a 2 h` beside.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from serment.dossier.identity.types import Age
from serment.dossier.kernel import clock
from serment.dossier.records.observations.units import unit
from serment.dossier.typesetting.typography import NARROW, typographic

__all__ = ["NARROW", "typographic", "unit"]

_DECIMAL = re.compile(r"(?<![\d.])(\d+)\.(\d+)(?![\d.])")
_LONG = re.compile(r"(?<![\d.])\d{1,9}\.\d{5,}(?![\d.])")


def day(value: date | datetime) -> str:
    """`23/11/2026`, the day in France for an instant."""
    return f"{_civil(value):%d/%m/%Y}"


def moment(value: datetime) -> str:
    """`23/11/2026 14:05`, in France."""
    return f"{value.astimezone(clock.PARIS):%d/%m/%Y\u00a0%H:%M}"


def hour(value: datetime) -> str:
    """`14:05`, in France."""
    return f"{value.astimezone(clock.PARIS):%H:%M}"


def _civil(value: date | datetime) -> date:
    return value.astimezone(clock.PARIS).date() if isinstance(value, datetime) else value


def relative(value: datetime, *, now: datetime) -> str:
    """`il y a 5 min`, `il y a 2 h`, `hier`, `il y a 3 jours`, `demain`, `dans 4 jours`: to stand beside a date, never alone."""
    days = (_civil(value) - _civil(now)).days
    seconds = int((now - value).total_seconds())
    if abs(seconds) < 60:
        return _("à l’instant")
    if abs(seconds) < 3600:
        return _within(seconds, _("%(count)s min") % {"count": abs(seconds) // 60})
    if days == 0 or abs(seconds) < 6 * 3600:
        return _within(seconds, _("%(count)s h") % {"count": abs(seconds) // 3600})
    return relative_day(_civil(value), today=_civil(now))


def duration(value: timedelta) -> str:
    """`40 min`, `5 h`, `3 jours`."""
    minutes = int(value.total_seconds()) // 60
    if minutes < 60:
        return _("%(count)s min") % {"count": minutes}
    if minutes < 48 * 60:
        return _("%(count)s h") % {"count": minutes // 60}
    return span(minutes // (24 * 60))


def relative_day(value: date, *, today: date) -> str:
    """`aujourd’hui`, `hier`, `demain`, `il y a 3 jours`, `dans 2 mois`."""
    days = (value - today).days
    near = {0: _("aujourd’hui"), -1: _("hier"), 1: _("demain")}.get(days)
    return near or _within(-days, span(abs(days)))


def _within(past: int, words: str) -> str:
    return _("il y a %(span)s") % {"span": words} if past > 0 else _("dans %(span)s") % {"span": words}


def span(days: int) -> str:
    """A number of days in the unit that suits it."""
    if days < 60:
        return ngettext("%(count)s jour", "%(count)s jours", days) % {"count": days}
    if days < 730:
        months = days * 12 // 365
        return ngettext("%(count)s mois", "%(count)s mois", months) % {"count": months}
    years = days * 4 // 1461
    return ngettext("%(count)s an", "%(count)s ans", years) % {"count": years}


def age(value: Age) -> str:
    """`12 jours`, `5 mois`, `78 ans`."""
    count = value.value
    if value.unit == "days":
        return ngettext("%(count)s jour", "%(count)s jours", count) % {"count": count}
    if value.unit == "months":
        return ngettext("%(count)s mois", "%(count)s mois", count) % {"count": count}
    return ngettext("%(count)s an", "%(count)s ans", count) % {"count": count}


def since(value: datetime, *, now: datetime) -> str:
    """The day of a stay, as wards count: `J0` the day of the arrival, `J3` three days later."""
    return f"J{max(0, (_civil(now) - _civil(value)).days)}"


def quantity(value: str) -> str:
    """A measured value as told, with the decimal sign of the page: `70.10` stays `70,10`. Thousands are set apart in a whole number.

    A computer's long fraction (`88.54033802385`) is no measure: it is shown to two digits, and says that it is rounded.
    """
    told = value.strip()
    if "." in told:
        told = _LONG.sub(lambda found: f"≈ {float(found[0]):.2f}".replace(" ", NARROW), told)
        told = _DECIMAL.sub(r"\1,\2", told) if get_language() == "fr" else told
    if told.isdigit() and len(told) > 4:
        told = f"{int(told):,}".replace(",", NARROW)
    return told


def onset(value: str) -> str:
    """A year, a month, a day or an instant as FHIR writes it, as people do: `2019`, `03/2019`, `12/03/2019`. The hour says nothing here."""
    return "/".join(reversed(value.partition("T")[0].split("-")))


def excerpt(text: str, characters_max: int = 420) -> str:
    """The beginning of a text, cut between words; its lines stay lines."""
    if len(text) <= characters_max:
        return text
    return text[:characters_max].rsplit(None, 1)[0].rstrip(" ,;:") + "…"


def phone(value: str) -> str:
    """A French number by pairs; any other as told."""
    digits = re.sub(r"[ .\-\u00a0\u202f]", "", value)
    if digits.startswith("+33") and len(digits) == 12:
        digits = "0" + digits[3:]
    if len(digits) == 10 and digits.isdigit() and digits.startswith("0"):
        return NARROW.join(digits[i : i + 2] for i in range(0, 10, 2))
    return value


def matricule(grouped: str) -> str:
    """An INS number for reading: 1 23 45 67 890 123 45, narrow spaces."""
    return grouped.replace("\u00a0", NARROW)


_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrom", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (("Windows", "Windows"), ("iPad", "iPad"), ("iPhone", "iPhone"), ("Android", "Android"), ("Mac OS", "macOS"), ("Linux", "Linux"))


def browser(user_agent: str) -> str:
    """`Firefox, Windows`: what somebody recognises of a browser's own name; empty when there is nothing to recognise."""
    found = [next((name for sign, name in table if sign in user_agent), "") for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in found if name)


def size(count: int) -> str:
    """The size of a file: `12 Ko`, `3,4 Mo`."""
    if count < 1024:
        return _("%(count)s octets") % {"count": count}
    if count < 1024 * 1024:
        return _("%(count)s Ko") % {"count": (count + 512) // 1024}
    return _("%(count)s Mo") % {"count": quantity(f"{count / 1024 / 1024:.1f}")}


def elapsed(value: timedelta) -> str:
    """How long a session still lasts: `11 h 40`."""
    minutes = max(0, int(value.total_seconds()) // 60)
    return _("%(hours)s h %(minutes)02d") % {"hours": minutes // 60, "minutes": minutes % 60}
