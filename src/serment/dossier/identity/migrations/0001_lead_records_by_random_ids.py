from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

RIGHTS = """
grant select, insert on patient to serment_app;
grant insert on patient to serment_interface;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="Patient",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("state", models.CharField(default="active", max_length=10)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "patient",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("state__in", ["active", "merged"])), name="patient_state_known")
                ],
            },
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
