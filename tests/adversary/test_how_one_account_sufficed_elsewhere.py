"""The shapes by which one account carried a hospital away elsewhere, each tried here, even where the feature looks innocent.

`docs/threat-model/README.md` maps each shape to its test; the drill plays them against a whole instance (`drill/thief.py`).
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

import serment
from serment import journal
from serment.guard import settings as guard_settings
from serment.guard.release.lines import LINES_MAX
from serment.wire import protocol
from tests import cast
from tests.fixtures.dossier import Dossier, dossier
from tests.fixtures.house import House
from tests.unit.dossier.web.visitor import Visitor, admit_to_a_bed, chart, text, visitor
from tests.unit.guard.test_meters import listed, refusal, search, untied

__all__ = ["dossier"]

SOURCES = Path(serment.__file__).parent
# What identifies the patient or tells of care, in whatever answer it stands.
TELLING = ("PAT-TROIS", "28/03/1979", "1979-03-28", "279035121518989", "Pénicilline", "Choc au bloc")
PAGES_OF_CHLOE = {"break_glass", "open_untied"}


@pytest.fixture
def farid(dossier: Dossier) -> UUID:
    """In his bed, with an allergy and a document."""
    patient = dossier.admitted(cast.FARID)
    admit_to_a_bed(dossier, patient, "207")
    bruno = visitor(dossier, cast.BRUNO)
    allergy = {"sort": "allergy", "substance": "Pénicilline", "reaction": "Choc au bloc", "severity": "severe", "category": "medication"}
    bruno.get(chart(patient, "allergies/"))
    added = bruno.post(chart(patient, "allergies/"), {**allergy, "certainty": "confirmed", "token": str(uuid4())})
    assert added.status_code == 303, text(added)
    return patient


def routes() -> Iterator[tuple[str, Any]]:
    """Every address of the web server as it is written, with its pattern."""
    from django.urls import URLResolver, get_resolver

    def below(prefix: str, patterns: list[Any]) -> Iterator[tuple[str, Any]]:
        for one in patterns:
            where = prefix + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from below(where, one.url_patterns)
            else:
                yield where, one

    yield from below("/", get_resolver().url_patterns)


def filled(route: str, patient: UUID) -> str:
    """An address as a thief writes it: the patient's identifier is known to him, whatever else the address asks for is made up."""
    given = {"uuid": str(uuid4()), "int": "1", "slug": "note", "fhir_type": "Observation"}
    address = route.replace("<uuid:patient>", str(patient))
    return re.sub(r"<(\w+):\w+>", lambda found: given[found[1]], address)


def tells(answer: Any) -> list[str]:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return [word for word in TELLING if word.encode() in content]


# an export, an archive, a sender ------------------------------------------------------------------------------------------------


def test_no_address_exports_prints_or_archives_more_than_one_patient(dossier: Dossier) -> None:
    words = re.compile(r"export|csv|xlsx|archive|dump|backup|offline|report|extract|bulk|download|table|admin/", re.IGNORECASE)
    assert [route for route, _ in routes() if words.search(route)] == []


def test_nothing_of_a_page_depends_on_a_flag_that_lifts_its_limits(dossier: Dossier, farid: UUID) -> None:
    for _ in range(2):
        dossier.admitted(cast.person("PAT-TROIS", given="FARID", number=str(uuid4())))
    traits = {"birth_name": "PAT-TROIS", "first_given_name": "FARID", "birth_date": "28/03/1979", "sex": "M"}
    flags = {"export": "1", "format": "csv", "limit": "100000", "page": "2", "size": "1000", "all": "true", "rights": "off", "treating": ""}
    odile = visitor(dossier, cast.ODILE)
    plain, flagged = odile.post("/patients/find/", traits), odile.post("/patients/find/", {**traits, **flags})
    assert plain.content.count(b'class="line-name"') == 3
    assert flagged.content.count(b'class="line-name"') == 3
    assert flagged["Content-Type"].startswith("text/html")
    assert odile.get("/patients/find/", **flags).content.count(b'class="line-name"') == 0


def test_an_archive_of_a_thousand_patients_is_no_request(house: House) -> None:
    known = house.admit_many(3)
    bruno = house.browser(cast.BRUNO)
    assert refusal(listed, bruno, [*known, *(uuid4() for _ in range(LINES_MAX))]) == ("too_many_lines", "")
    signed = bruno.signed("GET", f"/patients/{known[0]}/")
    house.call("open", protocol.Open(**signed, patient=known[0], compartments=("care",)))
    for other in known[1:]:
        again = protocol.Open(**signed, patient=other, compartments=("care",))
        assert refusal(house.call, "open", again) == ("wrong_address", "sign_in"), "one signed request is about one patient"


