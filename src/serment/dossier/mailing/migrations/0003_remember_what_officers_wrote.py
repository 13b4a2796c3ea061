"""What the officers wrote about an incident for the authorities: versions are added, never changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("mailing", "0002_remember_sendings")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="CaseText",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey("incident_id", "number", blank=True, editable=False, primary_key=True, serialize=False),
                ),
                ("incident_id", models.UUIDField()),
                ("number", models.PositiveIntegerField()),
                ("body", models.TextField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
            ],
            options={"db_table": "incident_text"},
        ),
        migrations.RunSQL("grant select, insert on incident_text to serment_app;", migrations.RunSQL.noop),
    ]
