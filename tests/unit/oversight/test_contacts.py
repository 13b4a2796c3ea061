"""How patients are reached, compared with a leaked list: spellings that mean the same, and the time at which it was so."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from serment.oversight.incidents import contacts
from serment.wire import seal
from serment.wire.samples import RowMatch, SampleRow
from tests import cast
from tests.fixtures.house import House
from tests.fixtures.incidents import leaves
from tests.fixtures.postgres import Databases
from tests.unit.oversight.test_samples import decided, match, row

FIRST, MOVED = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


def resource(street: str, phone: str, email: str = "farid@example.org", city: str = "Saint-Étienne") -> dict[str, Any]:
    return {
        "resourceType": "Patient", "address": [{"line": [street], "postalCode": "01200", "city": city}],
        "telecom": [{"system": "phone", "value": phone}, {"system": "email", "value": email}],
    }  # fmt: skip


OLD = contacts.version(resource("12 avenue du Général-Foch", "06 12 34 56 78"), since=FIRST, until=MOVED)
FOCH = resource("12 avenue Foch", "0612345678")
NEW = contacts.version(resource("3 place de l’Église", "06 12 34 56 78"), since=MOVED, until=None)


@given(st.from_regex(r"0[1-9][0-9]{8}", fullmatch=True), st.sampled_from((" ", ".", "-", "")))
def test_a_french_number_is_one_number_however_it_is_written(number: str, separator: str) -> None:
    pairs = separator.join(number[place : place + 2] for place in range(0, 10, 2))
    for spelt in (pairs, f"+33 {number[1:]}", f"0033{number[1:]}", f"+33 (0){number[1:]}", f"+33{pairs}", number[1:]):
        assert contacts.telephone(spelt) == number, spelt
    assert contacts.telephone(f"+44 {number[1:]}") != number


@given(st.text(max_size=80))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    for spelt in (contacts.plain, contacts.city, contacts.email, contacts.postcode):
        assert spelt(spelt(text)) == spelt(text)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzéèêàçôûî -'", min_size=1, max_size=60))
def test_case_and_accents_do_not_matter(text: str) -> None:
    assert contacts.plain(text.upper()) == contacts.plain(text)
    assert contacts.plain(text.translate(str.maketrans("éèêàçôûî", "eeeacoui"))) == contacts.plain(text)


@pytest.mark.parametrize(
    ("member", "spelt"),
    [
        ("address", "12 AV. DU GAL FOCH"), ("address", "12, avenue du général Foch 01200 St Etienne"), ("postcode", "1200"),
        ("city", "ST ETIENNE CEDEX 02"), ("telephone", "+33612345678"), ("email", " Farid@Example.ORG "),
    ],
)  # fmt: skip
def test_another_spelling_of_the_same_agrees(member: str, spelt: str) -> None:
    dated, differ = contacts.compare(replace(SampleRow(number=1), **{member: spelt}), [OLD])
    assert ([one.member for one in dated], differ) == ([member], ())


def test_what_changed_says_when_it_was_so_and_what_stayed_says_the_whole_time() -> None:
    told = SampleRow(number=1, address="12 av du general foch", telephone="0612345678", email="autre@example.org")
    dated, differ = contacts.compare(told, [OLD, NEW])
    assert [(one.member, one.since, one.until) for one in dated] == [("address", FIRST, MOVED), ("telephone", FIRST, None)]
    assert differ == ("email",)
    assert contacts.compare(told, []) == ((), ())


def told(
    databases: Databases,
    house: House,
    patient: UUID,
    entry: UUID,
    number: int,
    said: dict[str, Any],
    at: datetime,
    *,
    deposit: bool = False,
) -> None:
    """A version of a contact in the record, sealed as the record does: by who had it open, or by an interface that only deposits."""
    with house.guard.pool.connection() as tx:
        (wrapped,) = tx.execute("select wrapped from patient_key where patient_id = %s", (patient,)).fetchone() or (b"",)
    key = house.guard.vault.compartment_keys(patient, bytes(wrapped), ("contact",))["contact"]
    place = seal.entry_aad(patient=patient, entry=entry, version=number, compartment="contact", kind="Patient")
    body = zstandard.compress(json.dumps(said).encode())
    nonce = os.urandom(12)
    packed = len(body).to_bytes(4, "big") + body
    if deposit:
        public = X25519PublicKey.from_public_bytes(seal.deposit_public_key(key))
        sealed = b"\x01" + contacts.DEPOSIT_SUITE.encrypt(packed, public, place)
    else:
        sealed = b"\x01" + nonce + AESGCM(key).encrypt(nonce, packed, place)
    with psycopg.connect(databases.dsn("superuser", "serment")) as tx:
        tx.execute(
            """insert into entry (patient_id, id, version, kind, compartment, author, recorded_at, effective_at, status, deposit, sealed)
               values (%s, %s, %s, 'Patient', 'contact', %s, %s, %s, 'active', %s, %s)""",
            (patient, entry, number, None if deposit else cast.BRUNO.id, at, at, deposit, sealed),
        )


def matched(house: House) -> RowMatch:
    """What two officers learn of a row with Farid's telephone number."""
    (found,) = match(house.browser(cast.SONIA), decided(house, 1), [row(1, cast.FARID, telephone="06 12 34 56 78")]).rows
    return found


