"""What others said of the checkpoints: witnesses' cosignatures (C2SP tlog-cosignature) and time stamps (RFC 3161)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.x509 import Certificate, load_pem_x509_certificates

from serment.auditor.document import Cosignature, TimeStamp
from serment.wire.note import COSIGNATURE, BadNote, Verifier, cosigned_at

# A witness cosigns within a minute, an authority stamps once a day: what is older than this has been without them.
WITNESS_LATE = timedelta(days=1)
STAMP_LATE = timedelta(days=2)


class BadCertificates(ValueError):
    """Not certificates in PEM."""


class Unvouched(Exception):
    """A cosignature or a time stamp that does not hold, in French."""


@dataclass(frozen=True, kw_only=True)
class Trusted:
    """Whose word counts, noted down elsewhere."""

    witnesses: tuple[Verifier, ...]
    authority: tuple[Certificate, ...]

    @classmethod
    def read(cls, *, witnesses: Sequence[str], certificates: bytes) -> Trusted:
        """Raises BadNote for a key out of form, BadCertificates."""
        try:
            authority = tuple(load_pem_x509_certificates(certificates)) if certificates else ()
        except ValueError:
            raise BadCertificates from None
        return cls(witnesses=tuple(Verifier.parse(key, kind=COSIGNATURE) for key in witnesses), authority=authority)


NOBODY = Trusted(witnesses=(), authority=())


class Vouchers:
    """`cosigned` and `stamped` are how far each of those trusted vouches; `unread` counts the lines of others."""

    def __init__(self, trusted: Trusted) -> None:
        self._trusted = trusted
        self._keys = {str(witness): witness for witness in trusted.witnesses}
        self._at: dict[str, datetime] = {}
        self._stamped_at: datetime | None = None
        self.cosigned: dict[str, int] = {}
        self.stamped: tuple[int, str] | None = None
        self.unread = 0

    def take(self, line: Cosignature | TimeStamp, note: str) -> None:
        """A line about the checkpoint of this note. Raises Unvouched."""
        if isinstance(line, TimeStamp):
            self._stamp(line, note)
            return
        witness = self._keys.get(line.witness)
        if witness is None:
            self.unread += 1
            return
        text = note.rpartition("\n\n")[0]
        try:
            # Two lines in one would let the second pass for the end of the checkpoint.
            at = cosigned_at(f"{text}\n\n{line.line}\n" if "\n" not in line.line else "", witness)
            self._at[witness.name] = datetime.fromtimestamp(at, UTC)
        except (BadNote, OverflowError, ValueError, OSError):
            raise Unvouched(f"le témoin {witness.name} n'a pas contresigné le point de contrôle de taille {line.size} tel quel") from None
        self.cosigned[witness.name] = line.size

    def _stamp(self, line: TimeStamp, note: str) -> None:
        if not self._trusted.authority:
            self.unread += 1
            return
        at = stamped_at(line.token, note.encode(), self._trusted.authority)
        if at is None:
            raise Unvouched(f"l'horodatage du point de contrôle de taille {line.size} est faux")
        self._stamped_at, self.stamped = at, (line.size, at.isoformat())

    def missing(self, *, since: str, until: str) -> Iterator[str]:
        """What should be there in a journal whose entries are of these two instants; nothing for one without entries."""
        if not until:
            return
        first, last = datetime.fromisoformat(since), datetime.fromisoformat(until)
        for witness in self._trusted.witnesses:
            at = self._at.get(witness.name)
            if at is None:
                yield f"le témoin {witness.name} n'a contresigné aucun point de contrôle"
            elif last - at > WITNESS_LATE:
                yield f"le témoin {witness.name} n'a plus rien contresigné depuis le {at:%d/%m/%Y}"
        if self._trusted.authority and last - (self._stamped_at or first) > STAMP_LATE:
            yield f"aucun horodatage depuis le {self._stamped_at:%d/%m/%Y}" if self._stamped_at else "aucun horodatage"


def stamped_at(token: bytes, text: bytes, trusted: Sequence[Certificate]) -> datetime | None:
    """When an authority stamped a text, or None when it did not. The certificates need to have been valid then, not today."""
    # Only whoever verifies time stamps needs the library.
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    try:
        stamp = decode_timestamp_response(token)
        VerifierBuilder(roots=list(dict.fromkeys(trusted))).build().verify_message(stamp, text)
    except (VerificationError, ValueError):
        return None
    return stamp.tst_info.gen_time
