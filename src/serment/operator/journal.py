"""`journal export` and `journal verify`: the auditor, given what it needs of the running instance and nothing else."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from serment.operator import commands
from serment.operator.children import environment
from serment.operator.errors import BROKEN, RESOURCE, OperatorError
from serment.operator.instance import Instance
from serment.operator.starting import running_server

AUDITOR = ("serment.auditor",)


def export(instance: Instance, out: Path | None) -> int:
    """Write the journal to a new file. Answers the auditor's exit code."""
    out = out or Path(f"serment-journal-{time.strftime('%Y%m%d-%H%M%S')}.jsonl")
    if out.exists():
        raise OperatorError(f"{out} existe déjà : un export n'en remplace jamais un autre.", code=RESOURCE)
    if not out.absolute().parent.is_dir():
        raise OperatorError(f"Le dossier {out.absolute().parent} n'existe pas.", code=RESOURCE)
    return _export(instance, out)


def verify(instance: Instance | None, given: Path | None, more: list[str]) -> int:
    """Verify an export, or the journal of the running instance as it stands, with the key kept at its first start."""
    if given is not None or instance is None:
        return _run("verify", str(given), *more)
    fresh = instance.data_dir / "run" / f"verify-{time.time_ns()}.jsonl"
    fresh.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        code = _export(instance, fresh, is_silent=True)
        # Given twice, the last one counts: the key kept elsewhere by whoever asks.
        return code or _run("verify", str(fresh), "--key", _key(instance), *more)
    finally:
        fresh.unlink(missing_ok=True)


def _export(instance: Instance, out: Path, *, is_silent: bool = False) -> int:
    dsn = running_server(instance).dsn(database="serment_guard", role="serment_auditor")
    key = _key(instance)
    origin = key.rpartition("+")[0].rpartition("+")[0]
    return _run("export", "--out", str(out), "--origin", origin, "--key", key, dsn=dsn, is_silent=is_silent)


def _key(instance: Instance) -> str:
    """The journal's public key, kept outside the guard since the first start."""
    key = instance.facts.get("journal_key")
    if not key:
        raise OperatorError("La clé publique du journal n'est pas encore connue : démarrez l'instance une première fois.", code=BROKEN)
    return str(key)


def _run(*arguments: str, dsn: str = "", is_silent: bool = False) -> int:
    # In the environment: an argument shows in the list of processes, with its password.
    secret = {"SERMENT_AUDITOR_DSN": dsn} if dsn else {}
    output = subprocess.DEVNULL if is_silent else None
    return subprocess.run([*commands.PYTHON, *AUDITOR, *arguments], env=environment(**secret), stdout=output, check=False).returncode
