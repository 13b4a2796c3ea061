"""What was loaded already, so that a load that was cut short goes on where it stopped."""

from __future__ import annotations

from django.db import models


class LoadedPatient(models.Model):
    """One fictional patient, by its number in the demonstration, and the instant that the demonstration was told from."""

    number = models.PositiveIntegerField(primary_key=True)
    told_at = models.DateTimeField()

    class Meta:
        app_label = "demonstration"
        db_table = "demonstration_loaded"
