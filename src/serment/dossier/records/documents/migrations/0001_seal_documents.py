from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

from serment.dossier.disclosure import policies

# The worker asks which of some file names are still referred to; row-level security hides the documents from it, and this answers with
# nothing but names that it was given.
KNOWN_OBJECTS = """
create function known_objects(names text[]) returns setof text
    language sql stable security definer set search_path = pg_catalog, public
    as $$ select object_name from public.document where object_name = any (names) $$;
revoke execute on function known_objects(text[]) from public;
grant execute on function known_objects(text[]) to serment_app;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = [("disclosure", "0001_guard_writes_openings")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="DocumentRow",
            fields=[
                ("pk", models.CompositePrimaryKey("patient_id", "id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("compartment", models.CharField(max_length=16)),
                ("author", models.UUIDField(null=True)),
                ("deposit", models.BooleanField(default=False)),
                ("stored_at", models.DateTimeField()),
                ("size", models.PositiveIntegerField()),
                ("media_class", models.CharField(max_length=10)),
                ("object_name", models.CharField(max_length=32)),
            ],
            options={
                "db_table": "document",
                "indexes": [models.Index(fields=["object_name"], name="document_by_object")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("media_class__in", ["pdf", "image", "text"])), name="document_class_known"),
                    models.CheckConstraint(
                        condition=models.Q(("compartment__in", ["contact", "care", "sealed"])), name="document_compartment_known"
                    ),
                ],
            },
        ),
        migrations.RunSQL(policies.sealed_table("document"), migrations.RunSQL.noop),
        migrations.RunSQL(KNOWN_OBJECTS, "drop function known_objects"),
    ]
