"""Signing letters, completing them, and saying whom they reached. A signed letter is never changed."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import clock, errors
from serment.dossier.records.documents import rules as document_rules
from serment.dossier.records.documents import services as documents
from serment.dossier.records.entries import queries as entry_queries
from serment.dossier.records.entries import rules as entry_rules
from serment.dossier.records.entries import services as entries
from serment.dossier.records.letters import assembling, kinds, printing, resources, rules, signing
from serment.dossier.records.letters.signing import Touch
from serment.dossier.records.letters.types import Addressee, Delivery, Letter, Sender
from serment.dossier.vault import client
from serment.dossier.vault.sealing import Resource
from serment.wire.signing import Paper, PapersSigned, SignPapers

_TELL = """
insert into discharge_letter (patient_id, document_id, stay_id, author, signed_at)
values (%(patient)s, %(document)s, %(stay)s, %(author)s, %(at)s) on conflict do nothing
"""
TO_CHARACTERS_MAX = 120


@dataclass(frozen=True, kw_only=True)
class Typed:
    """A letter as it was typed: its kind, its subject, whom it is for, what stands in its fields."""

    kind: str
    title: str = field(repr=False)
    addressee: Addressee = field(repr=False)
    given: Mapping[str, str] = field(repr=False)


def composed(*, permit: Permit, typed: Typed, sender: Sender, now: datetime, stay: UUID | None = None) -> Letter:
    """A letter as it would be signed now. Raises Invalid naming the field, Denied (`role`) for who may not sign such a letter, NotFound
    (`no_letter`) for a kind that is none."""
    kind = kinds.kind(typed.kind)
    if kind is None:
        raise errors.NotFound("no_letter")
    rules.require_signer(kind, permit.who)
    subject = assembling.subject(permit.identity, on=clock.today(now))
    parts = rules.body(
        kind, rules.typed(kind, typed.given), author=f"{sender.label}, {sender.profession}", rpps=sender.rpps, patient=subject.full,
        on=clock.today(now),
    )  # fmt: skip
    return Letter(
        kind=kind.code, title=rules.title(typed.title), addressee=typed.addressee, parts=parts, sender=sender, subject=subject, at=now,
        stay=stay,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ToSign:
    """A letter as `composed` made it, ready for its author's touch. `token` is its form's, and becomes the document; `appends` the letter
    that it completes."""

    token: UUID
    letter: Letter = field(repr=False)
    appends: UUID | None = None


def papers(*, permit: Permit, letters: Sequence[ToSign], salt: bytes) -> tuple[Paper, ...]:
    """What a touch of the passkey is asked for, before `sign`."""
    author = entry_rules.author_reference(permit.who)
    return tuple(
        signing.paper(
            resources.composition(one.letter, kinds.KINDS[one.letter.kind], patient=permit.patient, author=author),
            document=one.token, patient=permit.patient, salt=salt,
        )
        for one in letters
    )  # fmt: skip


def sign(*, permit: Permit, letters: Sequence[ToSign], touch: Touch, now: datetime, stay: UUID | None = None) -> None:
    """Sign letters with one touch: the guard journals the digest of their words, which the touch was for; the page of each is set, sealed
    among the documents with its words, and never changes. Sent twice, they are signed once.

    Raises Invalid (`stay_missing`) for a lettre de liaison without a stay; Denied (`role`) for who may not sign such a letter; Denied
    (`touch_refused`, `assurance`) and Invalid (`ceremony_over`) when the passkey did not answer for these words.
    """
    for one in letters:
        rules.require_signer(kinds.KINDS[one.letter.kind], permit.who)
        if one.letter.kind == kinds.DISCHARGE and stay is None:
            raise errors.Invalid("stay_missing")
    if all(documents.is_stored(permit=permit, document=one.token) for one in letters):
        return
    signed = papers(permit=permit, letters=letters, salt=touch.salt)
    asked = SignPapers(
        session=permit.signed.session, proof=permit.signed.proof, patient=permit.patient, papers=signed, ceremony=touch.ceremony,
        credential=touch.credential,
    )  # fmt: skip
    done: PapersSigned = client.guard().call("sign_papers", asked)
    for one, paper in zip(letters, signed, strict=True):
        _keep(permit, one, signature=signing.extension(paper, salt=touch.salt, at=done.at, passkey=done.passkey), now=now, stay=stay)


def _keep(permit: Permit, one: ToSign, *, signature: Resource, now: datetime, stay: UUID | None) -> None:
    letter, kind = one.letter, kinds.KINDS[one.letter.kind]
    author = entry_rules.author_reference(permit.who)
    documents.store(
        permit=permit, token=one.token, source=io.BytesIO(printing.pdf(letter)), title=_titled(letter), category=kind.category, now=now,
        stay=stay, about=one.appends,
        more=resources.members(letter, kind, patient=permit.patient, author=author, appends=one.appends, signature=signature),
    )  # fmt: skip
    if letter.kind == kinds.DISCHARGE:
        _tell(permit, document=one.token, stay=stay, now=now)


def deliver(*, permit: Permit, letter: UUID, version: int, to: str, how: str, now: datetime) -> None:
    """Write down that a signed letter was handed over or sent. `version` is the one the page showed.

    Raises NotFound (`no_entry`) for what is no letter, Conflict (`entry_changed`, `entry_struck_out`), Invalid naming the field.
    """
    entry = entry_queries.latest(permit=permit, entry=letter)
    if entry.kind != document_rules.KIND or not resources.is_letter(entry):
        raise errors.NotFound("no_entry")
    delivery = Delivery(
        to=entry_rules.text(to, field="to", characters_max=TO_CHARACTERS_MAX), how=rules.how(how), at=now,
        by=str(entry_rules.author_reference(permit.who)["display"]),
    )  # fmt: skip
    entries.supersede(permit=permit, entry=letter, version=version, resource=resources.delivered(entry.resource, delivery), now=now)


def _titled(letter: Letter) -> str:
    """What the document is called in the record: the subject, and whom it went to."""
    name = letter.addressee.name
    whole = f"{letter.title}, {name}" if name else letter.title
    return whole[: document_rules.TITLE_CHARACTERS_MAX]


def _tell(permit: Permit, *, document: UUID, stay: UUID | None, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TELL, {"patient": permit.patient, "document": document, "stay": stay, "author": permit.who.account, "at": now})
