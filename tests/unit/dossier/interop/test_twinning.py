"""Decoys come in by the same door as patients: as messages of the same shape, through the same steps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import psycopg
import pytest

from serment.dossier.encounters import queries as encounters
from serment.dossier.interop.hl7v2 import receiving, twinning
from serment.guard.find import identities
from serment.guard.review import decoys
from serment.wire.protocol import Identity, Lure
from tests import cast
from tests.fixtures import lures
from tests.unit.dossier.interop.conftest import Letterbox

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
MESSAGE = "\r".join(
    (
        "MSH|^~\\&|GAM|CHU-X|DPI|CHU-X|20261123111154||ADT^A01^ADT_A01|{control}|P|2.5^FRA^2.11|||||FRA|UNICODE UTF-8|FR",
        "EVN||20261123111154||||20261123111154",
        "PID|1||{number}^^^CHU-X&000897406&N^PI~{ins}^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS||{name}^CLAIRE^CLAIRE^^^^L||19790328|F|||"
        "28 Av de Breteuil^^PARIS^^75007^FRA^H~^^^^^^BDL^^63220||^PRN^PH^^^^^^^^^0601020304|||S||"
        "24000006^^^CHU-X&000897406&M^AN|||||||1|||||N||VALI",
        "ROL||AD|ODRP|10000000017^BENSAID^AMEL",
        "PV1|1|I|^^^CHU-X&000897406&M^O||||10000000012^MARTIN^CHLOE||||||||||||000897406^^^CHU-X&000897406&M^VN",
        "PV2|||^Douleurs abdominales",
        "ZBE|{control}^CHU-X^000897406|20261123110000||INSERT|N||Chir V^^^^^CHU-X&000897406&N^UF^^^6268|"
        "Chir V^^^^^CHU-X&000897406&N^UF^^^6268|HMS",
        "ZFA|ACTIF|20261123111154|||||||INO|20261123111154|IC|20261123111154",
        "",
    )
)


def admission(control: int, name: str) -> str:
    digits = f"279036322000{control % 10}"
    ins = f"{digits}{97 - int(digits) % 97:02}"
    return MESSAGE.format(control=control, number=400_000 + control, ins=ins, name=name)


def nobody() -> Lure:
    identity = Identity(
        birth_name="LEROUX", first_given_name="Anne", given_names="Anne Marie", used_name="PETIT", sex="F", birth_place="63220",
        birth_date=datetime(1951, 4, 2, tzinfo=UTC).date(), numbers=cast.FARID.numbers,
    )  # fmt: skip
    return Lure(identity=identity, token="token")


def fields(message: str, segment: str) -> list[str]:
    return next(line for line in message.split("\r") if line.startswith(segment)).split("|")


def test_the_two_messages_have_the_shape_of_the_real_one_and_nothing_of_the_person() -> None:
    real = admission(3975, "VERITABLE")
    came, left = twinning.messages(real, nobody(), now=NOW, rng=Random(1))
    for message, event in ((came, "A01"), (left, "A03")):
        assert fields(message, "MSH")[:5] == fields(real, "MSH")[:5]
        assert fields(message, "MSH")[8] == f"ADT^{event}^ADT_{event}"
        assert (len(fields(message, "MSH")[9]), fields(message, "MSH")[9].isdigit(), fields(message, "MSH")[9] != "3975") == (4, True, True)
        assert [line[:3] for line in message.split("\r")] == ["MSH", "EVN", "PID", "PV1", "ZBE", "ZFA", ""]
        pid = fields(message, "PID")
        assert pid[3] == "000003^^^CHU-X&000897406&N^PI"
        assert pid[5] == "LEROUX^Anne^Anne Marie^^^^L~PETIT^Anne^^^^^D"
        assert (pid[7], pid[8]) == ("19510402", "F")
        assert "^^PARIS^^75007^FRA^H~^^^^^^BDL^^63220" in pid[11]
        assert pid[13].startswith("06 39 98 ")
        for trait in ("VERITABLE", "CLAIRE", "Breteuil", "0601020304", "24000006", "19790328", "Douleurs", "BENSAID"):
            assert trait not in message


def test_the_stay_is_over_for_longer_than_any_unit_keeps_its_tie() -> None:
    for seed in range(20):
        came, left = twinning.messages(admission(3975, "VERITABLE"), nobody(), now=NOW, rng=Random(seed))
        began, ended = (datetime.strptime(fields(one, "ZBE")[2], "%Y%m%d%H%M%S").replace(tzinfo=UTC) for one in (came, left))
        assert began < ended < NOW - timedelta(days=39)
        assert fields(came, "PV1")[19] == fields(left, "PV1")[19] != "000897406^^^CHU-X&000897406&M^VN"
        assert fields(came, "ZBE")[1] != fields(left, "ZBE")[1]


def test_the_two_messages_and_the_real_one_bear_three_numbers_however_short_they_are() -> None:
    for seed in range(60):
        came, left = twinning.messages(admission(4, "VERITABLE"), nobody(), now=NOW, rng=Random(seed))
        assert len({"4", fields(came, "MSH")[9], fields(left, "MSH")[9]}) == 3
        movements = {fields(one, "ZBE")[1] for one in (came, left)}
        assert len(movements | {"4^CHU-X^000897406"}) == 3


def test_a_message_of_another_shape_is_not_followed() -> None:
    for text in ("", "MSH|^~\\&|GAM\r", "MSH|a\rPID|1\rPV1|1\r"):
        with pytest.raises(ValueError, match="not an admission"):
            twinning.messages(text, nobody(), now=NOW)
        assert twinning.bring_in(text, "utf-8", nobody(), signer=None, now=NOW) is False  # type: ignore[arg-type]


def test_what_the_senders_code_cannot_write_is_not_followed() -> None:
    lure = Lure(identity=nobody().identity, token="token")
    strange = admission(1, "X").replace("PARIS", "Łódź")
    assert twinning.bring_in(strange, "ascii", lure, signer=None, now=NOW) is False  # type: ignore[arg-type]


def test_decoys_do_not_come_in_pairs_with_real_people() -> None:
    delays = [twinning.delay_seconds(Random(seed)) for seed in range(200)]
    assert 500 < sum(delays) / 200 < 1400
    assert min(delays) < 60 < 3000 < max(delays)


def test_a_decoy_comes_in_as_a_patient_does_and_stands_on_no_ward(letterbox: Letterbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoys, "ONE_IN", 1)
    house, offered = letterbox.dossier.house, []
    lures.order(house, 1)
    for control in range(decoys.POOL_MIN):
        raw = admission(control, f"PERSONNE {'BDLMR'[control]}A").encode()
        take = lambda text, codec, lure: offered.append((text, codec, lure))  # noqa: E731
        answer = receiving.receive(raw, signer=letterbox.dossier.interface, now=house.clock(), offered=take)
        assert b"MSA|AA" in answer
    ((text, codec, lure),) = offered
    before = {table: letterbox.count(table) for table in ("patient", "stay", "movement", "entry", "interop_message")}
    assert twinning.bring_in(text, codec, lure, signer=letterbox.dossier.interface, now=house.clock())
    after = {table: letterbox.count(table) - count for table, count in before.items()}
    assert after == {"patient": 1, "stay": 1, "movement": 2, "interop_message": 2, "entry": after["entry"]}
    assert after["entry"] >= 3
    assert letterbox.count("interop_message", "state = 'accepted'") == decoys.POOL_MIN + 2
    with psycopg.connect(letterbox.dossier.databases.dsn("superuser", "serment")) as superuser:
        everybody = [row[0] for row in superuser.execute("select id from patient").fetchall()]
    with house.guard.pool.connection() as tx:
        hidden = [patient for patient in everybody if decoys.is_decoy(house.guard, tx, patient)]
        assert len(hidden) == 1
        made = identities.read(house.guard, identities.ask(tx, hidden))[hidden[0]].sheet.identity
        live = tx.execute("select kind from tie where patient_id = %s and (until is null or until > now())", (hidden[0],)).fetchall()
    assert [row[0] for row in live] == ["source"]
    assert (made.birth_name, made.numbers, made.ins) == (lure.identity.birth_name, lure.identity.numbers, lure.identity.ins)
    letterbox.dossier.as_role("serment_app")
    assert hidden[0] not in {one.patient for one in encounters.on_ward([cast.SURGERY])}
