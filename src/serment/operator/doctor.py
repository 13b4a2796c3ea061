"""What an operator checks first. Each check says what it found, and what to do when that is not right."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from serment.operator import health, stamps
from serment.operator.errors import OperatorError
from serment.operator.instance import Instance
from serment.operator.starting import running_server
from serment.operator.supervisor import DISK_BYTES_MIN
from serment.wire.witnessing import ALARMS, Witnesses

PYTHON_MIN = (3, 11)
TROUBLES = {
    "refused": "ne connaît pas ce journal ou sa clé, ou répond autre chose qu'une contresignature",
    "unreachable": "ne répond pas",
}
# A proof is refused after sixty seconds: a clock five seconds away is worth saying.
CLOCK_SECONDS_MAX = 5.0


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`level` is `ok`, `info` (nothing to do) or `wrong`."""

    level: str
    text: str


def examine(data_dir: Path) -> Iterator[Finding]:
    """All checks, in the order in which one depends on another."""
    data_dir = data_dir.expanduser().absolute()
    yield _python()
    yield _disk(data_dir)
    yield _browser()
    try:
        instance = Instance.read(data_dir)
    except OperatorError as error:
        yield Finding(level="info", text=str(error))
        return
    yield Finding(level="ok", text=f"Données de Serment {instance.facts['version']} ; programme {stamps.version()}.")
    yield from _rights(instance)
    try:
        state = instance.running()
    except OperatorError as error:
        yield Finding(level="info", text=str(error))
        return
    yield from _databases(instance)
    yield from _processes(state["guard_socket"], int(state["ports"]["web"]), int(state["ports"]["mllp"]))


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= PYTHON_MIN:
        return Finding(level="ok", text=f"Python {version}.")
    return Finding(level="wrong", text=f"Python {version} est trop ancien : installez Python 3.11 ou plus récent.")


def _disk(data_dir: Path) -> Finding:
    folder = next(path for path in (data_dir, *data_dir.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    text = f"{free // 1024**2} Mo libres sur le disque de {folder}"
    if free < DISK_BYTES_MIN:
        return Finding(level="wrong", text=f"{text} : il en faut {DISK_BYTES_MIN // 1024**2}. Libérez de la place.")
    return Finding(level="ok", text=f"{text}.")


def _browser() -> Finding:
    if shutil.which("chromium"):
        return Finding(level="ok", text="Chromium est installé (il ne sert qu'aux tests).")
    return Finding(level="info", text="Chromium n'est pas installé ; il ne sert qu'aux tests (./serment test l'installe).")


def _rights(instance: Instance) -> Iterator[Finding]:
    open_to_others = [path for path in sorted(instance.config.glob("*")) if path.stat().st_mode & 0o077]
    # The public half of a key may be read by all.
    open_to_others = [path for path in open_to_others if not path.name.endswith((".pub", ".pub.pem"))]
    for path in open_to_others:
        yield Finding(level="wrong", text=f"{path} peut être lu par d'autres comptes : chmod 600 {path}.")
    if instance.config.stat().st_mode & 0o077:
        yield Finding(level="wrong", text=f"{instance.config} est ouvert à d'autres comptes : chmod 700 {instance.config}.")
    elif not open_to_others:
        yield Finding(level="ok", text="Les clés et les secrets ne sont lisibles que par ce compte.")
    if instance.facts.get("keys") and not instance.master_key_file.exists():
        yield Finding(level="wrong", text=f"La clé maîtresse {instance.master_key_file} a disparu : restaurez-la avant tout redémarrage.")
    if instance.data_dir.stat().st_uid != os.geteuid():
        yield Finding(level="wrong", text=f"{instance.data_dir} appartient à un autre compte : lancez Serment avec ce compte.")


def _databases(instance: Instance) -> Iterator[Finding]:
    where = running_server(instance)
    for role, database in (("serment_app", "serment"), ("serment_guard", "serment_guard")):
        try:
            with psycopg.connect(where.dsn(database=database, role=role), connect_timeout=5) as connection:
                row = connection.execute("select now()").fetchone()
        except psycopg.OperationalError:
            yield Finding(level="wrong", text=f"La base {database} ne répond pas au rôle {role} : lisez {instance.log('postgres')}.")
            continue
        yield Finding(level="ok", text=f"La base {database} répond au rôle {role}.")
        if row and role == "serment_app":
            yield _clock(row[0])


def _clock(there: datetime) -> Finding:
    apart = abs((datetime.now(UTC) - there).total_seconds())
    if apart > CLOCK_SECONDS_MAX:
        return Finding(
            level="wrong", text=f"L'horloge est à {apart:.0f} s de celle de la base : synchronisez-les (chrony, systemd-timesyncd)."
        )
    return Finding(level="ok", text=f"L'horloge est juste ({time.strftime('%H:%M:%S')}).")


def _processes(guard_socket: str, port: int, mllp_port: int) -> Iterator[Finding]:
    guard = health.guard_status(Path(guard_socket))
    if guard is None:
        yield Finding(level="wrong", text="Le gardien ne répond pas : aucun dossier ne s'ouvre. Lisez log/guard.log.")
    else:
        yield Finding(
            level="ok", text=f"Le gardien répond ; son journal compte {guard.entries} entrées, dont {guard.checkpoint_size} scellées."
        )
        yield from _outside(health.guard_witnesses(Path(guard_socket)))
    answer = health.web_answer(port)
    if answer == 200:
        yield Finding(level="ok", text=f"Le serveur web répond sur le port {port}.")
    else:
        yield Finding(level="wrong", text=f"Le serveur web n'est pas prêt (réponse {answer}) : lisez log/web.log.")
    if health.port_answers(mllp_port):
        yield Finding(level="ok", text=f"L'écoute HL7 répond sur le port {mllp_port}.")
    else:
        yield Finding(level="wrong", text=f"L'écoute HL7 ne répond pas sur le port {mllp_port} : lisez log/listener.log.")


def _outside(heard: Witnesses | None) -> Iterator[Finding]:
    """Those who vouch for the journal."""
    if heard is None or not (heard.witnesses or heard.stamped):
        yield Finding(level="info", text="Aucun témoin ne contresigne le journal : voir docs/runbooks/witness.md.")
        return
    for one in heard.witnesses:
        if one.trouble in ALARMS:
            text = f"ALERTE : le témoin {one.name} connaît un autre journal que celui-ci ({one.claimed} entrées). docs/runbooks/witness.md."
            yield Finding(level="wrong", text=text)
        elif one.trouble:
            yield Finding(level="wrong", text=f"Le témoin {one.name} {TROUBLES[one.trouble]} : {one.lag} entrées attendent.")
        else:
            yield Finding(level="ok", text=f"Le témoin {one.name} a contresigné {one.size} entrées.")
    if heard.stamp_trouble:
        yield Finding(level="wrong", text=f"L'autorité d'horodatage {TROUBLES[heard.stamp_trouble]}.")
    elif heard.stamped_at:
        yield Finding(level="ok", text=f"Le journal est horodaté jusqu'à {heard.stamped_size} entrées.")
