"""Rows are added, never changed: the web process and the worker have no other right."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

RIGHTS = "grant select, insert on mailing, telling, telling_step, letter_batch, letter_code to serment_app;"


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [
        migrations.CreateModel(
            name="Mailing",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("words", models.TextField()),
                ("written_on", models.DateField()),
                ("created_at", models.DateTimeField()),
                ("created_by", models.UUIDField()),
            ],
            options={
                "db_table": "mailing",
            },
        ),
        migrations.CreateModel(
            name="CodeRow",
            fields=[
                ("locator", models.BinaryField(primary_key=True, serialize=False)),
                ("proof", models.BinaryField()),
                ("mailing", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mailing.mailing")),
            ],
            options={
                "db_table": "letter_code",
            },
        ),
        migrations.CreateModel(
            name="BatchRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "mailing_id",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("letters", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("mailing", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mailing.mailing")),
            ],
            options={
                "db_table": "letter_batch",
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "patient_id",
                        "mailing_id",
                        "ordinal",
                        "channel",
                        "step",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("patient_id", models.UUIDField()),
                ("ordinal", models.PositiveSmallIntegerField()),
                ("channel", models.CharField(max_length=10)),
                ("step", models.CharField(max_length=10)),
                ("reason", models.CharField(max_length=40)),
                ("batch", models.PositiveIntegerField(null=True)),
                ("at", models.DateTimeField()),
                ("mailing", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mailing.mailing")),
            ],
            options={
                "db_table": "telling_step",
                "indexes": [models.Index(fields=["mailing", "channel", "step"], name="step_of_mailing")],
            },
        ),
        migrations.CreateModel(
            name="Telling",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "patient_id",
                        "mailing_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("patient_id", models.UUIDField()),
                ("mailing", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mailing.mailing")),
            ],
            options={
                "db_table": "telling",
                "indexes": [models.Index(fields=["mailing", "patient_id"], name="telling_of_mailing")],
            },
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
