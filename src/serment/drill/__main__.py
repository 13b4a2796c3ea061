"""`./serment drill`: the attacks of the threat model, played, counted and judged."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from serment.drill import event as event2024
from serment.drill import target as targets
from serment.drill.outcome import Outcome
from serment.drill.target import NoTarget, Target

# In the order in which they disturb one another least; each leaves the instance usable for the next.
SCENARIOS = (
    "s07_application_database_role", "s08_stolen_dump", "s10_operator_of_the_guard", "s02_copied_cookie", "s01_unlocked_session",
    "s06_code_on_the_web_server", "s04_administrator", "s05_api_key", "s03_account_with_authenticator", "s12_many_accounts",
    "s11_low_and_slow", "s09_database_administrator",
)  # fmt: skip
PATIENTS = 240


class Scenario(Protocol):
    """A module of `scenarios`."""

    ID: str
    BOUND: str

    def run(self, target: Target) -> Outcome: ...


def scenarios(only: str) -> list[Scenario]:
    """Those asked for by identifier (`S1,S7`), or all. Raises SystemExit for an unknown one."""
    found: list[Any] = [importlib.import_module(f"serment.drill.scenarios.{name}") for name in SCENARIOS]
    wanted = {one.strip().upper() for one in only.split(",") if one.strip()}
    if unknown := wanted - {one.ID for one in found}:
        raise SystemExit(f"Scénario inconnu : {', '.join(sorted(unknown))}.")
    return [one for one in found if not wanted or one.ID in wanted]


def play(scenario: Scenario, target: Target) -> dict[str, Any]:
    """One scenario, as a line of the report. One that fails to run is one whose bound was not shown."""
    began = time.monotonic()
    try:
        result = asdict(scenario.run(target))
    except Exception as error:  # noqa: BLE001 - whatever broke, the bound was not shown
        what = str(error) if isinstance(error, NoTarget) else f"{type(error).__name__}: {str(error)[:300]}"
        result = asdict(Outcome(records=-1, identity_lines=-1, seconds=0.0, stopped_by=f"not played: {what}", held=False))
    return {"id": scenario.ID, "bound": scenario.BOUND, **result, "played_seconds": round(time.monotonic() - began, 1)}


def run(target: Target, wanted: list[Scenario]) -> list[dict[str, Any]]:
    found = []
    for scenario in wanted:
        found.append(play(scenario, target))
        print(f"{scenario.ID}: {'held' if found[-1]['held'] else 'BROKEN'} ({found[-1]['played_seconds']} s)", file=sys.stderr, flush=True)
    return sorted(found, key=lambda one: int(one["id"][1:]))


def table(found: list[dict[str, Any]]) -> str:
    """The report, for a screen or paper."""
    lines = [f"{'':<4} {'bound':<46} {'records':>8} {'lines':>7} {'own':>5} {'seconds':>9}  held  stopped by"]
    for one in found:
        held = "yes" if one["held"] else "NO"
        lines.append(
            f"{one['id']:<4} {one['bound']:<46} {one['records']:>8} {one['identity_lines']:>7} {one['explained']:>5} {one['seconds']:>9.0f}"
            f"  {held:<4}  {one['stopped_by']}"
        )
    return "\n".join(lines)


def event(arguments: list[str]) -> int:
    """The event of 2024, on an instance of its own. 1 when somebody was missed, named without need, or accused wrongly."""
    parser = argparse.ArgumentParser(prog="serment drill 2024", description=event2024.__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--patients", type=int, default=PATIENTS)
    options = parser.parse_args(arguments)
    with targets.own(patients=options.patients) as target:
        found = event2024.play(target)
    told = event2024.report(found)
    print(
        json.dumps(told, ensure_ascii=False, indent=1) if options.json else "\n".join(f"{name:<20} {value}" for name, value in told.items())
    )
    return 0 if found.held else 1


def main() -> int:
    if sys.argv[1:2] == ["2024"]:
        return event(sys.argv[2:])
    parser = argparse.ArgumentParser(prog="serment drill", description=__doc__)
    parser.add_argument("--address", default="", help="a running demonstration or staging instance; without it, one of the drill's own")
    parser.add_argument("--instance", type=Path, default=None, help="its data directory, for the attacks that need more than its doors")
    parser.add_argument("--only", default="", help="S1,S7,…")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--patients", type=int, default=PATIENTS)
    options = parser.parse_args()
    wanted = scenarios(options.only)
    given = Target(url=options.address.rstrip("/"), data_dir=options.instance) if options.address else None
    with nullcontext(given) if given else targets.own(patients=options.patients) as target:
        found = run(target, wanted)
    if options.json:
        print(json.dumps({"scenarios": found}, ensure_ascii=False, indent=1))
    else:
        print(table(found))
    return 0 if all(one["held"] for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
