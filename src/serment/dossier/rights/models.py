"""The register's columns in clear. What was said lies sealed in the entry of the same identifier."""

from __future__ import annotations

from django.db import models

from serment.dossier.rights.types import KINDS, STATES


class RequestRow(models.Model):
    """That a right is used, and since when: enough to keep its deadline. Rows are added, never changed."""

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient_id = models.UUIDField()
    id = models.UUIDField()
    kind = models.CharField(max_length=20)
    received_at = models.DateTimeField()
    is_old = models.BooleanField()  # whether the information asked for is more than five years old
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField()

    class Meta:
        db_table = "right_request"
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="right_request_kind_known")]
        indexes = [models.Index(fields=["received_at"], name="right_request_by_age")]


class StepRow(models.Model):
    """One step of a request: who did what when. Added, never changed; two people cannot make the same one."""

    pk = models.CompositePrimaryKey("patient_id", "request_id", "number")
    patient_id = models.UUIDField()
    request_id = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=20)
    account = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        db_table = "right_step"
        constraints = [models.CheckConstraint(condition=models.Q(step__in=STATES), name="right_step_known")]
