from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

from serment.dossier.disclosure import policies


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = [("disclosure", "0001_guard_writes_openings")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="EntryRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "patient_id", "id", "version", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("patient_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("version", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=40)),
                ("compartment", models.CharField(max_length=16)),
                ("stay_id", models.UUIDField(null=True)),
                ("author", models.UUIDField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("effective_at", models.DateTimeField()),
                ("status", models.CharField(max_length=20)),
                ("supersedes", models.PositiveIntegerField(null=True)),
                ("deposit", models.BooleanField(default=False)),
                ("sealed", models.BinaryField()),
            ],
            options={
                "db_table": "entry",
                "indexes": [models.Index(fields=["patient_id", "kind"], name="entry_by_kind")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("version__gte", 1)), name="entry_version_from_one"),
                    models.CheckConstraint(condition=models.Q(("status__in", ["active", "entered-in-error"])), name="entry_status_known"),
                    models.CheckConstraint(
                        condition=models.Q(("compartment__in", ["contact", "care", "sealed"])), name="entry_compartment_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("deposit", True), ("author__isnull", False), _connector="OR"), name="entry_has_author"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("supersedes__isnull", True), ("supersedes__lt", models.F("version")), _connector="OR"),
                        name="entry_supersedes_older",
                    ),
                ],
            },
        ),
        migrations.RunSQL(policies.sealed_table("entry"), migrations.RunSQL.noop),
    ]
