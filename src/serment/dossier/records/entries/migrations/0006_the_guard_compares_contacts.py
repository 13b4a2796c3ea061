from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from serment.dossier.disclosure import policies


class Migration(migrations.Migration):
    dependencies: ClassVar = [("entries", "0005_mask_entries")]

    operations: ClassVar = [migrations.RunSQL(policies.CONTACTS_FOR_THE_GUARD, "drop view contact_entry")]
