"""Columns of what was written and sent. Rows are added and never changed; of a person they hold the random identifier and nothing else."""

from __future__ import annotations

from django.db import models


class Mailing(models.Model):
    """One incident's letters. `words` is the public text as JSON (`types.Event`): nothing in it is about one person."""

    id = models.UUIDField(primary_key=True)  # the incident's
    words = models.TextField()
    written_on = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.UUIDField()

    class Meta:
        db_table = "mailing"


class Telling(models.Model):
    """A person who is to be told of an incident: the list against which nobody is left out."""

    pk = models.CompositePrimaryKey("patient_id", "mailing_id")
    patient_id = models.UUIDField()
    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "telling"
        indexes = [models.Index(fields=["mailing", "patient_id"], name="telling_of_mailing")]


class Step(models.Model):
    """What became of one letter: `held`, `sent`, `returned`, `read`; each once for a channel, by the key."""

    pk = models.CompositePrimaryKey("patient_id", "mailing_id", "ordinal", "channel", "step")
    patient_id = models.UUIDField()
    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="+")
    ordinal = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=10)
    step = models.CharField(max_length=10)
    reason = models.CharField(max_length=40)
    batch = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "telling_step"
        indexes = [models.Index(fields=["mailing", "channel", "step"], name="step_of_mailing")]


class BatchRow(models.Model):
    """A file for the mailing house that is complete: `digest` is the SHA-256 of what lies on the disk."""

    pk = models.CompositePrimaryKey("mailing_id", "number")
    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    letters = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "letter_batch"


class CodeRow(models.Model):
    """A verification code, by keyed digests only: neither the code nor the person can be told from it."""

    locator = models.BinaryField(primary_key=True)
    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="+")
    proof = models.BinaryField()

    class Meta:
        db_table = "letter_code"
