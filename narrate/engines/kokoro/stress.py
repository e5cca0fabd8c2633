"""Stress marks and endings of words in the model's phonemes."""

from __future__ import annotations

from typing import Final

PRIMARY: Final = "ˈ"
SECONDARY: Final = "ˌ"
VOWELS: Final = frozenset("AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ")
CONSONANTS: Final = frozenset("bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθ")
DIPHTHONGS: Final = frozenset("AIOQWYʤʧ")  # phonemes that last as long as two
FLAP: Final = "ɾ"
_FLAPPING: Final = frozenset("AIOWYiuæɑəɛɪɹʊʌ")  # before a t that is flapped in American English
_VOICELESS: Final = frozenset("pkfθʃsʧ")
_SIBILANT: Final = frozenset("szʃʒʧʤ")


def is_stressed(phonemes: str) -> bool:
    """Whether the phonemes have a stress mark."""
    return PRIMARY in phonemes or SECONDARY in phonemes


def weaken(phonemes: str) -> str:
    """Turn primary stress into secondary stress, which replaces the secondary stress that was there."""
    return phonemes.replace(SECONDARY, "").replace(PRIMARY, SECONDARY) if PRIMARY in phonemes else phonemes


def accent(phonemes: str) -> str:
    """Give phonemes without a stress mark a secondary stress on the first vowel."""
    return phonemes if is_stressed(phonemes) else _mark(phonemes, SECONDARY)


def emphasize(phonemes: str) -> str:
    """Give phonemes a primary stress: in place of the secondary one, or else on the first vowel."""
    if PRIMARY in phonemes:
        return phonemes
    return phonemes.replace(SECONDARY, PRIMARY) if SECONDARY in phonemes else _mark(phonemes, PRIMARY)


def weight(phonemes: str) -> int:
    """Return how long phonemes last, in short phonemes."""
    return sum(2 if phoneme in DIPHTHONGS else 1 for phoneme in phonemes)


def add_s(stem: str, *, british: bool) -> str:
    """Return a stem with the ending of plurals, possessives and verbs: s, z, or a vowel and z."""
    if stem[-1] in _SIBILANT:
        return f"{stem}{'ɪ' if british else 'ᵻ'}z"
    return stem + ("s" if stem[-1] in "ptkfθ" else "z")


def add_ed(stem: str, *, british: bool) -> str:
    """Return a stem with the ending of the past: t, d, or a vowel and d."""
    if stem[-1] not in "td":
        return stem + ("t" if stem[-1] in _VOICELESS else "d")
    if british:
        return f"{stem}ɪd"
    return f"{_flapped(stem)}ᵻd"


def add_ing(stem: str, *, british: bool) -> str | None:
    """Return a stem with the ending of the present participle; None if a silent r would have to come back."""
    if british:
        return None if stem[-1] in "əː" else f"{stem}ɪŋ"
    return f"{_flapped(stem)}ɪŋ"


def _flapped(stem: str) -> str:
    return stem[:-1] + FLAP if stem[-1] == "t" and stem[-2:-1] and stem[-2] in _FLAPPING else stem


def _mark(phonemes: str, mark: str) -> str:
    for place, phoneme in enumerate(phonemes):
        if phoneme in VOWELS:
            return phonemes[:place] + mark + phonemes[place:]
    return phonemes
