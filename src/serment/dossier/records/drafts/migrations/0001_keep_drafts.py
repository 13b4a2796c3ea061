from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

from serment.dossier.disclosure import policies

# Row-level security hides the drafts from whoever has no opening; what nobody came back to must go all the same.
FORGET = """
create function forget_drafts(older timestamptz) returns bigint language sql volatile security definer set search_path = pg_catalog
    as $$ with gone as (delete from public.draft where saved_at < least(older, now() - interval '1 day') returning 1)
          select count(*) from gone $$;
revoke execute on function forget_drafts(timestamptz) from public;
grant execute on function forget_drafts(timestamptz) to serment_app;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = [("disclosure", "0001_guard_writes_openings")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="DraftRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "patient_id", "author", "form", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("patient_id", models.UUIDField()),
                ("author", models.UUIDField()),
                ("form", models.CharField(max_length=60)),
                ("compartment", models.CharField(max_length=16)),
                ("saved_at", models.DateTimeField()),
                ("sealed", models.BinaryField()),
            ],
            options={
                "db_table": "draft",
                "indexes": [models.Index(fields=["saved_at"], name="draft_by_age")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("compartment__in", ["contact", "care", "sealed"])), name="draft_compartment_known"
                    )
                ],
            },
        ),
        migrations.RunSQL(policies.OWN_DRAFTS, migrations.RunSQL.noop),
        migrations.RunSQL(FORGET, "drop function forget_drafts"),
    ]
