"""Small words of the trade: units, streets, years, records, dates and money; powers, formulas and footnote marks."""

from __future__ import annotations

import pytest

from narrate.languages import ENGLISH
from narrate.script.lines import sentences
from narrate.speakable import speakable

STREETS = {
    "Dr. Smith lives on Maple Dr. and walks.": "Doctor Smith lives on Maple Drive and walks.",
    "The clinic on Maple Dr. closed.": "The clinic on Maple Drive closed.",
    "She moved to Willow Dr. She likes it.": "She moved to Willow Drive. She likes it.",
    "It is near Main St. Police closed it.": "It is near Main Street. Police closed it.",
    "We met in St. Paul. He": "We met in Saint Paul. He",
    "45 Oak Ridge Dr. NW": "forty-five Oak Ridge Drive Northwest",
    "It is at 12 Oak Dr., Springfield.": "It is at twelve Oak Drive, Springfield.",
    "A fire on Elm Dr. Tuesday": "A fire on Elm Drive Tuesday",
    "From Oak Cir. to Elm Ter.": "From Oak Circle to Elm Terrace.",
    "Dr. Maple met Dr. Feld.": "Doctor Maple met Doctor Feld.",
    "He told Jane Dr. Lee was ill.": "He told Jane Doctor Lee was ill.",
    "The Dr. said so.": "The Doctor said so.",
    "“Thank you, Dr.” she said.": "“Thank you, Doctor” she said.",
    "A fire on Elm Dr. Dr. Feld called.": "A fire on Elm Drive. Doctor Feld called.",
    "Prof. Dr. Dr. Roth left.": "Professor Doctor Doctor Roth left.",
    "12 S. Maple Dr. or 5 NW Oak Dr.": "twelve South Maple Drive or five Northwest Oak Drive.",
    "14 N. Oak St. in N. Korea": "fourteen North Oak Street in North Korea",
    "Take Rt. 9, the Rt. Hon. Lee": "Take Route nine, the Right Honorable Lee",
    "King Jr. Dr. reopened.": "King Junior Drive reopened.",
    "Thanks to Prof. Dr. Anna Weiss": "Thanks to Professor Doctor Anna Weiss",
    "We saw Dr. Oak in St. Louis.": "We saw Doctor Oak in Saint Louis.",
}
UNITS = {
    "A 6-mo. lease": "A six month lease",
    "A 3-mo. pass in 18 mos.": "A three month pass in eighteen months.",
    "A 30-yr. mortgage": "A thirty year mortgage",
    "A 10-yr. Treasury note": "A ten year Treasury note",
    "A 6-ft.-tall man": "A six foot-tall man",
    "It costs 30c/kWh.": "It costs thirty cents per kilowatt hour.",
    "It costs 12p/kWh, or 3 c/min": "It costs twelve pence per kilowatt hour, or three cents per minute",
    "It pays 30 cents/kWh": "It pays thirty cents per kilowatt hour",
    "It has 50 people/km²": "It has fifty people per square kilometer",
    "It drips 0.5 L/min": "It drips zero point five liters per minute",
    "At $3.50/gal., it is": "At three dollars and fifty cents per gallon, it is",
    "It is 120 mmHg": "It is one hundred twenty millimeters of mercury",
    "It does 95 g/km at 12 km/h": "It does ninety-five grams per kilometer at twelve kilometers per hour",
    "Sen. Aubrey, R-Mo., spoke": "Senator Aubrey, Republican of Missouri, spoke",
    "It is 5c per kWh, or 90 cents per lb. now": "It is five cents per kilowatt hour, or ninety cents per pound now",
    "At $12 per mo. or $99 per yr.": "At twelve dollars per month or ninety-nine dollars per year.",
    "It emits 90 g of CO2 per km.": "It emits ninety grams of C O two per kilometer.",
    "It is 9 per cent per capita.": "It is nine per cent per capita.",
    "It uses 5 l in 24 h, weighs 1.2 t": "It uses five liters in twenty-four hours, weighs one point two metric tons",
    "He wore 12 t shirts and 2 h’s.": "He wore twelve t shirts and two h’s.",
    "A flow of 300 cu m/s": "A flow of three hundred cubic meters per second",
    "It does 4 cu. ft. per sec. now": "It does four cubic feet per second now",
    "At 100 Mbit/s or 2 Gbit/s": "At one hundred megabits per second or two gigabits per second",
    "It was 30C/86F.": "It was thirty degrees Celsius, eighty-six degrees Fahrenheit.",
    "From 4°C/39°F": "From four degrees Celsius, thirty-nine degrees Fahrenheit",
    "5 per 100,000 people": "five per one hundred thousand people",
    "It prints 20 pages/min": "It prints twenty pages per minute",
    "It has 12 homes/acre, 30 km/day": "It has twelve homes per acre, thirty kilometers per day",
    "It has 3 boys/girls": "It has three boys slash girls",
    "It was the actor/director.": "It was the actor slash director.",
    "About 5 miles. Then it rained": "About five miles. Then it rained",
    "A depth of 14km. Civil": "A depth of fourteen kilometers. Civil",
}
YEARS = {
    "In 1500, 1600 and 1700 it froze.": "In fifteen hundred, sixteen hundred and seventeen hundred it froze.",
    "Between 1348, 1349 and 1361": "Between thirteen forty-eight, thirteen forty-nine and thirteen sixty-one",
    "The wars of 1793, 1806 and 1812": "The wars of seventeen ninety-three, eighteen oh six and eighteen twelve",
    "The floods of 1953, 1962": "The floods of nineteen fifty-three, nineteen sixty-two",
    "In 1066 or 1166": "In ten sixty-six or eleven sixty-six",
    "Those of 1801, 1811 and 1901 as well": "Those of eighteen oh one, eighteen eleven and nineteen oh one as well",
    "In 1500, 1600 men left.": "In fifteen hundred, one thousand six hundred men left.",
    "Sizes 1250, 1450": "Sizes one thousand two hundred fifty, one thousand four hundred fifty",
    "At 1520, 1630 feet": "At one thousand five hundred twenty, one thousand six hundred thirty feet",
}
DATES = {
    "On 12.05.24 it began.": "On the twelfth of May twenty twenty-four it began.",
    "Since 31.12.99": "Since the thirty-first of December nineteen ninety-nine",
    "The 01.02.03 issue": "The first of February two thousand three issue",
    "On 12.25.24 it began.": "On December twenty-fifth, twenty twenty-four it began.",
    "On 5/11/99 it": "On May eleventh, nineteen ninety-nine it",
    "version 10.02.24 is out": "version ten point zero two point twenty-four is out",
    "Sat. and Sun. are off": "Saturday and Sunday are off",
    "He sat. Sun. rays": "He sat. Sun. rays",
    "The 40.50.60 code": "The forty point fifty point sixty code",
    "a time of 02.05.30 hours": "a time of zero two point zero five point thirty hours",
}
RECORDS = {
    "Games of 0-3, 1-2 and 3-3 sank them.": "Games of zero to three, one to two and three to three sank them.",
    "They lost 0-1, 1-4 and 2-3.": "They lost zero to one, one to four and two to three.",
    "They won 3-1 away and drew 0-0.": "They won three to one away and drew zero to zero.",
    "He won 6-4 7-6 (7-4).": "He won six four seven six (seven four).",
    "She won 6-0, 6-1.": "She won six zero, six one.",
    "A team won 25-20, 23-25, 15-9.": "A team won twenty-five twenty, twenty-three twenty-five, fifteen nine.",
}
MONEY = {
    "Of $5-$10": "Of five to ten dollars",
    "Of €5m–€10m": "Of five million to ten million euros",
    "Of 5€–10€": "Of five to ten euros",
    "Of 5 € - 10 €": "Of five to ten euros",
    "Of USD 5-USD 10": "Of five to ten U S dollars",
    "Of US$5-$10": "Of five to ten U S dollars",
    "Of 5 EUR - 10 EUR": "Of five to ten euros",
    "A fine of 1.000,00 euros": "A fine of one thousand euros",
    "A fine of 89,90 euros": "A fine of eighty-nine point nine zero euros",
    "It cost BRL 5.50.": "It cost five reais and fifty centavos.",
    "Of $5 to €10": "Of five dollars to ten euros",
    "Of £5m to £7m": "Of five million pounds to seven million pounds",
    "It cost $5-10 more": "It cost five to ten dollars more",
    "It cost CHF 5.50.": "It cost five point five zero Swiss francs.",
}
NUMBERS = {
    "He lives at no. 5.": "He lives at number five.",
    "Ranked no. 5, she": "Ranked number five, she",
    "He said no. 5 people left.": "He said no. five people left.",
    "Phone 555 867 5309.": "Phone five five five, eight six seven, five three zero nine.",
    "4929 1234 5678 9012": "four nine two nine, one two three four, five six seven eight, nine zero one two",
    "In 2021 2022 2023 2024": "In twenty twenty-one twenty twenty-two twenty twenty-three twenty twenty-four",
}
POWERS = {
    "x² + y³": "x squared plus y cubed",
    "5² is 25": "five squared is twenty-five",
    "2³² bits": "two to the power of thirty-two bits",
    "10⁶ and 10⁻³": "ten to the power of six and ten to the power of minus three",
    "10^6, x^2 and 2^n": "ten to the power of six, x squared and two to the power of n",
    "E = mc² holds": "E equals M C squared holds",
    "640 m² and 3 m³": "six hundred forty square meters and three cubic meters",
    "per m² and 9.8 m/s²": "per square meter and nine point eight meters per second squared",
    "5 µg/m³ of it": "five micrograms per cubic meter of it",
    "CO₂, H₂O and C₆H₁₂O₆": "C O two, H two O and C six H twelve O six",
    "CO₂e and PM₂.₅": "C O two equivalent and P M two point five",
    "Ca²⁺, Na⁺ and ¹⁴C": "Ca two plus, Na plus and C fourteen",
    "½, 3½ and 3 1/2": "one half, three and a half and three and a half",
    "3¹/₂ percent": "three and a half percent",
    "3¹⁄₂ and ¾": "three and a half and three quarters",
    "the 21ˢᵗ and 5ᵗʰ": "the twenty-first and fifth",
    "5 × 10⁶ tons": "five times ten to the power of six tons",
    "x₁ and x₂": "x one and x two",
    "(a + b)² and xⁿ⁺¹": "(a plus b) squared and x to the power of n plus one",
    "K⁺, F⁻ and Fe³⁺": "K plus, F minus and Fe three plus",
    "SO₄²⁻ ions": "S O four two minus ions",
    "2 × 10⁶ m² of it": "two times ten to the power of six square meters of it",
    "10⁻⁶ g at 3 × 10⁵ km/s": "ten to the power of minus six grams at three times ten to the power of five kilometers "
    "per second",
    "measured in µg/m³": "measured in micrograms per cubic meter",
    "40 mm³ and 5 dm³": "forty cubic millimeters and five cubic decimeters",
    "5 million km²": "five million square kilometers",
    "30 psi, or 5 lb/in²": "thirty pounds per square inch, or five pounds per square inch",
    "3 l/100km per kWh": "three liters per one hundred kilometers per kilowatt hour",
}
NOTES = {
    "Some votes¹² were": "Some votes were",
    "A word[3] said": "A word said",
    "It ended.¹ Then": "It ended. Then",
    "About 12%² of": "About twelve percent of",
    "In 1961⁴ they": "In nineteen sixty-one they",
    "4,500² votes": "four thousand five hundred votes",
    "“Quoted”³ words": "“Quoted” words",
    "A farm² in³ it": "A farm in it",
    "An aside (long)² ends": "An aside (long) ends",
}
ALL = STREETS | UNITS | YEARS | DATES | RECORDS | MONEY | NUMBERS | POWERS | NOTES


@pytest.mark.parametrize("written", ALL)
def test_small_words_of_the_trade_are_read_as_meant(written: str) -> None:
    assert speakable(written).text == ALL[written]


def test_british_readings_of_records_and_dates() -> None:
    said = speakable("They lost 0-3, 1-2 and 3-3 on 12.05.24.", "en-GB").text
    assert said == "They lost nil three, one two and three three on the twelfth of May twenty twenty-four."


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("He lives at no. 5. She left.", ["He lives at no. 5. ", "She left."]),
        ("The nos. 5 and 7 run. It is so.", ["The nos. 5 and 7 run. ", "It is so."]),
        ("He said no. 5 people left.", ["He said no. ", "5 people left."]),
        ("He voted “no. 12 others did.”", ["He voted “no. ", "12 others did.”"]),
        ("So no. Then 5 left.", ["So no. ", "Then 5 left."]),
    ],
)
def test_number_sign_does_not_end_a_sentence(text: str, cut: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text, ENGLISH.sentences)] == cut
