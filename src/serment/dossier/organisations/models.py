"""Establishments, units and beds."""

from __future__ import annotations

from django.db import models


class Establishment(models.Model):
    """A site of the group, known by its FINESS number and by the authority that its messages name. `address` holds lines."""

    id = models.UUIDField(primary_key=True)
    group = models.CharField(max_length=120)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)  # clinic, nursing_home
    finess = models.CharField(max_length=20, unique=True)
    authority = models.CharField(max_length=60, unique=True)
    address = models.CharField(max_length=200, default="")
    telephone = models.CharField(max_length=30, default="")

    class Meta:
        db_table = "establishment"


class Unit(models.Model):
    """A ward, a service, a floor of a nursing home."""

    id = models.UUIDField(primary_key=True)
    establishment = models.ForeignKey("organisations.Establishment", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)

    class Meta:
        db_table = "unit"
        constraints = [models.UniqueConstraint(fields=["establishment", "code"], name="unit_code_once")]


class Bed(models.Model):
    """A bed of a unit, by the label on its wall."""

    id = models.UUIDField(primary_key=True)
    unit = models.ForeignKey("organisations.Unit", on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=30)

    class Meta:
        db_table = "bed"
        constraints = [models.UniqueConstraint(fields=["unit", "label"], name="bed_label_once")]
