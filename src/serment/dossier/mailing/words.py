"""The words of the letters, in French and in English. They are not translations of the interface: the reader of a letter chose no language.

Plain: short sentences, no anglicism, no jargon of the law or of computers (GDPR article 34(2): in clear and plain language). No address of
a page and no question: a letter that asks or links nothing cannot teach people to follow one that does. Never the date of birth, which the
check of the code asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from serment.dossier.mailing.types import CURATOR, ENGLISH, FRENCH, GUARDIAN, HEIR, ONESELF, PARENT, SAFE_CONTACT

# Each kind of data, as the person would say it. What no line knows is said as "other elements" rather than left out.
KINDS: dict[str, tuple[str, str]] = {
    "identity": ("nom, prénoms, sexe, date et lieu de naissance", "name, sex, date and place of birth"),
    "address": ("adresse postale", "postal address"),
    "telephone": ("numéros de téléphone", "telephone numbers"),
    "email": ("adresse électronique", "e-mail address"),
    "insurance": ("numéro de sécurité sociale (INS)", "social security number (INS)"),
    "relatives": ("coordonnées de proches", "details of relatives"),
    "treating_physician": ("nom du médecin traitant", "name of the treating physician"),
    "stays": ("dates et services d’hospitalisation", "dates and wards of stays"),
    "allergies": ("allergies", "allergies"),
    "symptoms": ("motifs de venue et symptômes", "reasons for coming and symptoms"),
    "conditions": ("maladies et antécédents", "diseases and medical history"),
    "prescriptions": ("traitements et ordonnances", "treatments and prescriptions"),
    "observations": ("mesures et résultats d’examens", "measurements and test results"),
    "notes": ("notes des soignants", "notes of the care team"),
    "documents": ("comptes rendus et courriers médicaux", "medical reports and letters"),
}
OTHER = ("autres éléments du dossier", "other elements of the record")

REACHING = frozenset({"address", "telephone", "email", "relatives"})
IMPERSONATING = frozenset({"identity", "insurance"})
MEDICAL = frozenset(KINDS) - REACHING - IMPERSONATING

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Words:
    """The fixed sentences of one language. `{whose}` is "vos données" or "les données de ...", `{of_whom}` the same after "à"."""

    title: str
    subject: str
    greeting: str
    why: dict[str, str]
    certain: str
    possible: str
    seen: str
    may_be_seen: str
    results: str
    by_reaching: str
    by_impersonating: str
    by_medical: str
    done: str
    do: str
    to_do: tuple[str, ...]
    ask: str
    call: str
    rights: str
    before: str
    after: str


_FR = Words(
    title="Lettres d’information",
    subject="Objet : accès sans droit {of_whom} (réf. {reference})",
    greeting="Madame, Monsieur,",
    why={
        ONESELF: "",
        PARENT: "Nous vous écrivons parce que vous exercez l’autorité parentale sur {name}.",
        GUARDIAN: "Nous vous écrivons parce que vous représentez {name}.",
        CURATOR: "Nous vous écrivons parce que vous assistez {name}, à qui nous avons écrit aussi.",
        HEIR: "Nous vous écrivons comme proche de {name}, dont nous avons appris le décès. Ce courrier peut être douloureux.",
        SAFE_CONTACT: "Nous vous écrivons à cette adresse, et à aucune autre, comme {name} nous l’a demandé.",
    },
    certain="{when}, {whose} ont été consultées lors de cet accès. Nous en avons la trace.",
    possible="{when}, {whose} ont pu être consultées lors de cet accès. Nous ne pouvons ni le prouver ni l’exclure, et préférons le dire.",
    seen="Ce qui a été vu, et peut avoir été copié",
    may_be_seen="Ce qui a pu être vu ou copié",
    results="Ce que cela peut entraîner",
    by_reaching="Des appels, messages ou courriers trompeurs, qui citent ces informations pour obtenir un paiement ou un mot de passe.",
    by_impersonating="Des démarches faites au nom d’une autre personne : crédit, abonnement, faux remboursement.",
    by_medical="La révélation d’informations de santé, ou un chantage qui menace de les révéler.",
    done="Ce que nous avons fait",
    do="Ce que vous pouvez faire",
    to_do=(
        "Ne donnez jamais un code, un mot de passe ou un numéro de carte à qui vous appelle ou vous écrit, même s’il connaît ces "
        "informations. Raccrochez, et appelez vous-même l’organisme au numéro que vous lui connaissez.",
        "Surveillez vos comptes et vos remboursements. En cas d’opération inconnue, prévenez aussitôt votre banque ou votre caisse.",
        "Si l’on vous menace ou vous réclame de l’argent, ne payez pas : gardez les preuves et portez plainte.",
    ),
    ask="Qui appeler",
    call="Nos équipes vous répondent au {telephone}, {hours}. Notre délégué à la protection des données : {officer}.",
    rights="Vous pouvez aussi adresser une réclamation à la CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07.",
    before="Ce courrier vient-il bien de nous ? Son code de vérification :",
    after="Nous ne vous demandons rien et ne donnons aucun lien. Pour vérifier, appelez l’accueil de l’établissement au numéro que vous "
    "connaissez déjà, ou ouvrez la page « Vérifier un courrier » de son site : dites le code, et la date de naissance de la personne "
    "concernée.",
)

_EN = Words(
    title="Information letters",
    subject="Subject: unlawful access {of_whom} (ref. {reference})",
    greeting="Dear Sir or Madam,",
    why={
        ONESELF: "",
        PARENT: "We are writing to you because you hold parental authority over {name}.",
        GUARDIAN: "We are writing to you because you represent {name}.",
        CURATOR: "We are writing to you because you assist {name}, to whom we have written too.",
        HEIR: "We are writing to you as a relative of the late {name}. We know that this letter may be painful.",
        SAFE_CONTACT: "We are writing to this address, and to no other, as {name} asked us to.",
    },
    certain="{when}, {whose} were consulted in the course of this access. We have the trace of it.",
    possible="{when}, {whose} may have been consulted in the course of this access. We can neither prove it nor rule it out, and prefer "
    "to say so.",
    seen="What was seen, and may have been copied",
    may_be_seen="What may have been seen or copied",
    results="What may come of it",
    by_reaching="Deceptive calls, messages or letters that quote this information to obtain a payment, a code or a password.",
    by_impersonating="Steps taken in another person’s name: a loan, a subscription, a false refund.",
    by_medical="Health information being revealed, or blackmail that threatens to reveal it.",
    done="What we have done",
    do="What you can do",
    to_do=(
        "Never give a code, a password or a card number to anyone who calls or writes to you, even if they know this information. Hang "
        "up, and call the organisation yourself at the number you know.",
        "Watch your accounts and refunds. If you see something you do not know, tell your bank or your health insurance at once.",
        "If somebody threatens you or demands money, do not pay: keep the evidence and report it to the police.",
    ),
    ask="Whom to call",
    call="Our teams answer on {telephone}, {hours}. Our data protection officer: {officer}.",
    rights="You may also complain to the CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, France.",
    before="Is this letter really from us? Its verification code:",
    after="We ask you for nothing and give no link. To check, call the establishment’s reception at the number you already know, or open "
    "the page “Check a letter” of its site: give the code, and the date of birth of the person concerned.",
)

WORDS: dict[str, Words] = {FRENCH: _FR, ENGLISH: _EN}


def kinds(asked: tuple[str, ...], language: str, *, perhaps: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The kinds in the order of the table, each once; "other elements" last for what it does not know. Those that were seen `perhaps` say
    so."""
    place = 0 if language == FRENCH else 1
    doubt = "%s (peut-être)" if language == FRENCH else "%s (perhaps)"
    known = [texts[place] if kind in asked else doubt % texts[place] for kind, texts in KINDS.items() if kind in asked or kind in perhaps]
    others = [set(asked) - set(KINDS), set(perhaps) - set(KINDS)]
    return (*known, OTHER[place] if others[0] else doubt % OTHER[place]) if any(others) else tuple(known)


def day(on: date, language: str) -> str:
    """`1er mars 2026`, `1 March 2026`."""
    if language == FRENCH:
        return f"{on.day}{'er' if on.day == 1 else ''} {MONTHS[on.month - 1]} {on.year}"
    return f"{on.day} {MONTHS_EN[on.month - 1]} {on.year}"


def period(first: date, last: date, language: str) -> str:
    """When it happened, at the beginning of a sentence."""
    if first == last:
        return f"Le {day(first, language)}" if language == FRENCH else f"On {day(first, language)}"
    if language == FRENCH:
        return f"Entre le {day(first, language)} et le {day(last, language)}"
    return f"Between {day(first, language)} and {day(last, language)}"
