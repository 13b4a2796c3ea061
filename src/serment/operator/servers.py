"""Where the databases are: the cluster that we run, or a server of the establishment's own, named by SERMENT_DATABASE_URL."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg

from serment.operator.errors import RESOURCE, USAGE, OperatorError
from serment.operator.postgres import Cluster

VARIABLE = "SERMENT_DATABASE_URL"


class Server(Protocol):
    """Gives connection URLs. `local` asks for the private socket where there is one."""

    def dsn(self, *, database: str, role: str, local: bool = False) -> str: ...

    def administrator_dsn(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Bundled:
    """The cluster that this supervisor runs."""

    cluster: Cluster
    passwords: Mapping[str, str] = field(repr=False)

    def dsn(self, *, database: str, role: str, local: bool = False) -> str:
        return self.cluster.dsn(database=database, user=role, password=self.passwords[role], local=local)

    def administrator_dsn(self) -> str:
        return self.cluster.dsn(local=True)


@dataclass(frozen=True, kw_only=True)
class External:
    """A server that others run. Its URL names a role that may create roles and databases."""

    url: str = field(repr=False)
    passwords: Mapping[str, str] = field(repr=False)

    def __post_init__(self) -> None:
        if urlsplit(self.url).scheme not in ("postgres", "postgresql"):
            raise OperatorError(f"{VARIABLE} doit commencer par postgresql:// .", code=USAGE)

    def dsn(self, *, database: str, role: str, local: bool = False) -> str:
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(("postgresql", f"{role}:{quote(self.passwords[role], safe='')}@{host}", f"/{database}", parts.query, ""))

    def administrator_dsn(self) -> str:
        return self.url

    def check(self) -> None:
        """Raises OperatorError when the server does not answer; the message holds no password."""
        try:
            psycopg.connect(self.url, connect_timeout=5).close()
        except psycopg.Error as error:
            reason = (str(error).strip().splitlines() or [""])[-1] if isinstance(error, psycopg.OperationalError) else type(error).__name__
            raise OperatorError(f"Le serveur PostgreSQL de {VARIABLE} ne répond pas : {reason}", code=RESOURCE) from None


def external_url() -> str:
    return os.environ.get(VARIABLE, "")
