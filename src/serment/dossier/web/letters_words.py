"""The words of letters."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from serment.dossier.web.words import Word

# How a letter left; the codes are those of `records.letters.rules.HOW`.
HOW: dict[str, Word] = {
    "handed": _("remise en main propre"),
    "mssante": _("par messagerie sécurisée de santé"),
    "post": _("par courrier postal"),
    "fax": _("par télécopie"),
}
