"""What arrived, sealed, and what was answered."""

from __future__ import annotations

from django.db import models

RECEIVED, ACCEPTED, REFUSED = "received", "accepted", "refused"


class MessageRow(models.Model):
    """One message as it came. The clear columns name the sender and the event, never a person; the bytes are sealed for the guard."""

    id = models.UUIDField(primary_key=True)
    received_at = models.DateTimeField()
    sender = models.CharField(max_length=200)
    control_id = models.CharField(max_length=199)
    event = models.CharField(max_length=20)
    state = models.CharField(max_length=10, default=RECEIVED)
    answered_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=10, default="")
    error_location = models.CharField(max_length=40, default="")
    digest = models.BinaryField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "interop_message"
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=[RECEIVED, ACCEPTED, REFUSED]), name="interop_message_state_known")
        ]
        indexes = [
            models.Index(fields=["digest"], name="interop_message_by_digest"),
            models.Index(fields=["state", "received_at"], name="interop_message_by_state"),
        ]


class DocumentNameRow(models.Model):
    """Which document of a sender is in which entry. The name is a keyed digest, and so is what it said; `parts` are the entries of its
    analyses."""

    pk = models.CompositePrimaryKey("patient_id", "digest")
    patient_id = models.UUIDField()
    digest = models.BinaryField()
    entry = models.UUIDField()
    version = models.PositiveIntegerField()
    content = models.BinaryField()
    parts = models.JSONField(default=list)

    class Meta:
        db_table = "interop_document"
