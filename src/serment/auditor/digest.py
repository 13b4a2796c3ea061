"""What was decided in a day, for the data-protection officer.

Read from the journal alone, so that it is right even where the application is not. Names of staff are as the guard's database has
them; of patients there is nothing but identifiers.
"""

from __future__ import annotations

import json
import smtplib
import ssl
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

PARIS = ZoneInfo("Europe/Paris")
SMTP_SECONDS_MAX = 15

# What an officer reads of each kind, in the order of a day's importance.
KINDS = {
    "proposal": "Proposé", "decision": "Décidé", "execution": "Fait", "withdrawal": "Retiré", "assignment_ended": "Affectation terminée",
    "setting": "Limite changée", "containment": "Compte suspendu", "release": "Compte rétabli", "decoys": "Leurres placés",
    "decoy": "Leurre touché", "copy": "Copie d'un dossier", "review_late": "Relecture restée sans réponse",
    "shred": "Dossier détruit", "key_rotation": "Clé maîtresse changée", "witness_alarm": "ALARME D'UN TÉMOIN",
}  # fmt: skip
WHAT = {
    "account": "ajouter une personne", "role": "changer une fonction", "assignment": "affecter à une unité",
    "administrator": "confier un pouvoir", "unit": "déclarer une unité", "letterhead": "changer un en-tête",
    "client": "raccorder une application", "limits": "changer une limite", "release": "rétablir un compte",
    "recovery": "rétablir un accès perdu", "surge": "déclencher le plan blanc", "decoys": "placer des leurres",
    "bulk_export": "autoriser un export", "shred": "détruire un dossier", "attribution": "rechercher l'origine d'une fuite",
    "notification": "écrire aux personnes exposées",
}  # fmt: skip
# Members of a line that say nothing to a reader.
SILENT = frozenset({"what", "proposal", "terms", "assignment", "mark", "decoy", "approved", "review"})


@dataclass(frozen=True, kw_only=True)
class Line:
    at: datetime
    kind: str
    account: str
    patient: str
    body: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Day:
    """What the journal says of one day, and the names its identifiers go by."""

    day: date
    lines: tuple[Line, ...]
    names: dict[str, str]


def read(dsn: str, day: date) -> Day:
    """The lines of a day as it is in France. Raises psycopg's errors."""
    since = datetime.combine(day, time(), PARIS)
    until = datetime.combine(day + timedelta(days=1), time(), PARIS)
    query = "select at, kind, account_id, patient_id, leaf from journal_entry where kind = any(%s) and at >= %s and at < %s order by id"
    with psycopg.connect(dsn) as tx:
        rows = tx.execute(query, (list(KINDS), since, until)).fetchall()
        staff = tx.execute("select id, label, profession from account").fetchall()
        units = tx.execute("select id, label from unit").fetchall()
    names = {str(id): f"{label}, {profession}" if profession else label for id, label, profession in staff}
    lines = tuple(
        Line(
            at=at.astimezone(PARIS), kind=kind, account=str(account or ""), patient=str(patient or ""),
            body=json.loads(bytes(leaf))["body"],
        )
        for at, kind, account, patient, leaf in rows
    )  # fmt: skip
    return Day(day=day, lines=lines, names={**names, **{str(id): label for id, label in units}})


def text(found: Day) -> str:
    """The digest, in French, for a screen or a letter."""
    head = f"Ce qui s'est décidé le {found.day:%d/%m/%Y}"
    if not found.lines:
        return f"{head} : rien.\n"
    told = [head, "=" * len(head), ""]
    for line in found.lines:
        who = found.names.get(line.account, line.account) or "Le gardien, de lui-même"
        told.append(f"{line.at:%H:%M}  {_title(line)}. {who}.")
        told += [f"       {name} : {value}" for name, value in _details(line, found.names)]
    told += ["", f"{len(found.lines)} lignes du journal. Pour les vérifier : ./serment journal verify.", ""]
    return "\n".join(told)


def _title(line: Line) -> str:
    what = WHAT.get(str(line.body.get("what", "")), "")
    word = KINDS[line.kind]
    if line.kind == "decision" and not line.body.get("approved"):
        word = "Refusé"
    if line.kind == "execution" and "code" in line.body:
        word = "N'a pas pu être fait"
    return f"{word} : {what}" if what else word


def _details(line: Line, names: dict[str, str]) -> list[tuple[str, str]]:
    given = {**{name: value for name, value in line.body.items() if name not in SILENT}, **_terms(line.body)}
    if line.patient:
        given["dossier"] = line.patient
    return [(name, names.get(str(value), str(value))) for name, value in given.items() if value not in (None, "")]


def _terms(body: dict[str, Any]) -> dict[str, Any]:
    """The terms of a proposal, without the key of a program: it is long, and says nothing to a reader."""
    terms: dict[str, Any] = json.loads(body["terms"]) if "terms" in body else {}
    return {name: value for name, value in terms.items() if name != "key"}


@dataclass(frozen=True, kw_only=True)
class Relay:
    """The mail server that carries it, from a JSON file. `tls` is `starttls`, `tls` or `none` (a relay on this machine)."""

    host: str
    port: int
    sender: str
    to: tuple[str, ...]
    tls: str = "starttls"
    user: str = ""
    password: str = ""

    @classmethod
    def configured(cls, file: Path) -> Relay:
        """Read the file. Raises OSError, ValueError for one that lacks a member or has another."""
        raw = json.loads(file.read_text(encoding="utf-8"))
        known = {"host", "port", "from", "to", "tls", "user", "password"}
        if not isinstance(raw, dict) or set(raw) - known or not {"host", "from", "to"} <= set(raw):
            raise ValueError("host, from and to, and perhaps port, tls, user and password")
        if raw.get("tls", "starttls") not in ("starttls", "tls", "none"):
            raise ValueError("tls is starttls, tls or none")
        to = raw["to"] if isinstance(raw["to"], list) else [raw["to"]]
        return cls(
            host=raw["host"], port=int(raw.get("port", 587)), sender=raw["from"], to=tuple(to), tls=raw.get("tls", "starttls"),
            user=raw.get("user", ""), password=raw.get("password", ""),
        )  # fmt: skip


def send(relay: Relay, found: Day, *, now: datetime) -> None:
    """Send it. Raises OSError and smtplib.SMTPException."""
    message = EmailMessage()
    message["From"], message["To"] = relay.sender, ", ".join(relay.to)
    message["Date"], message["Auto-Submitted"] = format_datetime(now), "auto-generated"
    message["Subject"] = f"Serment : ce qui s'est décidé le {found.day:%d/%m/%Y} ({len(found.lines)})"
    # The same day sent twice is one message for whoever reads it.
    message["Message-ID"] = f"<digest.{found.day:%Y%m%d}.serment@{relay.sender.rpartition('@')[2]}>"
    message.set_content(text(found))
    connect = smtplib.SMTP_SSL if relay.tls == "tls" else smtplib.SMTP
    with connect(relay.host, relay.port, timeout=SMTP_SECONDS_MAX) as server:
        if relay.tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        if relay.user:
            server.login(relay.user, relay.password)
        server.send_message(message)
