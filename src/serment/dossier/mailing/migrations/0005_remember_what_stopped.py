from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("mailing", "0004_count_who_is_set_apart")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Stop",
            fields=[
                ("pk", models.CompositePrimaryKey("approval", "at", blank=True, editable=False, primary_key=True, serialize=False)),
                ("approval", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("code", models.CharField(max_length=60)),
                ("mailing", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mailing.mailing")),
            ],
            options={"db_table": "mailing_stop"},
        ),
        migrations.RunSQL("grant select, insert on mailing_stop to serment_app;", migrations.RunSQL.noop),
    ]
