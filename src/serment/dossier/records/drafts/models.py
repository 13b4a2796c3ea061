"""The table of drafts. Where a draft belongs is clear, its words are sealed."""

from __future__ import annotations

from django.db import models


class DraftRow(models.Model):
    """What one person is writing in one form of one record. Not an entry: replaced while they type, removed when it is signed."""

    pk = models.CompositePrimaryKey("patient_id", "author", "form")
    patient_id = models.UUIDField()
    author = models.UUIDField()
    form = models.CharField(max_length=60)
    compartment = models.CharField(max_length=16)
    saved_at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "draft"
        indexes = [models.Index(fields=["saved_at"], name="draft_by_age")]
        constraints = [
            models.CheckConstraint(condition=models.Q(compartment__in=["contact", "care", "sealed"]), name="draft_compartment_known")
        ]
