"""The interface writes messages and their state, and reads what tells a message sent again; nobody reads the bytes."""

from __future__ import annotations

from django.db import migrations, models

RIGHTS = """
grant insert on interop_message to serment_interface;
grant select (id, state, digest) on interop_message to serment_interface;
grant update (state, answered_at, error_code, error_location) on interop_message to serment_interface;
grant select (id, received_at, sender, event, state, answered_at, error_code, error_location) on interop_message to serment_app;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="MessageRow",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("received_at", models.DateTimeField()),
                ("sender", models.CharField(max_length=200)),
                ("control_id", models.CharField(max_length=199)),
                ("event", models.CharField(max_length=20)),
                ("state", models.CharField(default="received", max_length=10)),
                ("answered_at", models.DateTimeField(null=True)),
                ("error_code", models.CharField(default="", max_length=10)),
                ("error_location", models.CharField(default="", max_length=40)),
                ("digest", models.BinaryField()),
                ("sealed", models.BinaryField()),
            ],
            options={
                "db_table": "interop_message",
                "indexes": [
                    models.Index(fields=["digest"], name="interop_message_by_digest"),
                    models.Index(fields=["state", "received_at"], name="interop_message_by_state"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["received", "accepted", "refused"])), name="interop_message_state_known"
                    )
                ],
            },
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
