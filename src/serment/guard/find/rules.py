"""The rules of national identity-vigilance (RNIV) that the guard computes, and the normal forms its index is made of. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import jellyfish

from serment.guard.errors import Refused
from serment.guard.vault import Vault
from serment.wire.protocol import INVALID, Identity, Ins
from serment.wire.words import OID_INS_NIA, OID_INS_NIR, OID_INS_NIR_DEMO, OID_INS_NIR_TEST

REAL_OIDS = frozenset({OID_INS_NIR, OID_INS_NIA})
TEST_OIDS = frozenset({OID_INS_NIR_TEST, OID_INS_NIR_DEMO})

# Thirteen characters and a key of two; the department of birth may be Corsica's 2A or 2B.
MATRICULE = re.compile(r"[0-9]{5}(?:2[AB]|[0-9]{2})[0-9]{8}")

# Longest trait accepted, in characters: RNIV allows 100 for names.
TRAIT_MAX = 100


def folded(name: str) -> str:
    """A name as RNIV compares it: capitals A-Z and single spaces; accents and apostrophes do not count, a hyphen is a space."""
    expanded = (
        name.replace("'", "")
        .replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
        .replace("œ", "oe")
        .replace("Œ", "OE")
        .replace("æ", "ae")
        .replace("Æ", "AE")
        .replace("ß", "ss")
    )
    letters = unicodedata.normalize("NFKD", expanded).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^A-Za-z]+", " ", letters).upper().split())


def sounded(name: str) -> str:
    """How a name sounds, roughly: LEFEVRE and LEFEBVRE, GAUTHIER and GAUTIER share one form."""
    return "".join(jellyfish.soundex(word) for word in folded(name).split())


def status(identity: Identity) -> str:
    """The RNIV status, computed and never typed: `qualifiee` is a validated identity with its INS; doubt forces `provisoire`."""
    if {"douteux", "fictif"} & set(identity.attributes):
        return "provisoire"
    if identity.validated:
        return "qualifiee" if identity.ins else "validee"
    return "recuperee" if identity.ins else "provisoire"


def is_matricule(matricule: str) -> bool:
    """Whether the 15 characters are a NIR or NIA with its key (97 - n mod 97; Corsica's 2A and 2B count as 19 and 18)."""
    if not MATRICULE.fullmatch(matricule):
        return False
    number = int(matricule[:13].replace("2A", "19").replace("2B", "18"))
    return 97 - number % 97 == int(matricule[13:])


def checked(identity: Identity, *, demonstration: bool) -> Identity:
    """The identity with its status. Refuses a trait out of its form, and an INS of a test domain outside a demonstration (RNIV; INS)."""
    for name in ("birth_name", "first_given_name"):
        if not folded(getattr(identity, name)) or len(getattr(identity, name)) > TRAIT_MAX:
            raise Refused(INVALID, "trait_missing", field=name)
    if identity.sex not in ("F", "M", "U"):
        raise Refused(INVALID, "sex_unknown", field="sex")
    if identity.ins is not None:
        check_ins(identity.ins, demonstration=demonstration)
    return replace(identity, status=status(identity))


def check_ins(ins: Ins, *, demonstration: bool) -> None:
    if ins.oid in TEST_OIDS and not demonstration:
        raise Refused(INVALID, "ins_test_domain", field="ins")
    if ins.oid not in REAL_OIDS | TEST_OIDS:
        raise Refused(INVALID, "ins_domain", field="ins")
    if not is_matricule(ins.matricule):
        raise Refused(INVALID, "ins_key", field="ins")


def is_same_person(known: Identity, given: Identity) -> bool:
    """Whether two identities under one INS agree on the strict traits: names by sound, date and sex exactly."""
    return (
        sounded(known.birth_name) == sounded(given.birth_name)
        and sounded(known.first_given_name) == sounded(given.first_given_name)
        and known.birth_date == given.birth_date
        and known.sex == given.sex
    )


def is_correction(known: Identity, given: Identity) -> bool:
    """Whether an identity under a known local number may be a correction of it: at most one strict trait changed."""
    changed = (
        sounded(known.birth_name) != sounded(given.birth_name),
        sounded(known.first_given_name) != sounded(given.first_given_name),
        known.birth_date != given.birth_date,
        known.sex != given.sex,
    )
    return sum(changed) <= 1


def tokens(vault: Vault, identity: Identity) -> dict[bytes, str]:
    """Every index token of an identity, with its kind. Only whole sets of traits are indexed: a name alone finds nobody."""
    found = {
        traits_token(vault, identity.birth_name, identity.first_given_name, identity.birth_date, identity.sex): "traits",
        sound_token(vault, identity.birth_name, identity.first_given_name, identity.birth_date, identity.sex): "phonetic",
    }
    if identity.ins is not None:
        found[ins_token(vault, identity.ins.matricule)] = "ins"
    for number in identity.numbers:
        found[number_token(vault, number.authority, number.value)] = "number"
        found[number_value_token(vault, number.value)] = "traits"
    return found


def traits_token(vault: Vault, birth_name: str, given: str, birth_date: object, sex: str) -> bytes:
    return vault.token("traits", folded(birth_name), folded(given), birth_date, sex)


def sound_token(vault: Vault, birth_name: str, given: str, birth_date: object, sex: str) -> bytes:
    return vault.token("phonetic", sounded(birth_name), sounded(given), birth_date, sex)


def ins_token(vault: Vault, matricule: str) -> bytes:
    return vault.token("ins", matricule)


def number_token(vault: Vault, authority: str, value: str) -> bytes:
    return vault.token("number", authority, value)


def number_value_token(vault: Vault, value: str) -> bytes:
    """For a person who types a local number without its authority: two establishments may share the value."""
    return vault.token("number value", value)
