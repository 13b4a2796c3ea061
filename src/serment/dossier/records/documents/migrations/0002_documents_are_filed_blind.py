from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from serment.dossier.disclosure import policies


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0001_seal_documents")]

    operations: ClassVar = [migrations.RunSQL(policies.filed("document"), migrations.RunSQL.noop)]
