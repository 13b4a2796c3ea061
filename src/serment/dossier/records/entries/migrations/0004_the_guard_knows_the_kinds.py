from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from serment.dossier.disclosure import policies


class Migration(migrations.Migration):
    dependencies: ClassVar = [("entries", "0003_documents_are_filed_blind")]

    operations: ClassVar = [migrations.RunSQL(policies.KINDS_FOR_THE_GUARD.format(table="entry"), migrations.RunSQL.noop)]
