from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

from serment.dossier.disclosure import policies

# What waits in some units: the latest step of each document of the people who are there, or left within thirty days as the tie of a stay
# lasts. Row-level security hides the steps from whoever has no record open; this answers with identifiers, kinds and instants of the units
# asked for. What was seen is answered for a while, so that it can be taken back.
IN_UNITS = """
create function results_in(units uuid[], seen_since timestamptz)
returns table (patient_id uuid, entry uuid, version integer, kind text, step text, is_urgent boolean, author uuid, at timestamptz,
               arrived_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
  with present as (
    select distinct s.patient_id from public.stay s
    where s.unit_id = any (units) and (s.state = 'current' or (s.state = 'ended' and s.ended_at > now() - interval '30 days'))
  ), latest as (
    select distinct on (r.patient_id, r.entry) r.* from public.result_step r join present using (patient_id)
    order by r.patient_id, r.entry, r.at desc, r.step desc
  )
  select l.patient_id, l.entry, l.version, l.kind, l.step, l.is_urgent, l.author, l.at,
         (select max(a.at) from public.result_step a where a.patient_id = l.patient_id and a.entry = l.entry and a.step = 'arrived')
  from latest l
  where (l.step <> 'seen' or l.at > seen_since)
    and not exists (select 1 from public.entry e where e.patient_id = l.patient_id and e.id = l.entry and e.status = 'entered-in-error')
$$;
revoke execute on function results_in(uuid[], timestamptz) from public;
grant execute on function results_in(uuid[], timestamptz) to serment_app;
create policy result_step_arrived on result_step for insert to serment_interface with check (step = 'arrived' and author is null);
grant insert on result_step to serment_interface;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = [
        ("disclosure", "0001_guard_writes_openings"),
        ("encounters", "0001_tell_stays_and_movements"),
        ("entries", "0003_documents_are_filed_blind"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ResultStepRow",
            fields=[
                ("pk", models.CompositePrimaryKey("patient_id", "id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("entry", models.UUIDField()),
                ("version", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=12)),
                ("step", models.CharField(max_length=8)),
                ("is_urgent", models.BooleanField(default=False)),
                ("author", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "result_step",
                "indexes": [models.Index(fields=["patient_id", "entry", "at"], name="result_step_by_entry")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("laboratory", "imaging", "document"))), name="result_kind_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("step__in", ["arrived", "seen", "unseen"])), name="result_step_known"),
                    models.CheckConstraint(
                        condition=models.Q(("step", "arrived"), ("author__isnull", False), _connector="OR"), name="result_seen_by_somebody"
                    ),
                ],
            },
        ),
        migrations.RunSQL(policies.told_table("result_step"), migrations.RunSQL.noop),
        migrations.RunSQL(IN_UNITS, "drop function results_in"),
    ]
