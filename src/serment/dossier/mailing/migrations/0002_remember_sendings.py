"""What became of letters and batches, and the way back from a code to its letter. Rows are added, never changed."""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models

RIGHTS = "grant select, insert on mailing_start, mailing_reached, letter_batch_step, portal_message to serment_app;"


def of_mailing() -> tuple[str, Any]:
    return ("mailing", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mailing.mailing"))


def composite(*names: str) -> tuple[str, models.CompositePrimaryKey]:
    return ("pk", models.CompositePrimaryKey(*names, blank=True, editable=False, primary_key=True, serialize=False))


class Migration(migrations.Migration):
    dependencies: ClassVar = [("mailing", "0001_remember_letters")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Start",
            fields=[
                ("approval", models.UUIDField(primary_key=True, serialize=False)),
                ("recipient", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                of_mailing(),
            ],
            options={"db_table": "mailing_start"},
        ),
        migrations.CreateModel(
            name="Reached",
            fields=[
                ("approval", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                of_mailing(),
            ],
            options={"db_table": "mailing_reached"},
        ),
        migrations.CreateModel(
            name="BatchStep",
            fields=[
                composite("mailing_id", "number", "step"),
                ("number", models.PositiveIntegerField()),
                ("step", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                of_mailing(),
            ],
            options={"db_table": "letter_batch_step"},
        ),
        migrations.CreateModel(
            name="PortalMessage",
            fields=[
                composite("patient_id", "mailing_id", "ordinal"),
                ("patient_id", models.UUIDField()),
                ("ordinal", models.PositiveSmallIntegerField()),
                ("sealed", models.BinaryField()),
                of_mailing(),
            ],
            options={"db_table": "portal_message"},
        ),
        # Nor has anybody been put on a list.
        migrations.AddField(
            model_name="telling",
            name="approval",
            field=models.UUIDField(default="00000000-0000-0000-0000-000000000000"),
            preserve_default=False,
        ),
        migrations.AddField(model_name="telling", name="place", field=models.PositiveIntegerField(default=0), preserve_default=False),
        migrations.AddField(model_name="step", name="by", field=models.UUIDField(null=True)),
        # No letter has left before this version: there is nothing to lead back to.
        migrations.AddField(model_name="coderow", name="back", field=models.BinaryField(default=b""), preserve_default=False),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
