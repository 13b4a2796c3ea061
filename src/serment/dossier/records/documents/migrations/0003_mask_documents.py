from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from serment.dossier.disclosure import policies


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0002_documents_are_filed_blind"), ("entries", "0005_mask_entries")]

    operations: ClassVar = [migrations.RunSQL(policies.hidden("document"), "drop policy document_masked on document")]
