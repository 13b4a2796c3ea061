from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

# The list of deadlines is read without a record open, and says nothing of anybody; a row is added with the record open, under one's name.
RIGHTS = """
alter table right_request enable row level security;
create policy right_request_listed on right_request for select to serment_app using (true);
create policy right_request_written on right_request for insert to serment_app
    with check (patient_id = any (array(select patient_id from opening))
                and recorded_by = any (array(select account_id from opening)));
alter table right_step enable row level security;
create policy right_step_listed on right_step for select to serment_app using (true);
create policy right_step_written on right_step for insert to serment_app
    with check (patient_id = any (array(select patient_id from opening)) and account = any (array(select account_id from opening)));
grant select, insert on right_request, right_step to serment_app;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = [("disclosure", "0001_guard_writes_openings")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="RequestRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey("patient_id", "id", blank=True, editable=False, primary_key=True, serialize=False),
                ),
                ("patient_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("kind", models.CharField(max_length=20)),
                ("received_at", models.DateTimeField()),
                ("is_old", models.BooleanField()),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.UUIDField()),
            ],
            options={
                "db_table": "right_request",
                "indexes": [models.Index(fields=["received_at"], name="right_request_by_age")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("access", "rectification", "opposition", "complaint"))),
                        name="right_request_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StepRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "patient_id", "request_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("patient_id", models.UUIDField()),
                ("request_id", models.UUIDField()),
                ("number", models.PositiveSmallIntegerField()),
                ("step", models.CharField(max_length=20)),
                ("account", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "right_step",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("step__in", ("received", "identity", "preparing", "ready", "handed_over", "refused", "closed"))
                        ),
                        name="right_step_known",
                    )
                ],
            },
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
