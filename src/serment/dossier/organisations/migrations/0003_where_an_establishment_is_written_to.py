from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

# What stands at the head of letters, of no patient: the web process writes these two columns and no other.
RIGHTS = "grant update (address, telephone) on establishment to serment_app;"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("organisations", "0002_follow_what_two_people_decided")]

    operations: ClassVar = [
        migrations.AddField("establishment", "address", models.CharField(max_length=200, default="")),
        migrations.AddField("establishment", "telephone", models.CharField(max_length=30, default="")),
        migrations.RunSQL(RIGHTS, "revoke update (address, telephone) on establishment from serment_app;"),
    ]
