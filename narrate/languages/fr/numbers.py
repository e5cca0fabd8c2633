"""French number words."""

from __future__ import annotations

from narrate.languages.numerals import Form, NumberGrammar


class FrenchGrammar(NumberGrammar):
    """How French says numbers: a noun is in the plural from two on, and only *un* has a feminine form."""

    code = "fr"
    point = "virgule"
    dot = "point"
    is_plural_from = 2.0

    def inflected(self, said: str, form: Form) -> str:
        """Return number words with *une* for *un* before a feminine noun."""
        return f"{said}e" if form == "f" and (said == "un" or said.endswith((" un", "-un"))) else said

    def feminine_of(self, word: str) -> str:
        """Return *première* for *premier*."""
        return "première" if word == "premier" else word