def test_the_record_calls_nobody_and_its_jobs_send_nothing(dossier: Dossier) -> None:
    """No scheduler writes to an FTP, no interface pushes patients anywhere: the record speaks to the guard, and to the relay that carries
    the letters of an incident, whose words and persons two officers decided."""
    callers = {"ftplib", "smtplib", "http.client", "socket", "requests", "httpx", "aiohttp", "paramiko", "urllib.request", "telnetlib"}
    found = {
        path.relative_to(SOURCES).as_posix(): sorted(names & callers)
        for path in (SOURCES / "dossier").rglob("*.py")
        if (names := _imported(path)) & callers
    }
    assert found == {"dossier/vault/client.py": ["http.client", "socket"], "dossier/mailing/electronic.py": ["smtplib"]}
    from serment.dossier.jobs import tasks

    named = {name for name in vars(tasks) if hasattr(getattr(tasks, name), "defer")}
    assert {"heartbeat", "sweep_orphans", "forget_drafts", "count_unanswered"} <= named
    beyond = {name for name in named - {"heartbeat", "sweep_orphans", "forget_drafts", "count_unanswered"} if "letter" not in name}
    assert beyond == set(), "a job that sends or reads anything is bounded, journaled and named here with what bounds it"


def _imported(path: Path) -> set[str]:
    found: set[str] = set()
    for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(one, ast.Import):
            found |= {alias.name for alias in one.names}
        elif isinstance(one, ast.ImportFrom):
            found.add(one.module or "")
    return found


def test_a_right_to_export_that_two_gave_opens_no_door_by_itself(house: House) -> None:
    """Decided and journaled, and used by nothing: whoever writes an export must ask for it, count it and journal what it took."""
    from serment.oversight.four_eyes import kinds, proposals
    from tests.unit.oversight.test_four_eyes import decide, propose

    decide(house.browser(cast.DPO), propose(house.browser(cast.SONIA), "bulk_export", subject=cast.BRUNO.id, records="100000").id)
    house.clock.pass_by(hours=25)
    assert proposals.execute_due(house.guard, house.clock()) == 1
    with house.guard.pool.connection() as tx:
        (grant,) = kinds.GRANTS.all(house.guard, tx)
    assert (grant.account_id, grant.records) == (cast.BRUNO.id, 100_000)
    bruno = house.browser(cast.BRUNO)
    assert refusal(bruno.open, house.admit(cast.FARID, unit=cast.MEDICINE)) == ("no_tie", "break_glass")
    users = [path.name for path in SOURCES.rglob("*.py") if "GRANTS" in path.read_text(encoding="utf-8")]
    assert users == ["kinds.py"], "an export reads the grant here: give it a meter, lines of the journal and a test"


# a number that can be counted up ------------------------------------------------------------------------------------------------


def test_nothing_in_an_address_can_be_counted_up(dossier: Dossier) -> None:
    """But the sheets of one scan of one patient, and, for the officers, the letters of one incident: sealed to the mailing house."""
    numbered = [route for route, _ in routes() if "<int:" in route]
    assert "/patients/<uuid:patient>/documents/<uuid:entry>/sheets/<int:number>/" in numbered
    beside = [
        one for one in numbered if not one.startswith(("/patients/<uuid:patient>/documents/<uuid:entry>/", "/incidents/<uuid:id>/letters/"))
    ]
    assert beside == []
    given = {kind for route, _ in routes() for kind in re.findall(r"<(\w+):\w+>", route)}
    assert given <= {"uuid", "int", "slug", "fhir_type"}


def test_a_document_known_by_its_identifier_shows_in_its_own_record_and_no_other(dossier: Dossier, farid: UUID) -> None:
    from serment.dossier.records.documents import services

    other = dossier.admitted(cast.person("AUTRE"))
    bruno = dossier.house.browser(cast.BRUNO)
    with dossier.opened(bruno, farid) as permit:
        source = io.BytesIO(b"%PDF-1.7\nPAT-TROIS Choc au bloc")
        stored = services.store(permit=permit, token=uuid4(), source=source, title="Lettre", category="Lettre", now=dossier.house.clock())
    entry = stored.written.entry
    reader = visitor(dossier, cast.BRUNO)
    for page in (f"documents/{entry}/", f"documents/{entry}/content", f"documents/{entry}/sheets/0/", f"entries/{entry}/"):
        answer = reader.get(chart(other, page))
        assert (answer.status_code, tells(answer)) == (404, []), page
    for address in (f"/documents/{entry}/", f"/documents/{entry}", "/documents/1", f"/patients/{entry}/documents/1/"):
        assert reader.get(address).status_code == 404, address
    assert tells(reader.get(chart(farid, f"documents/{entry}/content"))) == ["PAT-TROIS", "Choc au bloc"], "the search above can find"


