from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from serment.dossier.disclosure import policies


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [migrations.RunSQL(policies.OPENING, "drop table opening")]
