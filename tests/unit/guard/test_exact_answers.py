"""What the guard answers, to the last member: a page that lacks one shows less than the truth."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import yaml

from serment import journal
from serment.guard import policies
from serment.guard.errors import Refused
from serment.guard.evidence import accounts, contained
from serment.guard.meters import account as meters
from serment.guard.meters import limits
from serment.guard.release import attend, cutting, disclosures, lines
from serment.guard.rows import Table
from serment.wire import protocol
from serment.wire.words import ROLES
from tests import cast
from tests.authenticator import Browser
from tests.fixtures.applications import ask, open_record, registered
from tests.fixtures.house import House
from tests.unit.guard.test_meters import refusal


def book(house: House, browser: Browser, patient: UUID) -> tuple[protocol.Disclosure, ...]:
    request = protocol.Disclosures(**browser.signed("GET", f"/patients/{patient}/openings/"), patient=patient)
    found: protocol.DisclosureSet = house.call("disclosures", request)
    return found.disclosures


def test_the_visitors_book_says_who_when_why_and_what(house: House) -> None:
    patient = house.admit(cast.FARID)
    bruno, chloe = house.browser(cast.BRUNO), house.browser(cast.CHLOE)
    bruno.open(patient)
    chloe.break_glass(patient, reason="call_for_advice", text="appel du bloc")
    mine, hers, made = sorted(book(house, bruno, patient), key=lambda one: ("opening", "emergency", "registration").index(one.kind))
    care = ("identity", "contact", "care")
    assert replace(mine, at=made.at) == protocol.Disclosure(
        at=made.at, account=cast.BRUNO.id, label=cast.BRUNO.label, profession=cast.BRUNO.profession, role="nurse_day", kind="opening",
        tie="stay", explained=True, compartments=care, reason="", text="",
    )  # fmt: skip
    assert replace(hers, at=made.at, compartments=care) == protocol.Disclosure(
        at=made.at, account=cast.CHLOE.id, label=cast.CHLOE.label, profession=cast.CHLOE.profession, role="ward_physician",
        kind="emergency", tie="", explained=False, compartments=care, reason="call_for_advice", text="appel du bloc",
    )  # fmt: skip
    assert replace(made, at=mine.at) == protocol.Disclosure(
        at=mine.at, account=cast.INTERFACE, label="GAM", profession="Interface", role="interface", kind="registration", tie="",
        explained=True, compartments=(), reason="", text="",
    )  # fmt: skip
    assert abs(mine.at - house.clock()) < timedelta(minutes=1)


def test_a_visitor_whose_account_is_gone_stays_in_the_book_by_number(house: House) -> None:
    patient, nobody = house.admit(cast.FARID), uuid4()
    leaf = {"at": house.clock().isoformat(), "kind": "opening", "account": str(nobody), "body": {}}
    line = disclosures._line(house.guard, patient, b"", leaf, {})
    assert (line.account, line.label, line.profession, line.explained, line.compartments) == (nobody, str(nobody), "", False, ())


def test_notices_name_who_broke_the_glass_and_never_the_patient(house: House) -> None:
    patient = house.admit(cast.FARID)
    house.browser(cast.CHLOE).break_glass(patient, reason="vital_emergency")
    sonia = house.browser(cast.SONIA)
    (notice,) = house.call("notices", protocol.Signed(**sonia.signed("GET", "/security/"))).notices
    said = (notice.account, notice.label, notice.profession, notice.patient, notice.reason)
    assert said == (cast.CHLOE.id, cast.CHLOE.label, cast.CHLOE.profession, patient, "vital_emergency")
    assert abs(notice.at - house.clock()) < timedelta(minutes=1)
    assert refusal(house.call, "notices", protocol.Signed(**house.browser(cast.BRUNO).signed("GET", "/security/"))) == ("role", "")


def test_a_page_is_told_everything_it_shows_of_who_reads_it(house: House) -> None:
    bruno = house.browser(cast.BRUNO)
    who = bruno.attend()
    people = ("line:find", "line:list", "name:read", "protection:lift", "protection:set")
    records = ("advice:ask", "emergency:open", "entry:open", "treating:declare", "untied:open")
    may = (*(f"identity:{act}" for act in people), *(f"record:{act}" for act in records))
    assert who.actions == may
    assert (who.account, who.label, who.profession, who.role, who.assurance) == (
        cast.BRUNO.id, cast.BRUNO.label, cast.BRUNO.profession, "nurse_day", "full",
    )  # fmt: skip
    assert (who.lease_left, who.lines_left, who.unexplained_left, who.fresh_until, who.new_key_at) == (25, 60, 5, None, None)
    assert [assignment.unit for assignment in who.assignments] == [cast.SURGERY]
    assert timedelta(hours=11) < who.until - house.clock() <= timedelta(hours=12)


def test_the_fictional_staff_is_shown_in_a_demonstration_and_nowhere_else(house: House) -> None:
    shown = {one.account: one for one in attend.personas(house.guard, protocol.Empty(), house.clock()).personas}
    assert shown[cast.BRUNO.id] == protocol.Persona(
        account=cast.BRUNO.id, label=cast.BRUNO.label, profession=cast.BRUNO.profession, role="nurse_day",
        units=(cast.UNITS[cast.SURGERY],),
    )  # fmt: skip
    assert cast.INTERFACE not in shown
    real = replace(house.guard, settings=replace(house.guard.settings, demonstration=False))
    assert refusal(attend.personas, real, protocol.Empty(), house.clock()) == ("not_a_demonstration", "")


def test_a_line_says_the_person_and_the_facts_to_be_careful_about(house: House) -> None:
    alerts = ("allergy", "fall")
    patient = house.register(cast.FARID, alerts=alerts).patient
    house.tie(patient, holder_unit=cast.SURGERY)
    bruno = house.browser(cast.BRUNO)
    (line,) = house.call("lines", protocol.Lines(**bruno.signed("GET", f"/units/{cast.SURGERY}/"), patients=(patient,))).lines
    assert line == protocol.Line(
        patient=patient, birth_name=cast.FARID.birth_name, first_given_name=cast.FARID.first_given_name, used_name=cast.FARID.used_name,
        used_given_name=cast.FARID.used_given_name, birth_date=cast.FARID.birth_date, sex=cast.FARID.sex, status=line.status, alerts=alerts,
    )  # fmt: skip


def test_more_lines_than_a_ward_has_are_not_asked_for_at_once(house: House) -> None:
    bruno = house.browser(cast.BRUNO)
    assert lines.LINES_MAX == 200
    several = tuple(uuid4() for _ in range(201))
    assert refusal(house.call, "lines", protocol.Lines(**bruno.signed(), patients=several)) == ("too_many_lines", "")
    assert house.call("lines", protocol.Lines(**bruno.signed(), patients=several[:200])) == protocol.LineSet(lines=(), withheld=0)


def test_an_opening_says_what_it_rests_on_and_until_when(house: House) -> None:
    patient = house.register(cast.FARID, alerts=("allergy",)).patient
    house.tie(patient, holder_unit=cast.SURGERY)
    opened = house.browser(cast.BRUNO).open(patient)
    assert (opened.patient, opened.tie, opened.explained, opened.emergency, opened.alerts, opened.lease_left) == (
        patient, "stay", True, False, ("allergy",), 24,
    )  # fmt: skip
    assert opened.until - house.clock() <= timedelta(hours=8)
    assert opened.identity.birth_name == cast.FARID.birth_name
    forced = house.browser(cast.CHLOE).break_glass(patient)
    assert (forced.tie, forced.explained, forced.emergency) == ("", False, True)


def test_cutting_twice_says_so_and_closes_every_session_of_that_account_alone(house: House) -> None:
    bruno, amel = house.browser(cast.BRUNO), house.browser(cast.AMEL)
    with house.guard.pool.connection() as tx:
        assert cutting.cut(house.guard, tx, account=cast.BRUNO.id, by=cast.SONIA.id, why="person", now=house.clock()) is True
    with house.guard.pool.connection() as tx:
        assert cutting.cut(house.guard, tx, account=cast.BRUNO.id, by=cast.SONIA.id, why="person", now=house.clock()) is False
        row = tx.execute("select count(*) from session where account_id = %s and closed_at is null", (cast.BRUNO.id,)).fetchone()
    assert row == (0,)
    assert refusal(bruno.attend) == ("contained", "")
    assert amel.attend().account == cast.AMEL.id


def test_who_was_released_is_contained_no_more(house: House) -> None:
    contained.note(house.guard, cast.BRUNO.id)
    with house.guard.pool.connection() as tx:
        assert contained.is_contained(house.guard, tx, cast.BRUNO.id)
        contained.forget(house.guard, cast.BRUNO.id)
        assert not contained.is_contained(house.guard, tx, cast.BRUNO.id)
    stranger = replace(house.guard, settings=replace(house.guard.settings, instance=str(uuid4())))
    contained.forget(stranger, cast.BRUNO.id)


def test_programs_are_on_the_list_of_accounts_that_can_be_contained(house: House) -> None:
    monitor = registered(house)
    ask(house, monitor)
    sonia = house.browser(cast.SONIA)
    members = {one.account: one for one in house.call("staff", protocol.Signed(**sonia.signed("GET", "/security/accounts/"))).members}
    assert members[monitor.id] == protocol.StaffMember(
        account=monitor.id, label="Surveillance", profession="", role="application", contained=False, live_sessions=1
    )
    assert members[cast.INTERFACE].role == "interface"
    assert members[cast.SONIA.id].live_sessions == 1


def test_an_application_outside_its_scope_is_denied_by_that_name(house: House) -> None:
    patient, reception = house.admit(cast.FARID), registered(house, scopes="identity")
    ask(house, reception)
    assert refusal(open_record, house, reception, patient, wanted=("care", "contact")) == ("scope", "")
    assert set(open_record(house, reception, patient).keys) == {"identity"}


def test_two_persons_may_review_everything_and_never_less_than_a_quarter_of_the_share(house: House) -> None:
    with house.guard.pool.connection() as tx:
        for value in (0, 2, 101):
            with pytest.raises(Refused, match="limit_too_loose"):
                limits.change(house.guard, tx, name="review.share_percent", value=value, by=cast.SONIA.id, now=house.clock())
        for value in (3, 100):
            limits.change(house.guard, tx, name="review.share_percent", value=value, by=cast.SONIA.id, now=house.clock())


def test_two_persons_may_set_a_limit_to_nothing_and_a_delay_to_a_week_at_most(house: House) -> None:
    with house.guard.pool.connection() as tx:
        limits.change(house.guard, tx, name="coder.hard_stop", value=0, by=cast.SONIA.id, now=house.clock())
        limits.change(house.guard, tx, name="delay.account", value=7 * 1440, by=cast.SONIA.id, now=house.clock())
        for name, value in (("delay.account", 7 * 1440 + 1), ("delay.account", -1), ("coder.hard_stop", 21), ("coder.hard_stop", -1)):
            assert refusal(limits.change, house.guard, tx, name=name, value=value, by=cast.SONIA.id, now=house.clock()) == (
                "limit_too_loose", "",
            )  # fmt: skip
        assert refusal(limits.change, house.guard, tx, name="coder", value=1, by=cast.SONIA.id, now=house.clock()) == ("limit_unknown", "")
        limits.change(house.guard, tx, name="coder.hard_stop", value=20, by=cast.SONIA.id, now=house.clock())
        held = {row.name: row.value for row in limits.SETTINGS.all(house.guard, tx)}
    assert held == {"coder.hard_stop": 20, "delay.account": 7 * 1440}


@pytest.mark.parametrize("role", ["nurse_day", "application", "administrator"])
def test_the_plan_multiplies_what_a_role_may_spend_by_four(role: str) -> None:
    rules = limits.Limits({})
    once, four = rules.allowance(role), rules.allowance(role, factor=4)
    assert (four.step_up, four.hard_stop, four.patients, four.lines, four.month) == tuple(
        4 * value for value in (once.step_up, once.hard_stop, once.patients, once.lines, once.month)
    )
    assert (once.most, four.most) == (20, 80)


def test_a_table_puts_keeps_and_adds_rows_with_their_mac(house: House) -> None:
    table = Table("unit", accounts.Unit)
    unit = accounts.Unit(id=uuid4(), label="A", establishment_id=None)
    with house.guard.pool.connection() as tx:
        table.add(house.guard, tx, unit)
        table.keep(house.guard, tx, replace(unit, label="B"))
        assert table.one(house.guard, tx, "id = %s", unit.id) == unit
        table.put(house.guard, tx, replace(unit, label="C"))
        assert table.one(house.guard, tx, "id = %s", unit.id) == replace(unit, label="C")
        tx.execute("update unit set label = 'D' where id = %s", (unit.id,))
        assert refusal(table.one, house.guard, tx, "id = %s", unit.id) == ("forged_row", "")
        tx.rollback()


@pytest.mark.parametrize("role", ROLES)
def test_menus_offer_a_role_what_the_matrix_gives_it(role: str) -> None:
    matrix = yaml.safe_load((Path(policies.__file__).parent / "matrix.yaml").read_text(encoding="utf-8"))
    expected = {action for action, roles in matrix["actions"].items() if role in roles}
    expected |= {"record:entry:open"} if matrix["open"].get(role) else set()
    expected |= {"record:emergency:open"} if matrix["break_glass"].get(role) else set()
    expected |= {"identity:name:read"} if role in matrix["named"]["roles"] else set()
    expected |= {"record:untied:open"} if role in policies.FAMILIES["staff"] else set()
    assert set(policies.actions_of(role)) == expected


def test_the_glass_is_broken_by_its_own_form_and_by_no_other_page(house: House) -> None:
    patient = house.admit(cast.FARID)
    chloe = house.browser(cast.CHLOE)
    for method, path in (("POST", f"/patients/{patient}/"), ("GET", f"/patients/{patient}/break-glass/"), ("POST", "/")):
        request = protocol.BreakGlass(**chloe.signed(method, path), patient=patient, reason="vital_emergency", text="")
        assert refusal(house.call, "break_glass", request) == ("wrong_address", "sign_in")


def test_one_proof_serves_a_page_for_its_several_questions_and_each_only_once(house: House) -> None:
    patient = house.admit(cast.FARID)
    bruno = house.browser(cast.BRUNO)
    signed = bruno.signed("GET", f"/patients/{patient}/")
    house.call("attend", protocol.Signed(**signed))
    asked = protocol.Open(**signed, patient=patient, compartments=("identity",))
    house.call("open", asked)
    assert refusal(house.call, "open", asked) == ("replayed_proof", "retry")
    assert refusal(house.call, "attend", protocol.Signed(**signed)) == ("replayed_proof", "retry")


def test_a_list_refused_names_who_asked_for_it(house: House) -> None:
    sonia = house.browser(cast.SONIA)
    with pytest.raises(Refused) as caught:
        house.call("lines", protocol.Lines(**sonia.signed(), patients=()))
    assert (caught.value.account, caught.value.patient, caught.value.refusal.code) == (cast.SONIA.id, None, "role")
    assert str(caught.value) == "denied: role"
    plain = Refused("invalid", "role_unknown", field="role")
    assert (plain.account, plain.patient) == (None, None)


def test_nobody_is_assigned_to_a_unit_that_is_not(house: House) -> None:
    with house.guard.pool.connection() as tx:
        assert refusal(
            accounts.assign, house.guard, tx, id=uuid4(), account=cast.BRUNO.id, unit=uuid4(), role="nurse_day", since=house.clock(),
            until=None,
        ) == ("unknown_unit", "")  # fmt: skip


def test_after_a_restart_the_journal_says_who_is_contained_and_who_was_released(house: House) -> None:
    with house.guard.pool.connection() as tx:
        for account in (cast.BRUNO.id, cast.AMEL.id):
            cutting.cut(house.guard, tx, account=account, by=cast.SONIA.id, why="person", now=house.clock())
        journal.append(tx, at=house.clock(), kind="release", account=cast.SONIA.id, patient=None, body={"contained": cast.AMEL.id})
    contained._known.pop(house.guard.settings.instance)
    contained._read.discard(house.guard.settings.instance)
    with house.guard.pool.connection() as tx:
        said = [contained.is_contained(house.guard, tx, account) for account in (cast.BRUNO.id, cast.AMEL.id, cast.CHLOE.id)]
    assert said == [True, False, False]
    with house.guard.pool.connection() as tx:
        assert contained.is_contained(house.guard, tx, cast.BRUNO.id)


def test_the_plan_of_an_establishment_widens_what_its_people_may_spend(house: House) -> None:
    home, now = uuid4(), house.clock()
    assert limits.Limits({f"surge.{home}": int(now.timestamp()) + 60}).factor(home, now) == 4
    assert limits.Limits({f"surge.{home}": int(now.timestamp()) - 60}).factor(home, now) == 1
    assert limits.Limits({f"surge.{home}": int(now.timestamp()) + 60}).factor(uuid4(), now) == 1


def test_a_meter_that_agrees_with_the_journal_is_taken_as_it_stands(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    bruno, patient = house.browser(cast.BRUNO), house.admit(cast.FARID)
    bruno.open(patient)

    def again(*_: object) -> None:
        raise RuntimeError("folded anew")

    with house.guard.pool.connection() as tx:
        implied = meters.folded(tx, cast.BRUNO.id, house.clock())
        monkeypatch.setattr(meters, "folded", again)
        stands = meters.load(house.guard, tx, cast.BRUNO.id, house.clock())
    assert (stands.last_seq, stands.lease_patients, stands.shift_since) == (implied.last_seq, 24, implied.shift_since)
    assert stands.last_seq > 0


def test_a_shift_begins_with_its_first_entry_also_when_it_is_folded_anew(house: House) -> None:
    bruno = house.browser(cast.BRUNO)
    began = house.clock()
    house.clock.pass_by(hours=2)
    bruno.open(house.admit(cast.FARID))
    with house.guard.pool.connection() as tx:
        assert abs(meters.folded(tx, cast.BRUNO.id, house.clock()).shift_since - began) < timedelta(minutes=1)


def test_where_one_works_says_in_which_establishment(house: House) -> None:
    home, unit = uuid4(), uuid4()
    with house.guard.pool.connection() as tx:
        accounts.UNITS.put(house.guard, tx, accounts.Unit(id=unit, label="Néphrologie", establishment_id=home))
        accounts.assign(
            house.guard, tx, id=uuid4(), account=cast.BRUNO.id, unit=unit, role="nurse_day", since=house.clock(), until=None
        )  # fmt: skip
    assert {one.unit: one.establishment for one in house.browser(cast.BRUNO).attend().assignments} == {cast.SURGERY: None, unit: home}


def test_an_unexplained_opening_of_this_morning_goes_on_as_such_in_another_session(house: House) -> None:
    patient = house.admit(cast.FARID)
    chloe = house.browser(cast.CHLOE)
    chloe.break_glass(patient)
    chloe.sign_in()
    again = chloe.open(patient)
    assert (again.tie, again.explained, again.emergency) == ("", False, True)
    sonia = house.browser(cast.SONIA)
    notices = house.call("notices", protocol.Signed(**sonia.signed("GET", "/security/"))).notices
    assert [(one.account, one.reason) for one in notices] == [(cast.CHLOE.id, "vital_emergency")]
