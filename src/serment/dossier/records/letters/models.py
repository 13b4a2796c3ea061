"""Which stays have a lettre de liaison: the fact, for the list of a unit. The letter itself is a sealed document."""

from __future__ import annotations

from django.db import models


class DischargeLetterRow(models.Model):
    """One signed lettre de liaison. Added, never changed."""

    pk = models.CompositePrimaryKey("patient_id", "document_id")
    patient_id = models.UUIDField()
    document_id = models.UUIDField()
    stay_id = models.UUIDField()
    author = models.UUIDField()
    signed_at = models.DateTimeField()

    class Meta:
        db_table = "discharge_letter"
        indexes = [models.Index(fields=["stay_id"], name="discharge_letter_by_stay")]
