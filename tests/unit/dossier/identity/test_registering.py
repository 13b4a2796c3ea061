"""Bringing people in, and finding them again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest

from serment.dossier.kernel import errors
from serment.dossier.vault.types import SignedRequest
from tests import cast
from tests.fixtures.dossier import Dossier

NOW = datetime.now(UTC)


def test_a_person_registered_twice_is_one_record(dossier: Dossier) -> None:
    from serment.dossier.identity import services

    dossier.as_role("serment_interface")
    first, second = (services.register(signer=dossier.interface, identity=cast.FARID, origin="hl7v2:ADT^A01:1", now=NOW) for _ in range(2))
    assert (first.outcome, second.patient) == ("created", first.patient)
    with psycopg.connect(dossier.databases.dsn("superuser", "serment")) as tx:
        assert tx.execute("select id from patient").fetchall() == [(first.patient,)]


def test_what_the_guard_refuses_leads_no_record(dossier: Dossier) -> None:
    from serment.dossier.identity import services

    dossier.as_role("serment_interface")
    with pytest.raises(errors.Refused):
        services.register(signer=dossier.interface, identity=replace(cast.FARID, birth_name=""), origin="x", now=NOW)
    with psycopg.connect(dossier.databases.dsn("superuser", "serment")) as tx:
        assert tx.execute("select count(*) from patient").fetchone() == (0,)


def test_a_person_is_found_by_exact_traits_by_ins_and_by_number(dossier: Dossier) -> None:
    from serment.dossier.identity import queries

    patient = dossier.admitted(cast.FARID)
    browser = dossier.house.browser(cast.BRUNO)

    def signed() -> SignedRequest:
        return SignedRequest(**browser.signed("POST", "/patients/find/"))

    by_traits = queries.find_by_traits(
        signed=signed(), birth_name="pat-trois", first_given_name="farid", birth_date=cast.FARID.birth_date, sex="M"
    )
    by_ins = queries.find_by_ins(signed=signed(), matricule="2 79 03 51 215 189 89")
    by_number = queries.find_by_number(signed=signed(), number="000003")
    assert [line.patient for found in (by_traits, by_ins, by_number) for line in found] == [patient] * 3


def test_the_lines_of_a_ward_are_those_of_ties_only(dossier: Dossier) -> None:
    from serment.dossier.identity import queries

    farid, ines = dossier.admitted(cast.FARID), dossier.admitted(cast.INES, unit=cast.MEDICINE)
    browser = dossier.house.browser(cast.BRUNO)
    lines = queries.lines(signed=SignedRequest(**browser.signed("GET", "/")), patients=[farid, ines, farid])
    assert list(lines) == [farid]


def test_no_patients_ask_nothing(dossier: Dossier) -> None:
    from serment.dossier.identity import queries

    assert queries.lines(signed=SignedRequest(session="", proof=""), patients=[]) == {}
    assert dossier.guard.calls == []
