from __future__ import annotations

from typing import ClassVar

from django.db import migrations

# What its sender, or the patient, masked from professionals would stand on the list of a unit where nobody may open it: it is left out
# until it is shown again. So is what was struck out.
IN_UNITS = """
create or replace function results_in(units uuid[], seen_since timestamptz)
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
    and (select e.status = 'active' and e.compartment = 'care' from public.entry e
         where e.patient_id = l.patient_id and e.id = l.entry order by e.version desc limit 1)
$$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("results", "0001_remember_what_was_seen")]

    operations: ClassVar = [migrations.RunSQL(IN_UNITS, migrations.RunSQL.noop)]
