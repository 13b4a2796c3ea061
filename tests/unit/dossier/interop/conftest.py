"""The letterbox of a clinic: its unit, its key, and a way to send it a message as a foreign system does."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tests import cast
from tests.fixtures.dossier import Dossier, set_up_django

set_up_django()

from serment.dossier.interop.hl7v2 import receiving, storing  # noqa: E402 - models need Django set up


@dataclass
class Letterbox:
    """`send` answers the acknowledgement's text. `secret` is the guard's key, which opens what was kept."""

    dossier: Dossier
    secret: X25519PrivateKey = field(repr=False)

    def send(self, raw: bytes, *, encoding: str = "utf-8") -> str:
        answer = receiving.receive(raw, signer=self.dossier.interface, now=self.dossier.house.clock())
        return answer.decode(encoding)

    def count(self, table: str, where: str = "true") -> int:
        import psycopg

        with psycopg.connect(self.dossier.databases.dsn("superuser", "serment")) as connection:
            row = connection.execute(f"select count(*) from {table} where {where}".encode()).fetchone()
        return int(row[0]) if row else -1


@pytest.fixture
def letterbox(dossier: Dossier) -> Iterator[Letterbox]:
    """The interface's own process: its database role, its keys."""
    from serment.dossier.organisations import services as organisations

    dossier.as_role("serment_owner")
    clinic = uuid4()
    organisations.declare_establishment(id=clinic, group="Groupe", name="Clinique", kind="clinic", finess="000897406", authority="CHU-X")
    organisations.declare_unit(id=cast.SURGERY, establishment=clinic, code="6268", name="Chir V", kind="surgery")
    dossier.as_role("serment_interface")
    secret = X25519PrivateKey.generate()
    storing.letterbox.cache_clear()
    original = storing.letterbox
    made = storing.Letterbox(public=secret.public_key(), digest_key=os.urandom(32))
    storing.letterbox = lambda: made  # type: ignore[assignment]
    yield Letterbox(dossier, secret)
    storing.letterbox = original


Send = Callable[[bytes], str]
