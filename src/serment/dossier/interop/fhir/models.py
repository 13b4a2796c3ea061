"""What was imported: which version of an entry holds which content. The content stands here as a keyed digest only."""

from __future__ import annotations

from django.db import models


class ImportedRow(models.Model):
    """One resource that came in a file, by the identifier of its entry."""

    pk = models.CompositePrimaryKey("patient_id", "entry")
    patient_id = models.UUIDField()
    entry = models.UUIDField()
    version = models.PositiveIntegerField()
    digest = models.BinaryField()

    class Meta:
        db_table = "fhir_import"
