"""The table of documents: where a sealed file lies, and nothing of what it says."""

from __future__ import annotations

from django.db import models


class DocumentRow(models.Model):
    """One file. Added, never changed."""

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient_id = models.UUIDField()
    id = models.UUIDField()
    compartment = models.CharField(max_length=16)
    author = models.UUIDField(null=True)
    deposit = models.BooleanField(default=False)
    stored_at = models.DateTimeField()
    size = models.PositiveIntegerField()
    media_class = models.CharField(max_length=10)
    object_name = models.CharField(max_length=32)

    class Meta:
        db_table = "document"
        constraints = [
            models.CheckConstraint(condition=models.Q(media_class__in=["pdf", "image", "text"]), name="document_class_known"),
            models.CheckConstraint(condition=models.Q(compartment__in=["contact", "care", "sealed"]), name="document_compartment_known"),
        ]
        indexes = [models.Index(fields=["object_name"], name="document_by_object")]
