from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("entries", "0001_seal_entries")]

    operations: ClassVar = [
        migrations.AddField(model_name="entryrow", name="about_id", field=models.UUIDField(null=True)),
        migrations.AddIndex(
            model_name="entryrow",
            index=models.Index(fields=["patient_id", "about_id"], name="entry_by_about", condition=models.Q(("about_id__isnull", False))),
        ),
    ]
