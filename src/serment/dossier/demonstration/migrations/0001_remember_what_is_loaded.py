from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="LoadedPatient",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("told_at", models.DateTimeField()),
            ],
            options={"db_table": "demonstration_loaded"},
        ),
    ]
