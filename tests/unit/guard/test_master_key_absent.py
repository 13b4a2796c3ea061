"""The hardware module is switched off while the guard runs: nothing opens, it is said, and afterwards everything goes on."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from serment.custody.keyfile import FileMasterKey
from serment.custody.master import MasterKeyError
from serment.guard.errors import Refused
from serment.guard.vault import Vault, store
from serment.guardhouse import server
from serment.wire import protocol
from tests import cast
from tests.fixtures.house import House


class Module:
    """A master key that can be switched off."""

    def __init__(self) -> None:
        self.inside, self.is_off = FileMasterKey(b"k" * 32), False

    def wrap(self, key: bytes, *, name: bytes) -> bytes:
        self._check()
        return self.inside.wrap(key, name=name)

    def unwrap(self, wrapped: bytes, *, name: bytes) -> bytes:
        self._check()
        return self.inside.unwrap(wrapped, name=name)

    def _check(self) -> None:
        if self.is_off:
            raise MasterKeyError("Le jeton « coffre » ne répond pas.")


def test_a_module_that_is_switched_off_refuses_openings_by_name_and_comes_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    farid = house.admit(cast.FARID)
    amel = house.browser(cast.AMEL)
    module = Module()
    named = {name: house.guard.vault.named_key(name) for name in store.NAMED_KEYS}
    guard = replace(house.guard, vault=Vault(module, named))

    def opened() -> object:
        fields = amel.signed("POST", f"/patients/{farid}/")
        return server.answer(guard, "open", msgspec.msgpack.encode(protocol.Open(patient=farid, compartments=("care",), **fields)))

    logged: list[object] = []
    monkeypatch.setattr(server.log, "error", lambda event, **told: logged.append((event, told["error"])))
    module.is_off = True
    with pytest.raises(Refused) as refused:
        opened()
    assert (refused.value.refusal.category, refused.value.refusal.code, refused.value.refusal.remedy) == ("unavailable", "master_key", "")
    assert logged == [("master_key", "Le jeton « coffre » ne répond pas.")]
    with house.guard.pool.connection() as tx:
        # Nothing was released: nothing was written that says so.
        assert tx.execute("select count(*) from journal_entry where kind = 'opening'").fetchone() == (0,)
    module.is_off = False
    answer = opened()
    assert isinstance(answer, protocol.Opening)
    assert set(answer.keys) == {"care"}
