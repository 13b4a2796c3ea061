"""What a document can be, with the code that other software knows it by. The French words are written in the entry as they are shown."""

from __future__ import annotations

from dataclasses import dataclass

from serment.dossier.vault.sealing import Resource

LOINC = "http://loinc.org"
# Types of documents of the Agence du numérique en santé, where LOINC has none (nomenclature TA_ASIP).
ANS = "urn:oid:1.2.250.1.213.1.1.4.12"

LETTER, DISCHARGE, CERTIFICATE, REFERRAL, LABORATORY, IMAGING = (
    "Courrier", "Lettre de liaison", "Certificat médical", "Adressage", "Résultat de biologie", "Imagerie",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Category:
    """One kind of document. `code` is empty when no terminology names it; `is_result` when a physician must have seen it."""

    label: str
    code: str = ""
    system: str = LOINC
    is_result: bool = False

    @property
    def concept(self) -> Resource:
        """As FHIR says it (DocumentReference.type)."""
        return {**({"coding": [{"system": self.system, "code": self.code}]} if self.code else {}), "text": self.label}


CATEGORIES: dict[str, Category] = {
    one.label: one
    for one in (
        Category(label="Compte rendu", code="34133-9", is_result=True),
        Category(label=DISCHARGE, code="11490-0", is_result=True),
        Category(label=LABORATORY, code="11502-2", is_result=True),
        Category(label=IMAGING, code="18748-4", is_result=True),
        Category(label="Ordonnance", code="57833-6"),
        Category(label="Consentement", code="59284-0"),
        Category(label=LETTER, code="51852-2", is_result=True),
        Category(label=REFERRAL, code="57133-1", is_result=True),
        Category(label=CERTIFICATE, code="CERT_DECL", system=ANS),
        Category(label="Directives anticipées", code="75320-2"),
        Category(label="Pièce d’identité"),
        Category(label="Autre document"),
    )
}


def category(label: str) -> Category:
    """A kind by its words; one without a code for words that are another's."""
    return CATEGORIES.get(label) or Category(label=label)


def by_code(code: str) -> Category | None:
    """A kind by its code, or None."""
    return next((one for one in CATEGORIES.values() if one.code == code), None)
