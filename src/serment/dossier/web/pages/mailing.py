"""The letters of an incident: their words, the approval of two, their sending, and what became of each."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from serment.dossier.accounts import deciding
from serment.dossier.accounts import incidents as asking
from serment.dossier.kernel import clock, config, errors
from serment.dossier.mailing import batches, casebook, electronic, printing, queries, services, specimens, texts
from serment.dossier.mailing import letters as writing
from serment.dossier.mailing.types import Event, Sender
from serment.dossier.web import acts
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.incidents_forms import ByHand, LetterWords, Notify, Returned
from serment.dossier.web.pages.incidents import context, require
from serment.wire.four_eyes import Proposal
from serment.wire.incidents import DONE, Incident

NOTIFICATION, EXECUTED = "notification", "executed"


@require_http_methods(["GET", "POST"])
def letters(request: SignedIn, id: UUID) -> HttpResponse:
    """Where the letters are: words, approval, sending, returns. Posting keeps the words, or shows them as a letter first."""
    require(request)
    incident = asking.incident(signed=request.signed, id=id)
    form = LetterWords(request.POST or None, initial=_first_words(id))
    if request.method == "POST" and form.is_valid():
        event = _event(incident, form)
        if acts.is_done(form, lambda: writing.check(event)):
            if "preview" in request.POST:
                return _specimens(event)
            if acts.is_done(form, lambda: services.declare(incident=id, event=event, by=request.who.account, now=clock.now())):
                return go(request, reverse("incident_letters", args=[id]), done="words-kept")
    return _page(request, incident, form, Notify())


def _page(request: SignedIn, incident: Incident, form: LetterWords, notify: Notify) -> HttpResponse:
    begun = queries.begun(incident=incident.id)
    progress = queries.progress(incident=incident.id)
    shown = {
        **context("letters", incident), "form": form, "words": queries.words_of(incident=incident.id), "notify": notify, "begun": begun,
        "proposals": _proposals(request, incident.id, {one.approval for one in begun}), "progress": progress,
        "is_reached": bool(begun) and all(queries.is_reached(approval=one.approval) for one in begun),
        "batches": queries.batches_of(incident=incident.id), "doubtful": _doubtful(incident.id), "held": queries.held(incident=incident.id),
        "by_hand": ByHand(), "has_scope": incident.scope.state == DONE,
        "stops": queries.stops(incident=incident.id),
    }  # fmt: skip
    return render(request, "incidents/letters.html", shown, status=UNPROCESSABLE if form.errors or notify.errors else 200)


def _proposals(request: SignedIn, incident: UUID, begun: set[UUID]) -> list[tuple[Proposal, bool]]:
    """What was proposed for this incident, and whether it can begin."""
    found = [
        one for one in deciding.proposals(signed=request.signed) if one.kind == NOTIFICATION and one.terms.get("incident") == str(incident)
    ]
    return [(one, one.state == EXECUTED and one.id not in begun) for one in found]


def _doubtful(incident: UUID) -> list[tuple[queries.Waiting, str]]:
    """Each e-mail in doubt with the identifier to look for in the relay's log."""
    key, domain = config.current().letters_key.encode(), electronic.domain(config.current().origin)
    return [
        (one, electronic.message_id(key=key, incident=incident, patient=one.patient, ordinal=one.ordinal, domain=domain))
        for one in queries.doubtful(incident=incident)
    ]


@require_GET
def preview(request: SignedIn, id: UUID) -> HttpResponse:
    """The letters of fictional people with the words that are kept."""
    require(request)
    asking.incident(signed=request.signed, id=id)
    event = queries.words_of(incident=id)
    if event is None:
        raise errors.NotFound("no_mailing")
    return _specimens(event)


@require_POST
def propose(request: SignedIn, id: UUID) -> HttpResponse:
    """Propose that the letters leave, with these words, for this scope, to this mailing house."""
    require(request)
    incident, event = asking.incident(signed=request.signed, id=id), queries.words_of(incident=id)
    notify = Notify(request.POST)
    if event is None or incident.scope.state != DONE:
        raise errors.Conflict("no_scope")
    if notify.is_valid():

        def act() -> object:
            terms = {
                "incident": str(id), "reference": incident.reference, "digest": incident.scope.digest,
                "persons": str(incident.scope.persons), "recipient": batches.recipient(notify.cleaned_data["recipient"]),
                "telephone": event.sender.telephone, "words": texts.digest(event),
            }  # fmt: skip
            reason = notify.cleaned_data["reason"]
            return deciding.propose(signed=request.signed, kind=NOTIFICATION, subject=None, terms=terms, reason=reason)

        if acts.is_done(notify, act):
            return go(request, reverse("incident_letters", args=[id]), done="notification-proposed")
    return _page(request, incident, LetterWords(initial=_first_words(id)), notify)


