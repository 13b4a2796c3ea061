"""The forms about incidents: calm ones, since whoever fills them in has had a bad day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from serment.dossier.kernel import clock, errors
from serment.dossier.mailing import samples
from serment.dossier.mailing.casebook import Texts
from serment.dossier.mailing.letters import WRITTEN_CHARACTERS_MAX
from serment.dossier.mailing.services import BY_HAND
from serment.dossier.web import formats, incidents_words
from serment.dossier.web.forms import Form
from serment.wire.four_eyes import Directory
from serment.wire.incidents import KNOWN_MAX, PHASES, REFERENCE_MAX, Criteria, Incident

MACHINES = ("interface",)


class IncidentForm(Form):
    """A form whose refusals have words of their own."""

    def refuse(self, refused: errors.Refused) -> None:
        """The words of incidents first, then those of every form."""
        if isinstance(refused, errors.Conflict) and refused.code in incidents_words.CONFLICTS:
            self.add_error(None, str(incidents_words.CONFLICTS[refused.code]))
        elif refused.code in incidents_words.FIELD_ERRORS:
            field = refused.field if refused.field in self.fields else None
            self.add_error(field, str(incidents_words.FIELD_ERRORS[refused.code]))
        else:
            super().refuse(refused)


def instant(label: Any, *, help_text: Any = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=help_text, widget=widget)


def paragraph(label: Any, *, rows: int = 3, most: int = 2000, required: bool = False, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, required=required, help_text=help_text, widget=widget)


def line(label: Any, *, most: int = 200, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, help_text=help_text)


class Window(IncidentForm):
    """By whom and when data were seen."""

    accounts = forms.MultipleChoiceField(
        label=_("Comptes en cause"), required=False, widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("Ctrl ou Maj pour en choisir plusieurs. La dernière connexion est indiquée."),
    )  # fmt: skip
    sources = line(_("Postes en cause, par leur adresse"), help_text=_("Séparées par des espaces : 10.4.2.17 10.4.2.18"), most=500)
    everybody = forms.BooleanField(label=_("Tout le système est en cause, tous comptes confondus"), required=False)
    since = instant(_("Du"))
    until = instant(_("Au"))

    def __init__(self, *arguments: Any, directory: Directory, **named: Any) -> None:
        super().__init__(*arguments, **named)
        people = [one for one in directory.members if one.role not in MACHINES]
        self.offer("accounts", [(str(one.account), _member(one.label, one.profession, one.last_sign_in)) for one in people])

    def is_window(self) -> bool:
        """Whether what is needed to look for strange signs is there, whatever else is still to be typed."""
        self.full_clean()
        wrong = {name: self.errors[name] for name in ("accounts", "sources", "since", "until") if name in self.errors}
        self._errors = type(self.errors)(wrong)
        return not wrong

    @property
    def criteria(self) -> Criteria:
        """As the guard takes it."""
        typed = self.cleaned_data
        return Criteria(
            since=typed["since"].astimezone(UTC), until=typed["until"].astimezone(UTC),
            accounts=tuple(UUID(one) for one in typed["accounts"]),
            sources=tuple(typed["sources"].replace(",", " ").split()), everybody=typed["everybody"],
        )  # fmt: skip


class Declare(Window):
    """An incident, in the first minutes."""

    reference = line(_("Référence"), most=REFERENCE_MAX, required=True)
    aware_at = instant(_("Quand l’avez-vous appris ?"), help_text=_("Les 72 heures de l’article 33 courent de cet instant."))
    known = paragraph(
        _("Ce que l’on sait, sans nommer de patient"), rows=5, most=KNOWN_MAX,
        help_text=_("Quelques phrases suffisent : vous compléterez. Rien de ce qui est écrit n’est effacé."),
    )  # fmt: skip

    field_order: tuple[str, ...] = ("reference", "aware_at", "known", "accounts", "sources", "everybody", "since", "until")


class Amend(Declare):
    """What is known since. The reference does not change."""

    phase = forms.ChoiceField(label=_("Phase"))
    number = forms.IntegerField(widget=forms.HiddenInput)

    field_order: tuple[str, ...] = ("phase", "aware_at", "known", "accounts", "sources", "everybody", "since", "until", "number")

    def __init__(self, *arguments: Any, incident: Incident, **named: Any) -> None:
        super().__init__(*arguments, **named)
        del self.fields["reference"]
        reached = PHASES.index(incident.statements[0].phase)
        self.offer("phase", [(one, incidents_words.PHASES[one]) for one in PHASES[reached:]])


def amended(incident: Incident) -> dict[str, object]:
    """What the form begins with: the last statement."""
    said = incident.statements[0]
    return {
        "phase": said.phase, "aware_at": said.aware_at.astimezone(clock.PARIS), "known": said.known, "number": said.number,
        "accounts": [str(one) for one in said.criteria.accounts], "sources": " ".join(said.criteria.sources),
        "everybody": said.criteria.everybody, "since": said.criteria.since.astimezone(clock.PARIS),
        "until": said.criteria.until.astimezone(clock.PARIS),
    }  # fmt: skip


class CaseTexts(IncidentForm):
    """What no figure tells: the officers' own sentences, for the authorities."""

    name = line(_("Organisme"))
    siret = line(_("SIRET"))
    finess = line(_("FINESS"))
    address = line(_("Adresse"))
    declarant = line(_("Déclarant"))
    declarant_quality = line(_("Qualité du déclarant"))
    declarant_reach = line(_("Téléphone et adresse électronique du déclarant"))
    officer = line(_("Délégué à la protection des données"))
    officer_reach = line(_("Téléphone et adresse électronique du délégué"))
    origin = forms.ChoiceField(label=_("Origine"), choices=list(incidents_words.ORIGINS.items()))
    discovered = paragraph(_("Circonstances de la découverte"))
    description = paragraph(_("Description de la violation"), rows=5)
    is_over = forms.BooleanField(label=_("La violation a pris fin"), required=False)
    measures_before = paragraph(_("Mesures en place avant la violation"))
    measures_after = paragraph(_("Mesures prises depuis"))
    care_impact = paragraph(_("Conséquences sur la prise en charge des patients"), rows=2)
    integrity_impact = paragraph(_("Conséquences sur l’intégrité ou la disponibilité"), rows=2)
    help_wanted = line(_("Accompagnement demandé au CERT Santé"))
    authorities = line(_("Autres autorités informées"))
    complaint = line(_("Plainte"))
    processors = line(_("Sous-traitants concernés"))
    countries = line(_("Autres pays concernés"))
    earlier_number = line(_("Numéro de la notification initiale"))
    late_because = paragraph(_("Motifs du retard, après 72 heures"), rows=2)
    unintelligible_because = paragraph(_("Données incompréhensibles pour qui les a prises : la preuve (article 34, 3, a)"), rows=2)
    risk_removed_because = paragraph(_("Mesures qui écartent le risque élevé (article 34, 3, b)"), rows=2)
    disproportionate_because = paragraph(_("Efforts disproportionnés, communication publique (article 34, 3, c)"), rows=2)

    number = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def texts(self) -> Texts:
        return Texts(**{name: value for name, value in self.cleaned_data.items() if name != "number"})


