"""What custodians hold in their hands: a sheet of paper for each share, in French, one page each."""

from __future__ import annotations

from serment.custody import shares

COLUMNS = 4
# A printer begins a page where it meets one.
NEW_PAGE = "\f"


def sheet(text: str, *, number: int, count: int, threshold: int, generation: int, on: str) -> str:
    """One share as a page. `on` is the day, as it is read: 23/11/2026."""
    words = text.split()
    rows = -(-len(words) // COLUMNS)
    # Read downwards, so that a finger follows.
    lines = ["".join(f"{place + 1:>4}. {words[place]:<12}" for place in range(row, len(words), rows)).rstrip() for row in range(rows)]
    others = "1 autre part" if threshold == shares.THRESHOLD_MIN else f"{threshold - 1} autres parts"
    return "\n".join(
        [
            "SERMENT — PART DE LA CLÉ MAÎTRESSE",
            "",
            f"Part {number} sur {count}      Série {shares.series(text)}      Clé n° {generation}      Établie le {on}",
            "",
            *lines,
            "",
            f"Avec {others} de la même série, ces {len(words)} mots redonnent la clé qui ouvre tous les dossiers.",
            "Seule, cette part ne dit rien de la clé.",
            "",
            "- Gardez cette feuille sous enveloppe scellée et signée, dans un coffre dont vous seul·e disposez.",
            "- Ne la photographiez pas, ne la recopiez sur aucun ordinateur, ne la dites à personne au téléphone.",
            "- Ne gardez jamais deux parts au même endroit.",
            "- Vous la lirez à voix haute le jour d'une restauration (./serment keys restore), et à l'exercice annuel.",
            "- Quand une nouvelle clé remplace celle-ci, vous recevez une nouvelle feuille : détruisez alors celle-ci.",
            "",
            "Dépositaire : ______________________________      Signature : ______________________________",
            "",
        ]
    )  # fmt: skip