@pytest.mark.parametrize(
    "typed",
    [
        {"birth_name": "PAT"}, {"birth_name": "P*"}, {"birth_name": "%"}, {"birth_name": "' or true --"}, {"first_given_name": "F"},
        {"birth_date": "1979"}, {"birth_date": ""}, {"sex": ""}, {"birth_name": "", "limit": "100000", "where": "true"},
    ],
)  # fmt: skip
def test_a_search_takes_no_prefix_wildcard_condition_or_limit(dossier: Dossier, farid: UUID, typed: dict[str, str]) -> None:
    whole = {"birth_name": "PAT-TROIS", "first_given_name": "FARID", "birth_date": "28/03/1979", "sex": "M"}
    odile = visitor(dossier, cast.ODILE)
    assert b'class="line-name"' in odile.post("/patients/find/", whole).content
    assert b'class="line-name"' not in odile.post("/patients/find/", {**whole, **typed}).content


def test_at_twenty_a_second_one_session_takes_twenty_five_records_and_sixty_names(house: House) -> None:
    """750,000 in ten and a half hours elsewhere. Here every patient asked for is in the thief's own ward, and still."""
    everybody = house.admit_many(70)
    bruno = house.browser(cast.BRUNO)
    taken, stopped = set(), set()
    for patient in everybody:
        try:
            taken.add(bruno.open(patient).patient)
        except Exception as refused:  # noqa: BLE001 - he goes on whatever the answer
            stopped.add(str(refused))
    assert (len(taken), stopped) == (25, {"step_up: lease_spent"})
    lines = {line.patient for start in range(0, 70, 10) for line in listed(bruno, everybody[start : start + 10]).lines}
    assert len(lines) == 60
    assert refusal(search, bruno, number="000001") == ("lines_spent", "touch")
    with house.guard.pool.connection() as tx:
        told = [leaf for leaf in journal.reading.of_kind(tx, "opening", limit=100) if leaf["account"] == str(cast.BRUNO.id)]
    assert {UUID(leaf["patient"]) for leaf in told} == taken, "each of them can be told"


# the ward for any date, the right by module, the check left to each page --------------------------------------------------------


def test_the_list_of_a_ward_is_of_today_and_of_ones_own_ward(dossier: Dossier, farid: UUID) -> None:
    amel, nadia = visitor(dossier, cast.AMEL), visitor(dossier, cast.NADIA)
    assert "PAT-TROIS" in text(amel.get(f"/units/{cast.SURGERY}/"))
    for asked in ({}, {"date": "2026-11-23"}, {"offline": "1", "all": "1"}):
        answer = nadia.get(f"/units/{cast.SURGERY}/", **asked)
        assert (answer.status_code, tells(answer)) == (403, []), asked
    for end in _ties_of(dossier, farid):
        dossier.house.by_interface("untie", protocol.Untie, patient=farid, reference=end, at=dossier.house.clock())
    for asked in ({}, {"date": "2026-11-23"}, {"offline": "1"}):
        assert tells(amel.get(f"/units/{cast.SURGERY}/", **asked)) == [], asked


def _ties_of(dossier: Dossier, patient: UUID) -> list[str]:
    """The references of the patient's ties to a unit."""
    with dossier.house.guard.pool.connection() as tx:
        query = "select reference from tie where patient_id = %s and holder_unit is not null"
        return [row[0] for row in tx.execute(query, (patient,)).fetchall()]


@pytest.mark.parametrize("wanted", [(), ("",), ("*",), ("everything",), ("0",)])
def test_an_empty_or_unknown_compartment_means_none_and_never_all(house: House, wanted: tuple[str, ...]) -> None:
    patient = house.admit(cast.FARID)
    assert refusal(house.browser(cast.BRUNO).open, patient, wanted) == ("no_compartment", "")
    assert refusal(untied, house.browser(cast.CHLOE), patient, wanted) == ("role", "")


@pytest.mark.parametrize("player", [cast.CHLOE, cast.NADIA, cast.DENIS, cast.CLAIRE, cast.SONIA, cast.DPO], ids=lambda one: one.role)
def test_no_page_of_a_patient_forgets_to_ask_who_may_read_it(dossier: Dossier, farid: UUID, player: cast.Player) -> None:
    """Elsewhere 38 pages of 111 had no check. Here every address that there is, read and sent, by whoever has no tie: none is exempt."""
    thief = visitor(dossier, player)
    walked = 0
    for route, pattern in routes():
        if "<uuid:patient>" not in route or pattern.name in PAGES_OF_CHLOE:
            continue
        address = filled(route, farid)
        for answer in (thief.get(address), thief.post(address, {"token": str(uuid4())})):
            assert answer.status_code in (401, 403, 404, 405), f"{address}: {answer.status_code}"
            assert tells(answer) == [], address
            walked += 1
    assert walked > 70


