"""The letter about one person to one addressee: GDPR article 34(2), with the content of article 33(3) b, c and d. Pure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from serment.dossier.kernel import errors
from serment.dossier.mailing import postal, words
from serment.dossier.mailing.types import CERTAIN, FRENCH, ONESELF, Addressee, Block, Event, Exposed, Letter, Part, Person

# What the officers write themselves is short enough for one page with everything else at its longest.
WRITTEN_CHARACTERS_MAX = 350
NAME_CHARACTERS_MAX = 50
PARIS = ZoneInfo("Europe/Paris")


def check(event: Event) -> None:
    """Whether the officers' own words are there, fit on the page, and send nobody anywhere. Raises Invalid (`text_missing`,
    `text_too_long`, `link_in_letter`) naming the field."""
    for name in ("happened", "happened_en", "measures", "measures_en"):
        text = getattr(event, name)
        if not text.strip():
            raise errors.Invalid("text_missing", field=name)
        if len(text) > WRITTEN_CHARACTERS_MAX:
            raise errors.Invalid("text_too_long", field=name)
        if any(sign in text.casefold() for sign in ("http:", "https:", "www.", "@")):
            raise errors.Invalid("link_in_letter", field=name)


def write(*, event: Event, exposed: Exposed, person: Person, addressee: Addressee, code: str, is_posted: bool = True) -> Letter:
    """One page. Raises Invalid (`address_...`) when the address cannot be printed as the norm has it; an e-mail has none (`is_posted`)."""
    said = words.WORDS[person.language]
    is_french = person.language == FRENCH
    whose = _whose(person, addressee)
    first, last = (instant.astimezone(PARIS).date() for instant in (exposed.first_at, exposed.last_at))
    seen = said.certain if exposed.certainty == CERTAIN else said.possible
    why = said.why[addressee.quality].format(name=_short(person.name))
    opening = (said.greeting, *((why,) if why else ()), event.happened if is_french else event.happened_en)
    sender = event.sender
    call = said.call.format(
        telephone=sender.telephone, hours=sender.hours if is_french else sender.hours_en,
        officer=sender.officer if is_french else sender.officer_en or sender.officer,
    )  # fmt: skip
    return Letter(
        patient=person.patient,
        language=person.language,
        block=postal.block(addressee.names, addressee.address) if is_posted else Block(lines=addressee.names, postcode=""),
        place=f"{sender.town}, {'le ' if is_french else ''}{words.day(event.written_on, person.language)}",
        subject=said.subject.format(of_whom=_of_whom(person, addressee), reference=event.reference),
        parts=(
            Part(title="", lines=(*opening, seen.format(when=words.period(first, last, person.language), whose=whose))),
            Part(
                title=said.seen if exposed.certainty == CERTAIN else said.may_be_seen,
                items=words.kinds(exposed.kinds, person.language, perhaps=exposed.possible_kinds),
            ),
            Part(title=said.results, items=_results(exposed, said)),
            Part(title=said.done, lines=(event.measures if is_french else event.measures_en,)),
            Part(title=said.do, items=said.to_do),
            Part(title=said.ask, lines=(call, said.rights)),
        ),
        check_before=said.before,
        code=code,
        check_after=said.after,
        signature=sender.signature if is_french else sender.signature_en or sender.signature,
    )


def _whose(person: Person, addressee: Addressee) -> str:
    if addressee.quality == ONESELF:
        return "vos données" if person.language == FRENCH else "your data"
    return f"les données de {_short(person.name)}" if person.language == FRENCH else f"the data of {_short(person.name)}"


def _of_whom(person: Person, addressee: Addressee) -> str:
    if addressee.quality == ONESELF:
        return "à vos données" if person.language == FRENCH else "to your data"
    return f"aux données de {_short(person.name)}" if person.language == FRENCH else f"to the data of {_short(person.name)}"


def _short(name: str) -> str:
    return name if len(name) <= NAME_CHARACTERS_MAX else f"{name[: NAME_CHARACTERS_MAX - 1]}…"


def _results(exposed: Exposed, said: words.Words) -> tuple[str, ...]:
    """What may follow from these kinds of data, the most frequent first."""
    seen = {*exposed.kinds, *exposed.possible_kinds}
    likely = (
        (said.by_reaching, seen & (words.REACHING | words.IMPERSONATING)),
        (said.by_impersonating, seen & words.IMPERSONATING),
        (said.by_medical, seen - words.REACHING - words.IMPERSONATING),
    )
    return tuple(text for text, is_likely in likely if is_likely)
