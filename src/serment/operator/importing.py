"""`import fhir`: the record's own import, on a running instance, told in words or in JSON."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from serment.operator import commands
from serment.operator.errors import BROKEN, USAGE, OperatorError
from serment.operator.instance import Instance


def fhir(instance: Instance, files: list[Path], *, as_json: bool) -> int:
    """Import these files. Answers 0 when everything was kept, 1 when something was refused. Raises OperatorError."""
    instance.running()
    missing = [file for file in files if not file.is_file()]
    if missing:
        raise OperatorError(f"{missing[0]} n'est pas un fichier.", code=USAGE)
    wanted = (str(file.absolute()) for file in files)
    program = commands.program(commands.RECORD, "import_fhir", *wanted, config=instance.config / "owner.json")
    done = subprocess.run(program.command, env=program.environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OperatorError(f"L'import s'est arrêté : {_last(done.stderr)}", code=BROKEN)
    report: dict[str, Any] = json.loads(done.stdout)
    print(json.dumps(report, ensure_ascii=False, indent=1) if as_json else _told(report))
    return 1 if report["refused"] else 0


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["sans explication"])[-1]


def _told(report: dict[str, Any]) -> str:
    lines = [
        f"{report['files']} fichiers, {report['patients']} patients, {report['read']} ressources lues, {report['kept']} gardées.",
        f"  nouvelles {report['added']}, changées {report['updated']}, déjà là {report['unchanged']}",
        *(f"  {name} : {count}" for name, count in report["types"].items()),
    ]
    lines += [f"REFUSÉ : {one['file']} {one['type']} {one['id']} ({one['why']})" for one in report["refused"]]
    return "\n".join(lines)
