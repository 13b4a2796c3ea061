from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

RIGHTS = """
grant select, insert on stay, movement to serment_app, serment_interface;
grant update (state, unit_id, bed_id, started_at, expected_end, ended_at) on stay to serment_app, serment_interface;
grant update (cancelled_at) on movement to serment_app, serment_interface;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="Movement",
            fields=[
                ("pk", models.CompositePrimaryKey("patient_id", "id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("stay_id", models.UUIDField()),
                ("kind", models.CharField(max_length=10)),
                ("unit_id", models.UUIDField(null=True)),
                ("bed_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("source", models.CharField(max_length=60)),
                ("external_id", models.CharField(max_length=120)),
            ],
            options={
                "db_table": "movement",
                "indexes": [models.Index(fields=["patient_id", "stay_id", "at"], name="movement_by_stay")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["admit", "transfer", "discharge"])), name="movement_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "discharge"), ("unit_id__isnull", False), _connector="OR"), name="movement_has_unit"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stay",
            fields=[
                ("pk", models.CompositePrimaryKey("patient_id", "id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("kind", models.CharField(max_length=20)),
                ("state", models.CharField(max_length=10)),
                ("unit_id", models.UUIDField(null=True)),
                ("bed_id", models.UUIDField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("expected_end", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("source", models.CharField(max_length=60)),
                ("external_id", models.CharField(max_length=120)),
            ],
            options={
                "db_table": "stay",
                "indexes": [models.Index(condition=models.Q(("state", "current")), fields=["unit_id"], name="stay_on_ward")],
                "constraints": [
                    models.UniqueConstraint(fields=("patient_id", "source", "external_id"), name="stay_of_source_once"),
                    models.CheckConstraint(condition=models.Q(("state__in", ["current", "ended", "cancelled"])), name="stay_state_known"),
                ],
            },
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
