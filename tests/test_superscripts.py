"""Raised numbers: powers, or the marks of notes."""

from __future__ import annotations

import pytest

from narrate.readers import read_bytes
from narrate.readers.superscripts import power, subscript, superscript


@pytest.mark.parametrize(
    ("before", "raised", "after", "written"),
    [
        ("It covers 10", "6", " square miles", "⁶"),
        ("It is 1.5×10", "−3", " m", "⁻³"),
        ("some 1 km", "2", ", and", "²"),
        ("some 5,000 ft", "2", " of", "²"),
        ("some 9.8 m/s", "2", "", "²"),
        ("E = mc", "2", ".", "²"),
        ("so x", "2", " + y", "²"),
        ("so (a + b)", "2", " is", "²"),
        ("so 12", "2", " = 144", "²"),
        ("so 5", "2", " is 25", "²"),
        ("so 2", "10", " bytes", "¹⁰"),
        ("so 10", "n", " and", "ⁿ"),
        ("an R", "2", " of 0.9", "²"),
        ("Ca", "2+", " ions", "²⁺"),
        ("the ", "14", "C dating", "¹⁴"),
        ("of U", "235", " leaked", "-235"),
        ("the 5", "th", " of", "th"),
        ("for $9", "99", " each", ".99"),
        ("at 25", "o", "C today", "°"),
        ("some 3", "1/2", " miles", "½"),
        ("some 3", "7/16", " inches", " 7/16"),
        ("on TV", "+", " now", "+"),
        ("M", "c", "Gill", "c"),
        ("a Kindle", "TM", " here", "™"),
    ],
)
def test_raised_text_is_written_as_plain_characters(before: str, raised: str, after: str, written: str) -> None:
    assert superscript(before, raised, after) == written


@pytest.mark.parametrize(
    ("before", "raised", "after"),
    [
        ("He won by 12", "2", " votes"),
        ("He won 4,500", "2", "."),
        ("It was in 1961", "4", " that"),
        ("The clerk", "2", " is here"),
        ("He said so.", "3", ""),
        ("It grew 5%", "2", " then"),
        ("It cost $40", "2", " then"),
        ("in vitamin C", "2", " and"),
        ("The quay", "a", " fell"),
        ("The quay", "*", " fell"),
        ("The quay", "[citation needed]", " fell"),
        ("The quay", "1, 2", " fell"),
        ("It was 5", "1", "."),
        ("so 3 − 2", "1", "."),
        ("since 9/11", "3", " it"),
        ("", "1", " The minutes."),
        ("(see the table)", "2", " and"),
        ("it lives in", "2", " the"),
    ],
)
def test_raised_text_is_mark_of_note(before: str, raised: str, after: str) -> None:
    assert superscript(before, raised, after) is None


def test_single_digit_has_no_power_if_source_has_notes() -> None:
    assert superscript("so 5", "2", ".") == "²"
    assert superscript("so 5", "2", ".", has_notes=True) is None
    assert superscript("so 10", "6", ".", has_notes=True) == "⁶"


@pytest.mark.parametrize(
    ("before", "lowered", "written"), [("H", "2", "2"), ("Ca(OH)", "2", "2"), ("10", "2", "₂"), ("V", "max", "max")]
)
def test_lowered_text_is_written_as_plain_characters(before: str, lowered: str, written: str) -> None:
    assert subscript(before, lowered) == written


@pytest.mark.parametrize(("text", "written"), [("2", "²"), ("−10", "⁻¹⁰"), ("n + 1", "ⁿ⁺¹"), ("2k", "^2k")])
def test_power_is_raised_or_behind_a_caret(text: str, written: str) -> None:
    assert power(text) == written


@pytest.mark.parametrize(
    ("language", "page", "text"),
    [
        ("fr", "au XIX<sup>e</sup> siècle", "au XIXe siècle"),
        ("fr", "le XX<sup>ème</sup> siècle", "le XXème siècle"),
        ("fr", "François I<sup>er</sup>", "François Ier"),
        ("fr", "la 2<sup>de</sup> guerre", "la 2de guerre"),
        ("fr", "le décret n<sup>o</sup> 12", "le décret nº 12"),
        ("fr", "M<sup>me</sup> Morin", "Mme Morin"),
        ("es", "la 3.<sup>a</sup> planta", "la 3.ª planta"),
        ("es", "D.<sup>a</sup> Ana", "D.ª Ana"),
        ("it", "la 3<sup>a</sup> tappa", "la 3ª tappa"),
        ("pt", "o n.<sup>o</sup> 12", "o n.º 12"),
        ("pt-BR", "o 1<sup>o</sup> de maio", "o 1º de maio"),
        ("fr", "dit le maire<sup>a</sup> hier", "dit le maire hier"),
        ("es", "dijo el alcalde<sup>1</sup> ayer", "dijo el alcalde ayer"),
        ("en", "in 2023<sup>a</sup> the", "in 2023 the"),
        ("de", "im Jahr 2023<sup>a</sup> war", "im Jahr 2023 war"),
    ],
)
def test_raised_letters_of_ordinals_and_abbreviations_are_no_notes(language: str, page: str, text: str) -> None:
    html = f"<html lang='{language}'><body><article><p>{page} xx.</p><p>{'And so on and on. ' * 9}</p></article>"
    assert read_bytes(html.encode(), name="a.html").text.partition("\n")[0] == f"{text} xx."
