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
    """A person who is to be told of an incident: the list against which nobody is left out. `place` is theirs in the list that `approval`
    (a proposal) let go."""

    pk = models.CompositePrimaryKey("patient_id", "mailing_id")
    patient_id = models.UUIDField()
    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="+")
    approval = models.UUIDField()
    place = models.PositiveIntegerField()

    class Meta:
        db_table = "telling"
        indexes = [models.Index(fields=["mailing", "patient_id"], name="telling_of_mailing")]


class Start(models.Model):
    """That the letters of an incident leave: after which decision of two people, and for whose eyes their batches are sealed (age)."""

    approval = models.UUIDField(primary_key=True)
    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.UUIDField()

    class Meta:
        db_table = "mailing_start"


class Reached(models.Model):
    """That everybody on the list of an approval was written down."""

    approval = models.UUIDField(primary_key=True)
    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "mailing_reached"


class Stop(models.Model):
    """That the worker could not go on with the letters of an approval, with the code of what refused; empty when it went on again."""

    pk = models.CompositePrimaryKey("approval", "at")
    approval = models.UUIDField()
    at = models.DateTimeField()
    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)

    class Meta:
        db_table = "mailing_stop"


class Apart(models.Model):
    """How many of the persons written down together are dead, protected adults, or reached through a safe contact. Counts alone: of a
    person nothing of the kind is kept here. `place` is that of the first of them."""

    pk = models.CompositePrimaryKey("approval", "place")
    approval = models.UUIDField()
    place = models.PositiveIntegerField()
    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="+")
    deceased = models.PositiveIntegerField()
    protected_adults = models.PositiveIntegerField()
    safe_contacts = models.PositiveIntegerField()

    class Meta:
        db_table = "mailing_apart"


class Step(models.Model):
    """What became of one letter (`types.PLANNED` and following), each once for a channel, by the key. `by`: the officer who said so."""

    pk = models.CompositePrimaryKey("patient_id", "mailing_id", "ordinal", "channel", "step")
    patient_id = models.UUIDField()
    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="+")
    ordinal = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=10)
    step = models.CharField(max_length=10)
    reason = models.CharField(max_length=40)
    batch = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)

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


class BatchStep(models.Model):
    """What became of a batch: `fetched` by an officer, `posted` by the mailing house."""

    pk = models.CompositePrimaryKey("mailing_id", "number", "step")
    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=10)
    at = models.DateTimeField()
    by = models.UUIDField()

    class Meta:
        db_table = "letter_batch_step"


class PortalMessage(models.Model):
    """The message that waits for a person in the portal, sealed with the public key of their record: nobody reads it without opening it."""

    pk = models.CompositePrimaryKey("patient_id", "mailing_id", "ordinal")
    patient_id = models.UUIDField()
    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="+")
    ordinal = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "portal_message"


class CodeRow(models.Model):
    """A verification code, by keyed digests only: neither the code nor the person can be told from it. `back` leads whoever holds the code
    and the key to the letter; without the code it is noise."""

    locator = models.BinaryField(primary_key=True)
    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="+")
    proof = models.BinaryField()
    back = models.BinaryField()

    class Meta:
        db_table = "letter_code"


class CaseText(models.Model):
    """One version of what the officers wrote about an incident for the authorities (`casebook.Texts` as JSON)."""

    pk = models.CompositePrimaryKey("incident_id", "number")
    incident_id = models.UUIDField()
    number = models.PositiveIntegerField()
    body = models.TextField()
    at = models.DateTimeField()
    by = models.UUIDField()

    class Meta:
        db_table = "incident_text"
