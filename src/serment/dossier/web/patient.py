"""The first line of every view that shows a patient: the record is opened by the guard, or the page is a refusal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, wraps
from uuid import UUID

from django.http.response import HttpResponseBase

from serment.dossier.disclosure import services as disclosure
from serment.dossier.disclosure.types import Permit
from serment.dossier.encounters import queries as encounters
from serment.dossier.encounters.types import CURRENT, StayView
from serment.dossier.identity import rules
from serment.dossier.identity.types import Shown
from serment.dossier.kernel import clock, errors
from serment.dossier.organisations import queries as organisations
from serment.dossier.organisations.types import UnitView
from serment.dossier.records.allergies import queries as allergies
from serment.dossier.records.allergies.types import Allergies
from serment.dossier.records.correspondents import queries as correspondents
from serment.dossier.records.correspondents.types import RESPONSIBLE, TREATING_PHYSICIAN, Contact, Correspondent
from serment.dossier.records.entries import masking
from serment.dossier.records.entries import queries as entries
from serment.dossier.web.http import SignedIn

View = Callable[..., HttpResponseBase]

# What the band above every page of a patient tells: the kinds of entries it is read from.
BAND = ("AllergyIntolerance", "Patient", "Practitioner", "RelatedPerson")


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """The next or the previous occupied bed of the unit: a bed and an address, never a name."""

    patient: UUID
    bed: str


@dataclass(frozen=True)
class Chart:
    """What the pages of one patient share: the band above, the sections at the side. Each part is read once, when it is shown."""

    permit: Permit
    section: str = ""
    reads_only: bool = False

    @property
    def patient(self) -> UUID:
        return self.permit.patient

    @property
    def has_care(self) -> bool:
        return self.permit.has("care")

    @property
    def may_mask(self) -> bool:
        """Whether the person may put something among what is sealed."""
        return self.has_care and masking.may_mask(self.permit)

    @property
    def reads_sealed(self) -> bool:
        return self.permit.has(masking.SEALED)

    @property
    def files(self) -> bool:
        """Whether the person files documents here without reading them."""
        return self.permit.may_file("care")

    @property
    def has_contact(self) -> bool:
        return self.permit.has("contact")

    @cached_property
    def person(self) -> Shown:
        return rules.shown(self.permit.identity, on=clock.today(clock.now()))

    @property
    def alerts(self) -> tuple[str, ...]:
        return self.permit.alerts

    @cached_property
    def _laid_out(self) -> Permit:
        """The permit with what the band shows fetched in one query; as it was when the request may write, since what is written after the
        query would be missing from it."""
        if self.reads_only and not all(kind in self.permit.shelf for kind in BAND):
            entries.fetch(permit=self.permit, kinds=BAND)
        return self.permit

    @cached_property
    def allergies(self) -> Allergies | None:
        return allergies.active_for(permit=self._laid_out) if self.has_care else None

    @cached_property
    def stays(self) -> tuple[StayView, ...]:
        return encounters.stays_of(self.permit)

    @cached_property
    def stay(self) -> StayView | None:
        return next((stay for stay in self.stays if stay.state == CURRENT), None)

    @cached_property
    def units(self) -> dict[UUID, UnitView]:
        """The units that the stays name."""
        named = {stay.unit for stay in self.stays if stay.unit}
        named |= {movement.unit for stay in self.stays for movement in stay.movements if movement.unit}
        return {unit.id: unit for unit in organisations.units(named)} if named else {}

    @property
    def unit(self) -> UnitView | None:
        return self.units.get(self.stay.unit) if self.stay and self.stay.unit else None

    @cached_property
    def correspondents(self) -> tuple[Correspondent, ...]:
        return correspondents.active_for(permit=self._laid_out) if self.has_contact else ()

    @cached_property
    def contact(self) -> Contact | None:
        return correspondents.contact_of(permit=self._laid_out) if self.has_contact else None

    @property
    def deceased(self) -> str:
        """When the patient died: a year, a month, a day, `yes` for the fact alone; empty for the living, and for who may not know."""
        return self.contact.deceased if self.contact else ""

    @property
    def responsible(self) -> Correspondent | None:
        """Who answers for the care: the one declared for this stay, else the treating physician."""
        found = {one.role: one for one in reversed(self.correspondents)}
        return found.get(RESPONSIBLE) or found.get(TREATING_PHYSICIAN)

    @cached_property
    def neighbours(self) -> tuple[Neighbour | None, Neighbour | None]:
        """The beds before and after this one in the unit, for whoever works there: the round, without going back to the list."""
        unit = self.stay.unit if self.stay else None
        if unit is None or unit not in {assignment.unit for assignment in self.permit.who.assignments}:
            return (None, None)
        # In the order of the unit's page: those in no bed come first.
        round = sorted(encounters.on_ward([unit]), key=lambda one: one.bed != "")
        places = [one.patient for one in round]
        if self.patient not in places:
            return (None, None)
        here = places.index(self.patient)
        before = round[here - 1] if here else None
        after = round[here + 1] if here + 1 < len(round) else None
        return (
            Neighbour(patient=before.patient, bed=before.bed) if before else None,
            Neighbour(patient=after.patient, bed=after.bed) if after else None,
        )


def patient_page(*, section: str = "", needs: str = "identity", compartments: Sequence[str] = disclosure.CARE) -> Callable[[View], View]:
    """Open the record, then show the page. `needs` is the compartment without which there is nothing to show.

    The view receives the request and the `Chart`. Refusals pass: the middleware of `refusals` rolls back and answers with their page.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: SignedIn, patient: UUID, **captured: object) -> HttpResponseBase:
            permit = disclosure.open_record(signed=request.signed, who=request.who, patient=patient, compartments=compartments)
            if not permit.has(needs):
                raise errors.Denied("role", field=needs)
            return view(request, Chart(permit, section, reads_only=request.method in ("GET", "HEAD")), **captured)

        return answer

    return decorate
