"""No right for the web process: an import is the operator's, and reads no record."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [
        migrations.CreateModel(
            name="ImportedRow",
            fields=[
                ("pk", models.CompositePrimaryKey("patient_id", "entry", blank=True, editable=False, primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("entry", models.UUIDField()),
                ("version", models.PositiveIntegerField()),
                ("digest", models.BinaryField()),
            ],
            options={"db_table": "fhir_import"},
        ),
    ]
