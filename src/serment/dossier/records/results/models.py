"""What came for whom and whether a physician saw it: identifiers, kinds and instants, never a value. The result itself is sealed."""

from __future__ import annotations

from django.db import models

ARRIVED, SEEN, UNSEEN = "arrived", "seen", "unseen"
KINDS = ("laboratory", "imaging", "document")


class ResultStepRow(models.Model):
    """One step of one document: it arrived, somebody saw it, somebody took that back. Added, never changed."""

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient_id = models.UUIDField()
    id = models.UUIDField()
    entry = models.UUIDField()
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    step = models.CharField(max_length=8)
    is_urgent = models.BooleanField(default=False)
    author = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "result_step"
        indexes = [models.Index(fields=["patient_id", "entry", "at"], name="result_step_by_entry")]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="result_kind_known"),
            models.CheckConstraint(condition=models.Q(step__in=[ARRIVED, SEEN, UNSEEN]), name="result_step_known"),
            models.CheckConstraint(condition=models.Q(step=ARRIVED) | models.Q(author__isnull=False), name="result_seen_by_somebody"),
        ]