@require_POST
def begin(request: SignedIn, id: UUID, approval: UUID) -> HttpResponse:
    """Let the letters leave that two people approved. The worker does the rest."""
    require(request)
    approved = next((one for one, may_begin in _proposals(request, id, set()) if one.id == approval and may_begin), None)
    if approved is None:
        raise errors.NotFound("unknown_proposal")
    event = queries.words_of(incident=id)
    if event is None or approved.terms.get("words") != texts.digest(event):
        raise errors.Conflict("words_changed")
    recipient = approved.terms.get("recipient", "")
    services.start(incident=id, approval=approval, recipient=recipient, by=request.who.account, now=clock.now())
    return go(request, reverse("incident_letters", args=[id]), done="sending-begun")


@require_GET
def batch(request: SignedIn, id: UUID, number: int) -> HttpResponse:
    """One sealed batch, to carry to the mailing house: its key alone opens it."""
    require(request)
    asking.incident(signed=request.signed, id=id)
    seen = next((one for one in queries.batches_of(incident=id) if one.number == number), None)
    if seen is None:
        raise errors.NotFound("unknown_batch")
    sealed = batches.read(config.current().objects_dir, incident=id, number=number, digest=seen.digest)
    services.mark_batch(incident=id, number=number, step=services.FETCHED, by=request.who.account, now=clock.now())
    answer = HttpResponse(sealed, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{batches.name(number)}"'
    return answer


@require_POST
def posted(request: SignedIn, id: UUID, number: int) -> HttpResponse:
    """The mailing house has posted a batch: its letters have left, and the file is no longer needed."""
    require(request)
    asking.incident(signed=request.signed, id=id)
    services.mark_batch(incident=id, number=number, step=services.POSTED, by=request.who.account, now=clock.now())
    batches.remove(config.current().objects_dir, incident=id, number=number)
    return go(request, reverse("incident_letters", args=[id]), done="batch-posted")


@require_POST
def settle(request: SignedIn, id: UUID, patient: UUID, ordinal: int) -> HttpResponse:
    """Say whether a doubtful e-mail left, as the relay's log has it."""
    require(request)
    asking.incident(signed=request.signed, id=id)
    left = request.POST.get("left") == "yes"
    services.settle(incident=id, patient=patient, ordinal=ordinal, left=left, by=request.who.account, now=clock.now())
    return go(request, reverse("incident_letters", args=[id]), done="doubt-settled")


@require_POST
def by_hand(request: SignedIn, id: UUID, patient: UUID, ordinal: int) -> HttpResponse:
    """Somebody whom no letter reaches was told, or cannot be."""
    require(request)
    asking.incident(signed=request.signed, id=id)
    how = request.POST.get("how", "")
    services.tell_by_hand(incident=id, patient=patient, ordinal=ordinal, how=how, by=request.who.account, now=clock.now())
    return go(request, reverse("incident_letters", args=[id]), done="told-by-hand")


@require_http_methods(["GET", "POST"])
def returned(request: SignedIn) -> HttpResponse:
    """A letter came back: its code is scanned or typed, and the keyboard waits for the next one."""
    require(request)
    form = Returned(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def act() -> object:
            key = config.current().letters_key.encode()
            return services.returned(key=key, code=form.cleaned_data["code"], by=request.who.account, now=clock.now())

        if acts.is_done(form, act):
            return go(request, reverse("returned_letter"), done="letter-returned")
    return render(request, "incidents/returned.html", {**context("returned"), "form": form}, status=UNPROCESSABLE if form.errors else 200)


def _specimens(event: Event) -> HttpResponse:
    made = printing.batch(event=event, letters=list(specimens.written(event)), is_tagged=True)
    answer = HttpResponse(made.pdf, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="specimen.pdf"'
    return answer


def _event(incident: Incident, form: LetterWords) -> Event:
    typed = form.cleaned_data
    sender = Sender(
        name=typed["sender_name"], address=tuple(one.strip() for one in typed["sender_address"].splitlines() if one.strip()),
        town=typed["town"], telephone=typed["telephone"], hours=typed["hours"], hours_en=typed["hours_en"], officer=typed["officer"],
        signature=typed["signature"], officer_en=typed["officer_en"], signature_en=typed["signature_en"],
    )  # fmt: skip
    return Event(
        reference=incident.reference, sender=sender, written_on=clock.today(clock.now()), happened=typed["happened"],
        happened_en=typed["happened_en"], measures=typed["measures"], measures_en=typed["measures_en"],
    )  # fmt: skip


def _first_words(incident: UUID) -> dict[str, str]:
    """What the texts for the authorities say already."""
    texts = casebook.texts_of(incident=incident)
    return {"sender_name": texts.name, "sender_address": texts.address.replace(", ", "\n"), "officer": texts.officer}
