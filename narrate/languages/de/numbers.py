"""German number words."""

from __future__ import annotations

import re

from narrate.languages.numerals import Form, NumberGrammar


class GermanGrammar(NumberGrammar):
    """How German says numbers: *ein* and *eine* before a noun, years in hundreds, fractions digit by digit."""

    code = "de"
    point = "Komma"
    dot = "Punkt"
    fraction_as_number = False

    def inflected(self, said: str, form: Form) -> str:
        """Return number words with *ein* or *eine* before a noun."""
        said = said.lower().replace("million", "Million").replace("milliard", "Milliard")
        return {"m": "ein", "f": "eine"}[form] if said == "eins" and form else said

    def year(self, value: int) -> str:
        """Return a year: *achtzehnhundertsiebenundachtzig*, *zweitausendfünfundzwanzig*."""
        if not 1100 <= value < 2000:
            return self.cardinal(value)
        hundreds, rest = divmod(value, 100)
        return f"{self.cardinal(hundreds)}hundert{self.cardinal(rest) if rest else ''}"

    def number(self, text: str, form: Form = "") -> str:
        """Return a number in words; four digits from 1100 to 1999 without a separator are said like a year."""
        return self.year(int(text)) if re.fullmatch(r"1[1-9]\d\d", text) else super().number(text, form)
