from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

from serment.dossier.disclosure import policies

# The list of a unit asks which of some stays have a letter. Row-level security hides the rows from it, and this answers with nothing but
# identifiers that it was given.
RIGHTS = """
create function discharge_letters_of(stays uuid[]) returns setof uuid
    language sql stable security definer set search_path = pg_catalog, public
    as $$ select distinct l.stay_id from public.discharge_letter l
          where l.stay_id = any (stays)
          and exists (select 1 from public.entry e where e.patient_id = l.patient_id and e.id = l.document_id)
          and not exists (select 1 from public.entry e where e.patient_id = l.patient_id and e.id = l.document_id
                          and e.status = 'entered-in-error') $$;
revoke execute on function discharge_letters_of(uuid[]) from public;
grant execute on function discharge_letters_of(uuid[]) to serment_app;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = [("disclosure", "0001_guard_writes_openings"), ("entries", "0003_documents_are_filed_blind")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="DischargeLetterRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey("patient_id", "document_id", blank=True, editable=False, primary_key=True, serialize=False),
                ),
                ("patient_id", models.UUIDField()),
                ("document_id", models.UUIDField()),
                ("stay_id", models.UUIDField()),
                ("author", models.UUIDField()),
                ("signed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "discharge_letter",
                "indexes": [models.Index(fields=["stay_id"], name="discharge_letter_by_stay")],
            },
        ),
        migrations.RunSQL(policies.told_table("discharge_letter"), migrations.RunSQL.noop),
        migrations.RunSQL(RIGHTS, "drop function discharge_letters_of"),
    ]