def test_no_page_at_all_shows_a_patient_to_who_has_no_tie(dossier: Dossier, farid: UUID) -> None:
    for player in (cast.CHLOE, cast.DENIS, cast.SONIA):
        thief = visitor(dossier, player)
        for route, _ in routes():
            if "<uuid:patient>" not in route and "(?P" not in route:
                assert tells(thief.get(filled(route, farid))) == [], (player.role, route)


def test_the_two_gestures_that_open_without_a_tie_ask_for_a_form_and_leave_a_line(dossier: Dossier, farid: UUID) -> None:
    chloe = visitor(dossier, cast.CHLOE)
    for page in ("break-glass/", "open-untied/"):
        assert tells(chloe.get(chart(farid, page))) == [], page
    assert chloe.get(chart(farid)).status_code == 403
    assert chloe.post(chart(farid, "break-glass/"), {"reason": ""}).status_code == 422
    assert chloe.get(chart(farid)).status_code == 403
    assert chloe.post(chart(farid, "break-glass/"), {"reason": "vital_emergency", "text": ""}).status_code == 303
    notices = dossier.house.call("notices", protocol.Signed(**dossier.house.browser(cast.SONIA).signed("GET", "/security/emergencies/")))
    assert [(one.account, one.patient) for one in notices.notices] == [(cast.CHLOE.id, farid)]
    other = dossier.admitted(cast.person("AUTRE"))
    assert chloe.get(chart(other)).status_code == 403, "a glass is broken for one patient, not for the day"


# somebody else's place ----------------------------------------------------------------------------------------------------------


def test_nothing_in_an_address_or_a_header_makes_one_somebody_else(dossier: Dossier, farid: UUID) -> None:
    from serment.dossier.web.sign_in import cookie

    bruno = visitor(dossier, cast.BRUNO)
    session = bruno.client.cookies.pop(cookie.NAME).value
    for query in ({"token": session}, {cookie.NAME: session}, {"session": session}, {"user": str(cast.BRUNO.id)}, {"password": "x"}):
        answer = bruno.get(chart(farid), **query)
        assert (answer.status_code, tells(answer)) in ((302, []), (303, []), (401, [])), query
    chloe = visitor(dossier, cast.CHLOE)
    pretended = {"X-User": str(cast.BRUNO.id), "Remote-User": str(cast.BRUNO.id), "X-Forwarded-User": cast.BRUNO.label}
    signed = {"DPoP": chloe.browser.proof("GET", chart(farid)), **pretended}
    answer = chloe.client.get(chart(farid), {"impersonate": str(cast.BRUNO.id)}, headers=signed)
    assert (answer.status_code, tells(answer)) == (403, [])


def test_a_cookie_without_its_browser_reads_no_page_at_all(dossier: Dossier, farid: UUID) -> None:
    bruno: Visitor = visitor(dossier, cast.BRUNO)
    assert tells(bruno.get(chart(farid))) != []
    for route, _ in routes():
        if "(?P" not in route:
            assert tells(bruno.client.get(filled(route, farid))) == [], route


def test_there_is_no_superuser_no_table_browser_and_no_debugging_page(dossier: Dossier) -> None:
    from django.conf import settings

    assert [one for one in settings.INSTALLED_APPS if one.startswith(("django.contrib.admin", "django.contrib.auth", "debug"))] == []
    assert settings.DEBUG is False


# traces -------------------------------------------------------------------------------------------------------------------------


def test_a_reading_leaves_its_line_with_its_instant_before_anything_is_shown(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere traces were of writings only, rounded to the hour, off by default and skipped by replicas."""
    patient, other = house.admit(cast.FARID), house.admit(cast.person("AUTRE"))
    bruno = house.browser(cast.BRUNO)
    before = house.clock()
    bruno.open(patient, ("identity",))
    with house.guard.pool.connection() as tx:
        (leaf,) = [one for one in journal.reading.for_patient(tx, patient) if one["kind"] == "opening"]
        row = tx.execute("select at from journal_entry where kind = 'opening' and patient_id = %s", (patient,)).fetchone()
    assert row is not None
    assert timedelta() <= row[0] - before < timedelta(seconds=5)
    assert leaf["account"] == str(cast.BRUNO.id)

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(journal, "append", full)
    with pytest.raises(OSError, match="no space"):
        bruno.open(other)


def test_no_setting_turns_the_journal_the_meters_or_the_ties_off(dossier: Dossier) -> None:
    from serment.dossier.kernel import config

    named = {one.name for known in (guard_settings.Settings, config.Config) for one in fields(known)}
    switches = re.compile(r"journal|trace|audit|log|meter|limit|tie|check|strict|bypass|enforce|trust|debug|admin|export")
    assert {name for name in named if switches.search(name)} == set()
