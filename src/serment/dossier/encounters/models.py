"""Stays and movements, by identifiers and times only. What a person is in hospital for is a sealed entry."""

from __future__ import annotations

from django.db import models


class Stay(models.Model):
    """One stay. Its unit, bed and dates are what its movements make them."""

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient_id = models.UUIDField()
    id = models.UUIDField()
    kind = models.CharField(max_length=20)  # inpatient, emergency, outpatient, resident
    state = models.CharField(max_length=10)
    unit_id = models.UUIDField(null=True)
    bed_id = models.UUIDField(null=True)
    started_at = models.DateTimeField(null=True)
    expected_end = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=120)

    class Meta:
        db_table = "stay"
        constraints = [
            models.UniqueConstraint(fields=["patient_id", "source", "external_id"], name="stay_of_source_once"),
            models.CheckConstraint(condition=models.Q(state__in=["current", "ended", "cancelled"]), name="stay_state_known"),
        ]
        indexes = [models.Index(fields=["unit_id"], condition=models.Q(state="current"), name="stay_on_ward")]


class Movement(models.Model):
    """One event of a stay, as it was told: never edited, only cancelled by a later message."""

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient_id = models.UUIDField()
    id = models.UUIDField()
    stay_id = models.UUIDField()
    kind = models.CharField(max_length=10)
    unit_id = models.UUIDField(null=True)
    bed_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=120)

    class Meta:
        db_table = "movement"
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["admit", "transfer", "discharge"]), name="movement_kind_known"),
            models.CheckConstraint(condition=models.Q(kind="discharge") | models.Q(unit_id__isnull=False), name="movement_has_unit"),
        ]
        indexes = [models.Index(fields=["patient_id", "stay_id", "at"], name="movement_by_stay")]
