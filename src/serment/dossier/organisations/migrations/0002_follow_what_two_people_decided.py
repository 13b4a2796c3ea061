from __future__ import annotations

from typing import ClassVar

from django.db import migrations

# Names of wards, of no patient: the web process adds what two people decided before the guard, and changes nothing.
RIGHTS = "grant insert on establishment, unit to serment_app;"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("organisations", "0001_declare_the_organisation")]

    operations: ClassVar = [migrations.RunSQL(RIGHTS, "revoke insert on establishment, unit from serment_app;")]