class LetterWords(IncidentForm):
    """The words of the letter that are ours to write: the rest is fixed, and the same for everybody."""

    sender_name = line(_("Qui écrit"), most=80, required=True)
    sender_address = paragraph(_("Adresse de l’expéditeur, une ligne par ligne"), rows=3, most=200, required=True)
    town = line(_("Fait à"), most=60, required=True)
    telephone = line(_("Téléphone de qui répond"), most=30, required=True)
    hours = line(_("Heures d’appel"), most=80, required=True)
    hours_en = line(_("Heures d’appel, en anglais"), most=80, required=True)
    officer = line(_("Comment joindre le délégué à la protection des données"), most=120, required=True)
    officer_en = line(_("Comment joindre le délégué, en anglais"), most=120, help_text=_("Facultatif : à défaut, les mots français."))
    signature = line(_("Signature"), most=80, required=True)
    signature_en = line(_("Signature, en anglais"), most=80, help_text=_("Facultatif : à défaut, la signature française."))
    happened = paragraph(_("Ce qui s’est passé"), most=WRITTEN_CHARACTERS_MAX, required=True)
    happened_en = paragraph(_("Ce qui s’est passé, en anglais"), most=WRITTEN_CHARACTERS_MAX, required=True)
    measures = paragraph(_("Ce que nous avons fait"), most=WRITTEN_CHARACTERS_MAX, required=True)
    measures_en = paragraph(_("Ce que nous avons fait, en anglais"), most=WRITTEN_CHARACTERS_MAX, required=True)


