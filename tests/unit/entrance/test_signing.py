"""A letter is signed by a touch that is bound to its words, and the journal keeps their digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from serment.entrance import signing as entrance
from serment.guard.errors import Refused
from serment.wire import signing
from serment.wire.signing import Paper, PapersSigned, SignPapers
from tests import cast
from tests.authenticator import Browser
from tests.fixtures.house import House
from tests.unit.guard.test_copying import leaves
from tests.unit.guard.test_meters import act, refusal


def paper(words: str = "Suites simples.") -> Paper:
    return Paper(document=uuid4(), digest=hashlib.sha256(words.encode()).digest())


def sign(browser: Browser, patient: UUID, papers: Sequence[Paper], *, touched: Sequence[Paper] | None = None, **more: str) -> PapersSigned:
    answer = more or act(browser, signing.ACT, signing.subject(papers if touched is None else touched))
    signed = browser.signed("POST", f"/patients/{patient}/letters/discharge/")
    done: PapersSigned = browser.call("sign_papers", SignPapers(**signed, patient=patient, papers=tuple(papers), **answer))
    return done


@pytest.fixture
def farid(house: House) -> UUID:
    return house.admit(cast.FARID)


@pytest.fixture
def amel(house: House, farid: UUID) -> Browser:
    made = house.browser(cast.AMEL)
    made.open(farid)
    return made


def test_one_touch_signs_these_papers_and_the_journal_tells_their_digests_and_no_word(house: House, farid: UUID, amel: Browser) -> None:
    papers = [paper(), paper("Certificat")]
    done = sign(amel, farid, papers)
    (leaf,) = leaves(house, "signature")
    body: dict[str, Any] = leaf["body"]
    assert (leaf["account"], leaf["patient"]) == (str(cast.AMEL.id), str(farid))
    assert body["passkey"] == str(done.passkey)
    assert [document for document, _digest in body["papers"]] == [str(one.document) for one in papers]
    assert "simples" not in json.dumps(leaf)


def test_a_touch_for_other_words_or_for_another_document_signs_nothing(house: House, farid: UUID, amel: Browser) -> None:
    mine = paper()
    for touched in ([paper("Autre chose")], [Paper(document=uuid4(), digest=mine.digest)], [mine, paper()], [mine, mine]):
        with pytest.raises(Refused, match="touch_refused"):
            sign(amel, farid, [mine], touched=touched)
    with pytest.raises(Refused, match="touch_refused"):
        sign(amel, farid, [mine], **act(amel, "decide", signing.subject([mine])))
    assert leaves(house, "signature") == []


def test_a_touch_signs_once_and_none_signs_nothing(house: House, farid: UUID, amel: Browser) -> None:
    mine = paper()
    answer = act(amel, signing.ACT, signing.subject([mine]))
    sign(amel, farid, [mine], **answer)
    with pytest.raises(Refused, match="ceremony_over"):
        sign(amel, farid, [mine], **answer)
    with pytest.raises(Refused, match="ceremony_over"):
        sign(amel, farid, [mine], ceremony="", credential="{}")
    assert len(leaves(house, "signature")) == 1


def test_a_colleagues_passkey_signs_nothing_in_this_session(house: House, farid: UUID, amel: Browser) -> None:
    mine, bruno = paper(), house.browser(cast.BRUNO)
    theirs = act(bruno, signing.ACT, signing.subject([mine]))
    with pytest.raises(Refused, match="touch_refused"):
        sign(amel, farid, [mine], **theirs)


def test_nothing_is_signed_in_a_record_that_is_not_open(house: House, farid: UUID) -> None:
    assert refusal(sign, house.browser(cast.AMEL), farid, [paper()])[0] == "not_open"
    assert refusal(sign, house.browser(cast.CHLOE), farid, [paper()])[0] == "not_open"


def test_nothing_is_signed_once_the_tie_is_gone_that_opened_the_record(house: House, farid: UUID, amel: Browser) -> None:
    house.tie(farid, holder_unit=cast.SURGERY, until=house.clock())
    house.clock.pass_by(minutes=1)
    assert refusal(sign, amel, farid, [paper()])[0] == "not_open"
    assert leaves(house, "signature") == []


def test_what_is_no_paper_is_refused(farid: UUID, amel: Browser) -> None:
    for papers in ([], [paper() for _ in range(signing.PAPERS_MAX + 1)], [Paper(document=uuid4(), digest=b"short")]):
        assert refusal(sign, amel, farid, papers)[0] == "malformed"


def test_who_has_no_passkey_signs_in_a_session_of_the_provider_and_with_a_password_nobody(
    house: House, farid: UUID, amel: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from serment.entrance import passkeys

    monkeypatch.setattr(passkeys, "of_account", lambda *_: [])
    assert refusal(act, amel, signing.ACT, uuid4())[0] == "no_passkey"
    assert sign(amel, farid, [paper()], ceremony="", credential="").passkey is None
    monkeypatch.setattr(entrance, "sessions", SimpleNamespace(FULL="more"))
    assert refusal(sign, amel, farid, [paper()], ceremony="", credential="")[0] == "assurance"
