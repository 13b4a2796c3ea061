"""Which report of a sender is in which entry of a record, so that a replacement replaces it: by keyed digests, for the interface alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

RIGHTS = "grant select, insert, update on interop_document to serment_interface;"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("interop", "0001_keep_messages_sealed")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="DocumentNameRow",
            fields=[
                ("pk", models.CompositePrimaryKey("patient_id", "digest", blank=True, editable=False, primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("digest", models.BinaryField()),
                ("entry", models.UUIDField()),
                ("version", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                ("parts", models.JSONField(default=list)),
            ],
            options={"db_table": "interop_document"},
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