def test_two_officers_learn_which_columns_agree_and_since_when_and_no_value(house: House, databases: Databases) -> None:
    patient, entry = house.admit(cast.FARID), uuid4()
    told(databases, house, patient, entry, 1, resource("12 avenue du Général-Foch", "06 12 34 56 78"), FIRST)
    told(databases, house, patient, entry, 2, resource("3 place de l’Église", "06 12 34 56 78"), MOVED)
    rows = [
        row(1, cast.FARID, address="12 AV DU GAL FOCH", telephone="+33 6 12 34 56 78", email="x@example.org"), row(2, cast.FARID),
    ]  # fmt: skip
    found = match(house.browser(cast.SONIA), decided(house, 2), rows)
    first, second = found.rows
    assert {one.member: (one.since, one.until) for one in first.dated} == {"address": (FIRST, MOVED), "telephone": (FIRST, None)}
    assert {"address", "telephone"} <= set(first.agree) and "email" in first.differ
    assert (second.dated, second.differ) == ((), ())
    assert "FOCH" not in repr(found).upper() and "612345678" not in repr(found)
    (leaf,) = leaves(house, "sample_matched")
    assert leaf["body"]["contacts"] == 1 and "Foch" not in json.dumps(leaf)


def test_what_an_interface_deposited_is_compared_too(house: House, databases: Databases) -> None:
    patient = house.admit(cast.FARID)
    told(databases, house, patient, uuid4(), 1, FOCH, FIRST, deposit=True)
    found = matched(house)
    assert [one.member for one in found.dated] == ["telephone"]


def test_of_another_format_nothing_is_read(house: House, databases: Databases) -> None:
    patient = house.admit(cast.FARID)
    told(databases, house, patient, uuid4(), 1, FOCH, FIRST)
    with psycopg.connect(databases.dsn("superuser", "serment")) as tx:
        tx.execute("update entry set sealed = '\\x02'::bytea || substring(sealed from 2) where compartment = 'contact'")
    found = matched(house)
    assert (found.dated, "telephone" in found.differ) == ((), False)


def test_without_the_record_the_rest_is_compared_all_the_same(house: House, databases: Databases) -> None:
    patient = house.admit(cast.FARID)
    told(databases, house, patient, uuid4(), 1, FOCH, FIRST)
    with psycopg.connect(databases.dsn("superuser", "serment")) as tx:
        tx.execute("revoke select on contact_entry from serment_guard")
    try:
        found = matched(house)
    finally:
        with psycopg.connect(databases.dsn("superuser", "serment")) as tx:
            tx.execute("grant select on contact_entry to serment_guard")
    assert ("birth_name" in found.agree, found.dated) == (True, ())


def test_a_number_told_in_two_entries_at_once_is_one_period() -> None:
    both = SampleRow(number=1, telephone="0612345678")
    twice = [
        NEW,
        contacts.version(resource("1 rue Haute", "0612345678"), since=MOVED + timedelta(days=9), until=MOVED + timedelta(days=20)),
    ]
    dated, _ = contacts.compare(both, twice)
    assert [(one.since, one.until) for one in dated] == [(MOVED, None)]


def test_what_does_not_open_or_is_not_the_guards_to_read_is_not_compared(house: House, databases: Databases) -> None:
    patient = house.admit(cast.FARID)
    told(databases, house, patient, uuid4(), 1, FOCH, FIRST)
    with psycopg.connect(databases.dsn("superuser", "serment")) as tx:
        tx.execute("update entry set sealed = sealed || '\\x00' where compartment = 'contact'")
    found = matched(house)
    assert (found.dated, "telephone" in found.differ) == ((), False)
    with house.guard.dossier_pool.connection() as tx, pytest.raises(psycopg.errors.InsufficientPrivilege):
        tx.execute("select sealed from entry")


def test_the_copy_is_dated_by_what_held_at_once() -> None:
    from serment.dossier.mailing import samples
    from serment.wire.samples import Dated

    later = MOVED + timedelta(days=30)
    first = RowMatch(number=1, dated=(Dated(member="address", since=FIRST, until=later), Dated(member="email", since=FIRST)))
    second = RowMatch(number=2, dated=(Dated(member="telephone", since=MOVED),))
    assert samples.copied_between([first, second]) == (MOVED, later)
    assert samples.copied_between([RowMatch(number=3)]) == (None, None)
    against = RowMatch(number=4, dated=(Dated(member="telephone", since=FIRST, until=FIRST + timedelta(days=1)),))
    assert samples.copied_between([first, second, against]) == (None, None)
