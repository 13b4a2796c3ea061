"""The table of entries. The place is clear, the content is sealed."""

from __future__ import annotations

from django.db import models


class EntryRow(models.Model):
    """One version of one entry. Rows are added, never changed: the database gives nobody the right to."""

    pk = models.CompositePrimaryKey("patient_id", "id", "version")
    patient_id = models.UUIDField()
    id = models.UUIDField()
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)  # the FHIR resource type
    compartment = models.CharField(max_length=16)
    stay_id = models.UUIDField(null=True)
    about_id = models.UUIDField(null=True)  # the entry of this patient that this one adds to or answers
    author = models.UUIDField(null=True)
    recorded_at = models.DateTimeField()
    effective_at = models.DateTimeField()
    status = models.CharField(max_length=20)
    supersedes = models.PositiveIntegerField(null=True)
    deposit = models.BooleanField(default=False)
    sealed = models.BinaryField()

    class Meta:
        db_table = "entry"
        constraints = [
            models.CheckConstraint(condition=models.Q(version__gte=1), name="entry_version_from_one"),
            models.CheckConstraint(condition=models.Q(status__in=["active", "entered-in-error"]), name="entry_status_known"),
            models.CheckConstraint(condition=models.Q(compartment__in=["contact", "care", "sealed"]), name="entry_compartment_known"),
            models.CheckConstraint(condition=models.Q(deposit=True) | models.Q(author__isnull=False), name="entry_has_author"),
            models.CheckConstraint(
                condition=models.Q(supersedes__isnull=True) | models.Q(supersedes__lt=models.F("version")), name="entry_supersedes_older"
            ),
        ]
        indexes = [
            models.Index(fields=["patient_id", "kind"], name="entry_by_kind"),
            models.Index(fields=["patient_id", "about_id"], name="entry_by_about", condition=models.Q(about_id__isnull=False)),
        ]


class MaskingRow(models.Model):
    """Which entry the patient had masked, by the version that lies among what is sealed; or, with `lifts`, which masking is over. Added,
    never changed."""

    pk = models.CompositePrimaryKey("patient_id", "entry_id", "version")
    patient_id = models.UUIDField()
    entry_id = models.UUIDField()
    version = models.PositiveIntegerField()
    lifts = models.PositiveIntegerField(null=True)
    author = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        db_table = "masking"
