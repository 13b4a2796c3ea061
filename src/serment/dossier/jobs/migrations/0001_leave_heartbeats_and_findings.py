from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

RIGHTS = """
grant select, insert, update on heartbeat, finding to serment_app;
grant select, insert, update, delete on
    procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers to serment_app;
grant usage on all sequences in schema public to serment_app;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = [("procrastinate", "0041_post_retry_failed_job")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField()),
                ("found_at", models.DateTimeField()),
            ],
            options={
                "db_table": "finding",
            },
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("process", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("beat_at", models.DateTimeField()),
            ],
            options={
                "db_table": "heartbeat",
            },
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