class Notify(IncidentForm):
    """Proposing that the letters leave."""

    recipient = line(
        _("Clé publique de l’imprimeur (age)"), most=200, required=True,
        help_text=_("Elle commence par « age1 ». Relisez-la avec lui au téléphone : lui seul ouvrira les lots."),
    )  # fmt: skip
    reason = line(_("Motif, en quelques mots"), most=300, required=True)


class Returned(IncidentForm):
    """A letter that came back."""

    code = forms.CharField(
        label=_("Code de la lettre revenue"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip


class ByHand(IncidentForm):
    """Somebody no letter reaches."""

    how = forms.ChoiceField(label=_("Issue"), choices=[(one, incidents_words.BY_HAND[one]) for one in BY_HAND])


def _member(label: str, profession: str, seen: datetime | None) -> str:
    return f"{label}, {profession} · {formats.moment(seen)}" if seen else f"{label}, {profession}"


class Compare(IncidentForm):
    """The list, as a file or pasted."""

    file = forms.FileField(label=_("Fichier (CSV, XLSX, JSON ou texte)"), required=False)
    pasted = forms.CharField(
        label=_("Ou texte collé, la première ligne nommant les colonnes"), required=False, max_length=1_000_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )  # fmt: skip

    @property
    def content(self) -> bytes:
        """The bytes as they came. Raises Invalid (`file_unreadable`) for a file that is too large."""
        given = self.cleaned_data.get("file")
        if given is None:
            return str(self.cleaned_data["pasted"]).encode()
        if given.size > samples.BYTES_MAX:
            raise errors.Invalid("file_unreadable", field="file")
        content: bytes = given.read()
        given.seek(0)
        return content


class Leak(Compare):
    """Proposing that a list be compared. `mapping` is empty for a guess by the names of the columns."""

    columns = line(
        _("Colonnes, si leurs noms ne disent rien"), most=300,
        help_text=_(
            "Par exemple : birth_name=1 given_name=2 birth_date=3 sex=4 ins=5 local_number=6 address=7 postcode=8 city=9"
            " telephone=10 email=11. Vide : d’après leurs noms."
        ),
    )  # fmt: skip
    since = instant(_("Du"), help_text=_("La période où chercher qui a vu ces personnes."))
    until = instant(_("Au"))
    reason = line(_("Motif, en quelques mots"), most=300, required=True)

    @classmethod
    def first(cls, now: datetime) -> dict[str, object]:
        """Half a year back: lists are sold late."""
        return {"since": (now - timedelta(days=180)).astimezone(clock.PARIS), "until": (now + timedelta(minutes=1)).astimezone(clock.PARIS)}

    def mapping(self, table: samples.Table) -> samples.Mapping:
        """As told, or as guessed. Raises Invalid (`no_traits`)."""
        typed = self.cleaned_data["columns"]
        return samples.told(typed, len(table.columns)) if typed else samples.guess(table.columns)
