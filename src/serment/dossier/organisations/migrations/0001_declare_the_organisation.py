from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

RIGHTS = """
grant select on establishment, unit, bed to serment_app, serment_interface;
grant insert on bed to serment_interface;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="Establishment",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("group", models.CharField(max_length=120)),
                ("name", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=20)),
                ("finess", models.CharField(max_length=20, unique=True)),
                ("authority", models.CharField(max_length=60, unique=True)),
            ],
            options={
                "db_table": "establishment",
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=20)),
                (
                    "establishment",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.establishment"),
                ),
            ],
            options={
                "db_table": "unit",
            },
        ),
        migrations.CreateModel(
            name="Bed",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=30)),
                ("unit", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.unit")),
            ],
            options={
                "db_table": "bed",
            },
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(fields=("establishment", "code"), name="unit_code_once"),
        ),
        migrations.AddConstraint(
            model_name="bed",
            constraint=models.UniqueConstraint(fields=("unit", "label"), name="bed_label_once"),
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
