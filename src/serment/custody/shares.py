"""Backup shares of the master key: any `threshold` of them give it back, fewer tell nothing about it.

SLIP-0039: Shamir's secret sharing over GF(256), each share 36 words of a list of 1024 whose first four letters differ, with a checksum
that finds any three wrong words. The words can be printed, read aloud and typed again.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field

import shamir_mnemonic
from shamir_mnemonic import wordlist

from serment.custody import keyfile, ring
from serment.custody.keyfile import Entry
from serment.custody.master import MasterKeyError

# One share alone would be the key itself, in words. Sixteen is what the words can number.
THRESHOLD_MIN, SHARES_MAX = 2, 16
WORDS = 36
# One rotation a day for a century. The words of somebody else's secret of the same length say a number far above, or none.
GENERATION_MAX = 0xFFFF
# Of each word of the list the first four letters suffice.
LETTERS = 4


class ShareError(Exception):
    """A share that cannot be used. The message says what is wrong with it, and never repeats a good word."""


def split(entry: Entry, *, threshold: int, shares: int) -> list[str]:
    """The shares of one generation of kind `file`. Raises MasterKeyError for a key in a module, or numbers that make no sense."""
    if entry.kind != keyfile.FILE:
        raise MasterKeyError(
            f"La clé maîtresse est dans le jeton « {entry.token} », d'où rien ne sort : sauvegardez-le avec l'outil de son fabricant."
        )
    if not THRESHOLD_MIN <= threshold <= shares <= SHARES_MAX:
        raise MasterKeyError(f"Il faut au moins {THRESHOLD_MIN} parts pour reconstituer, et {SHARES_MAX} parts au plus.")
    secret = ring.prefix(entry.generation) + entry.secret
    # No passphrase: the custodians must need nobody else.
    return list(shamir_mnemonic.generate_mnemonics(1, [(threshold, shares)], secret)[0])


@dataclass
class Collected:
    """Shares given one by one, in any order, until there are enough of one key."""

    _shares: dict[int, shamir_mnemonic.Share] = field(default_factory=dict, repr=False)

    @property
    def threshold(self) -> int:
        """How many it takes; 0 before the first one told."""
        return next((int(share.member_threshold) for share in self._shares.values()), 0)

    @property
    def is_enough(self) -> bool:
        return bool(self._shares) and len(self._shares) >= self.threshold

    def __len__(self) -> int:
        return len(self._shares)

    def add(self, text: str) -> int:
        """Take one share; answers its number. Raises ShareError in words that help to correct it; what was given before stays."""
        share = _share(text)
        first = next(iter(self._shares.values()), None)
        if first is not None and first.group_parameters() != share.group_parameters():
            raise ShareError("Cette part est d'une autre clé, ou d'une autre série de parts : son numéro de série diffère.")
        if share.index in self._shares:
            raise ShareError(f"La part {share.index + 1} a déjà été donnée : il en faut une autre.")
        self._shares[share.index] = share
        return int(share.index) + 1

    def entry(self) -> Entry:
        """The key. Raises ShareError when the shares do not fit together."""
        try:
            secret = shamir_mnemonic.combine_mnemonics([share.mnemonic() for share in self._shares.values()])
        except shamir_mnemonic.MnemonicError:
            raise ShareError("Ces parts ne donnent aucune clé ensemble : recommencez avec d'autres.") from None
        generation, key = ring.parted(secret)
        if not ring.FIRST <= generation <= GENERATION_MAX:
            raise ShareError("Ces parts ne sont pas celles d'une clé maîtresse de Serment.")
        return Entry(generation=generation, kind=keyfile.FILE, secret=key)


def series(text: str) -> str:
    """What the shares of one series have in common, and tells nothing: four digits to write on the envelopes."""
    return f"{_share(text).identifier:05d}"


def _share(text: str) -> shamir_mnemonic.Share:
    words = [_word(number, word) for number, word in enumerate(text.lower().split(), 1)]
    if len(words) != WORDS:
        raise ShareError(f"Une part compte {WORDS} mots, celle-ci {len(words)}.")
    try:
        return shamir_mnemonic.Share.from_mnemonic(" ".join(words))
    except shamir_mnemonic.MnemonicError:
        raise ShareError("Un mot est faux, ou deux sont échangés : la somme de contrôle ne tombe pas juste. Relisez la part.") from None


def _word(number: int, given: str) -> str:
    """The word of the list that was meant: four letters suffice, more must be right."""
    if given in wordlist.WORD_INDEX_MAP:
        return given
    begun = [word for word in wordlist.WORDLIST if len(given) >= LETTERS and word.startswith(given)]
    if len(begun) == 1:
        return str(begun[0])
    near = difflib.get_close_matches(given, wordlist.WORDLIST, n=3, cutoff=0.75)
    raise ShareError(f"Le mot {number} (« {given} ») n'est pas dans la liste." + (f" Est-ce {' ou '.join(near)} ?" if near else ""))
