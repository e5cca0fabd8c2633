"""Written Spanish -> spoken Spanish."""

from __future__ import annotations

import re
from typing import Final

from narrate.languages.es.numbers import SpanishGrammar
from narrate.languages.numerals import Form
from narrate.languages.spoken import SpokenRules

_LAST_ORDINAL: Final = 10  # rulers have cardinal numbers above it: Alfonso trece


class _SpanishRules(SpokenRules):
    grammar: SpanishGrammar

    def say_ordinal(self, match: re.Match[str], _: bool) -> str:
        """Return the words of 1.er, 3.º and 10.ª."""
        value, ending = int(match["n"]), match["ending"]
        if ending in ("ª", "a") or match["fem"]:
            return self.grammar.ordinal(value, "f")
        is_before_noun = ending in ("er", "ᵉʳ") or self.form_behind(match) == "m"
        return self.grammar.before_noun(value) if is_before_noun else self.grammar.ordinal(value)

    def ruler_number(self, value: int, match: re.Match[str]) -> str:
        """Return *quinto* for Carlos V, *trece* for Alfonso XIII, *segunda* for Isabel II."""
        if value > _LAST_ORDINAL:
            return self.grammar.cardinal(value)
        return self.grammar.ordinal(value, self.gender_of(match["name"]))

    def roman_before(self, value: int, form: Form) -> str:
        """Return *segunda* for II Guerra, *veinte* for XX Congreso."""
        if value > _LAST_ORDINAL:
            return self.grammar.cardinal(value)
        return self.grammar.ordinal(value, form) if form == "f" else self.grammar.before_noun(value)

    def say_decimal(self, match: re.Match[str], _: bool) -> str:
        """Return the words of 3,672 %: a percentage and a price in euros have no thousands behind a comma."""
        whole, _sign, fraction = match["n"].partition(",")
        table = "units" if match["unit"] == "%" else "currencies"
        unit = self.noun(table, match["unit"], "2")[0]
        return f"{self.grammar.cardinal(int(whole))} {self.grammar.point} {self.grammar.fraction(fraction)} {unit}"

    def phone_group(self, digits: str) -> str:
        """Return a group of digits, also one of three, as a number."""
        return (
            self.grammar.cardinal(int(digits)) if len(digits) == 3 and digits[0] != "0" else super().phone_group(digits)
        )

    def say_clock(self, match: re.Match[str], _: bool) -> str | None:
        """Return the words of 12:30 and 20.15 h; None if there is no such time."""
        hour, minute = int(match["hour"]), int(match["minute"])
        if hour > 24 or minute > 59:
            return None
        said = self.grammar.cardinal(hour, "f")
        if minute:
            minutes = self.grammar.cardinal(minute)
            said += f" {self.grammar.cardinal(0)} {minutes}" if minute < 10 else f" {minutes}"
        if not match["unit"]:
            return said
        return f"{said} {self.noun('units', 'h', str(hour))[0]}{self.stop(match)}"


def spoken_rules(_tag: str, /) -> SpokenRules:
    """Return the rules; there is one variety."""
    return _SpanishRules("es", SpanishGrammar())
