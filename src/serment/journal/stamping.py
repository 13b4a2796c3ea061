"""Having the last checkpoint of each day stamped by a time-stamping authority (RFC 3161): proof, by somebody else's clock, that the journal
existed so far at that time."""

from __future__ import annotations

import threading
from datetime import datetime

import psycopg
import structlog
from cryptography.x509 import Certificate, load_pem_x509_certificates
from psycopg_pool import PoolTimeout
from rfc3161_client import TimestampRequestBuilder, VerificationError, VerifierBuilder, decode_timestamp_response

from serment.journal import outside
from serment.journal.keeper import Keeper
from serment.journal.outside import Authority
from serment.wire.witnessing import REFUSED, UNREACHABLE

# Once a day, and again after this when it did not work.
PAUSE_SECONDS = 600.0
QUERY, OK = "application/timestamp-query", 200

# The last one of a day that is over, unless it was stamped.
_DUE = """
select size, note from journal_checkpoint
where at < %s and size > (select coalesce(max(size), 0) from journal_timestamp) order by size desc limit 1
"""

log = structlog.get_logger()


class BadStamp(Exception):
    """Not a time stamp of this text by this authority."""


class Stamper:
    """A thread of the guard, when there is an authority. `step` does what is due."""

    def __init__(self, keeper: Keeper, authority: Authority) -> None:
        self._keeper, self._authority = keeper, authority
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stamps", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(timeout=2 * outside.DEADLINE_SECONDS)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.step()
            except (psycopg.Error, PoolTimeout) as error:
                log.warning("time_stamp", error=type(error).__name__)
            self._stopped.wait(PAUSE_SECONDS)

    def step(self) -> None:
        """Have the last checkpoint of the days that are over (UTC) stamped, verify the stamp, and keep it. Raises psycopg's errors."""
        midnight = self._keeper.clock().replace(hour=0, minute=0, second=0, microsecond=0)
        with self._keeper.pool.connection() as tx:
            row = tx.execute(_DUE, (midnight,)).fetchone()
        if row is None:
            return
        trouble = ""
        try:
            token, at = stamp(self._authority, row[1].encode())
        except outside.Unreachable:
            trouble = UNREACHABLE
        except (BadStamp, OSError, ValueError):
            trouble = REFUSED
        else:
            with self._keeper.pool.connection() as tx:
                keep = "insert into journal_timestamp (size, at, token) values (%s, %s, %s) on conflict do nothing"
                tx.execute(keep, (row[0], at, token))
        self._keeper.outlook.stamp_trouble = trouble
        (log.error if trouble else log.info)("time_stamp", size=row[0], trouble=trouble)


def start(keeper: Keeper) -> Stamper | None:
    """The thread, when an authority is configured."""
    authority = keeper.settings.timestamp_authority
    if authority is None:
        return None
    stamper = Stamper(keeper, authority)
    stamper.start()
    return stamper


def stamp(authority: Authority, text: bytes) -> tuple[bytes, datetime]:
    """Ask for a stamp; returns its bytes and its time. Raises Unreachable, BadStamp, OSError or ValueError for the certificates' file."""
    trusted: list[Certificate] = load_pem_x509_certificates(authority.certificates.read_bytes())
    request = TimestampRequestBuilder().data(text).nonce(nonce=True).cert_request(cert_request=True).build()
    status, answer = outside.post(authority.url, request.as_bytes(), kind=QUERY)
    if status != OK:
        raise BadStamp
    verifier = VerifierBuilder.from_request(request)
    for certificate in trusted:
        verifier = verifier.add_root_certificate(certificate)
    try:
        token = decode_timestamp_response(answer)
        verifier.build().verify_message(token, text)
    except (VerificationError, ValueError):
        raise BadStamp from None
    return answer, token.tst_info.gen_time
