"""What the worker leaves to be read."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """The last time a process said that it lives."""

    process = models.CharField(primary_key=True, max_length=20)
    beat_at = models.DateTimeField()

    class Meta:
        db_table = "heartbeat"


class Finding(models.Model):
    """What a periodic check last found, as a count: orphan files removed, messages that nobody answered."""

    name = models.CharField(primary_key=True, max_length=40)
    count = models.PositiveIntegerField()
    found_at = models.DateTimeField()

    class Meta:
        db_table = "finding"
