from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

from serment.dossier.disclosure import policies


class Migration(migrations.Migration):
    dependencies: ClassVar = [("entries", "0004_the_guard_knows_the_kinds")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="MaskingRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "patient_id", "entry_id", "version", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("patient_id", models.UUIDField()),
                ("entry_id", models.UUIDField()),
                ("version", models.PositiveIntegerField()),
                ("lifts", models.PositiveIntegerField(null=True)),
                ("author", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "masking"},
        ),
        migrations.RunSQL(policies.told_table("masking"), migrations.RunSQL.noop),
        migrations.RunSQL(policies.hidden("entry"), "drop policy entry_masked on entry"),
        migrations.RunSQL(policies.SEALED_BLIND, "drop policy entry_sealed_blind on entry"),
    ]
