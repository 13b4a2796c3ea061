"""Where a leaked list came from, asked of the guard: rows go in, counts and accounts of staff come out."""

from __future__ import annotations

from uuid import UUID

from serment.dossier.vault import client
from serment.dossier.vault.types import SignedRequest
from serment.wire import samples as wire


def match(*, signed: SignedRequest, approval: UUID, rows: tuple[wire.SampleRow, ...]) -> wire.SampleMatched:
    """Compare the rows under a decision of two officers. Raises Denied (`approval_missing`), Invalid (`sample_too_large`)."""
    request = wire.MatchSample(session=signed.session, proof=signed.proof, approval=approval, rows=rows)
    found: wire.SampleMatched = client.guard().call("match_sample", request)
    return found


def judge(*, signed: SignedRequest, approval: UUID) -> wire.Verdict:
    """Say what was compared comes from. Raises Denied (`approval_missing`), Conflict before anything was compared."""
    found: wire.Verdict = client.guard().call(
        "attribute_sample", wire.AttributeSample(session=signed.session, proof=signed.proof, approval=approval)
    )
    return found
