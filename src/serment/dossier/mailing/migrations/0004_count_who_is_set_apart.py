from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("mailing", "0003_remember_what_officers_wrote")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Apart",
            fields=[
                ("pk", models.CompositePrimaryKey("approval", "place", blank=True, editable=False, primary_key=True, serialize=False)),
                ("approval", models.UUIDField()),
                ("place", models.PositiveIntegerField()),
                ("deceased", models.PositiveIntegerField()),
                ("protected_adults", models.PositiveIntegerField()),
                ("safe_contacts", models.PositiveIntegerField()),
                ("mailing", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mailing.mailing")),
            ],
            options={"db_table": "mailing_apart"},
        ),
        migrations.RunSQL("grant select, insert on mailing_apart to serment_app;", migrations.RunSQL.noop),
    ]
