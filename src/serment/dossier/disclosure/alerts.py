"""The alert icons that ward lists show: the fact, never the content. They are sealed with the identity, by the guard."""

from __future__ import annotations

from collections.abc import Iterable

from serment.dossier.disclosure.types import Permit
from serment.dossier.vault import client
from serment.wire.protocol import Flag


def replace(*, permit: Permit, among: Iterable[str], by: str) -> None:
    """Set one alert (or none, when `by` is empty) out of a group that excludes one another; the other alerts stay as the opening
    showed them. Does nothing when it is so already. Raises what the guard refuses with."""
    group = set(among)
    alerts = tuple(alert for alert in permit.alerts if alert not in group) + ((by,) if by else ())
    if set(alerts) == set(permit.alerts):
        return
    signed = permit.signed
    client.guard().call("flag", Flag(session=signed.session, proof=signed.proof, patient=permit.patient, alerts=alerts))
