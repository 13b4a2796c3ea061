from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from serment.dossier.disclosure import policies


class Migration(migrations.Migration):
    dependencies: ClassVar = [("disclosure", "0001_guard_writes_openings")]

    operations: ClassVar = [migrations.RunSQL(policies.SEVERAL_OF_ONE_TICKET, migrations.RunSQL.noop)]
