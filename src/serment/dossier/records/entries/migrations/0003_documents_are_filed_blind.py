from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from serment.dossier.disclosure import policies


class Migration(migrations.Migration):
    dependencies: ClassVar = [("entries", "0002_what_an_entry_is_about")]

    operations: ClassVar = [
        migrations.RunSQL(policies.filed("entry", besides="kind = 'DocumentReference' and version = 1"), migrations.RunSQL.noop)
    ]
