"""The patient as the record knows them: an identifier. Names and numbers lie with the guard."""

from __future__ import annotations

from django.db import models


class Patient(models.Model):
    """A random identifier and the state of the record that it leads."""

    id = models.UUIDField(primary_key=True)
    state = models.CharField(max_length=10, default="active")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "patient"
        constraints = [models.CheckConstraint(condition=models.Q(state__in=["active", "merged"]), name="patient_state_known")]
