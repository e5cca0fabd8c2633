"""Numbers that are grouped, or have decimals, in another way than in English."""

from __future__ import annotations

import pytest

from narrate.languages.en.speakable import find_number_style
from narrate.speakable import speakable
from narrate.speakable.warnings import speaking_warnings

STOPS = {
    "It cost 10.000.000 euros.": "It cost ten million euros.",
    "About 1.250.000 voters live there.": "About one million two hundred fifty thousand voters live there.",
    "It rose to 1.234,56 euros.": "It rose to one thousand two hundred thirty-four point five six euros.",
    "The fund holds €1.250.000.000.": "The fund holds one billion two hundred fifty million euros.",
    "It won 12.500 voters.": "It won twelve thousand five hundred voters.",
    "Between 10.000 and 12.000 people came.": "Between ten thousand and twelve thousand people came.",
    "They paid €12.500 for it.": "They paid twelve thousand five hundred euros for it.",
    "Fines of 10.000-12.000 euros.": "Fines of ten thousand to twelve thousand euros.",
    "Down 2,5 % to 1.459 cars.": "Down two point five percent to one thousand four hundred fifty-nine cars.",
    "In the 1.500 metre race": "In the one thousand five hundred metre race",
    "Some 2.5% paid 10.000 euros.": "Some two point five percent paid ten thousand euros.",
    "A 2.500-strong crowd": "A two thousand five hundred-strong crowd",
    "It holds 3.400 of 12.000.000 books.": "It holds three thousand four hundred of twelve million books.",
}
STOPS_GUARDS = {
    "The server 192.168.0.1 is down.": "The server one hundred ninety-two point one hundred sixty-eight point zero "
    "point one is down.",
    "The address is 192.168.100.125 today.": "The address is one hundred ninety-two point one hundred sixty-eight "
    "point one hundred point one hundred twenty-five today.",
    "Gas is $3.459 a gallon.": "Gas is three point four five nine dollars a gallon.",
    "A yield of 3.125 percent.": "A yield of three point one two five percent.",
    "He ran it in 9.580 seconds at 10.30 p.m.": "He ran it in nine point five eight zero seconds at ten thirty P M.",
    "It grew by 1,250,000 to 2.125 times as much.": "It grew by one million two hundred fifty thousand to two point "
    "one two five times as much.",
    "He hit 0.300 and .325.": "He hit zero point three zero zero and point three two five.",
    "Of 1,250 shares, 3.500 percent": "Of one thousand two hundred fifty shares, three point five zero zero percent",
    "On 5.11.2023 it began.": "On the fifth of November twenty twenty-three it began.",
    "Call 555.123.4567 now.": "Call five five five, one two three, four five six seven now.",
}
SPACES = {
    "About 25 000 people came.": "About twenty-five thousand people came.",
    "It has 1 500 000 birds.": "It has one million five hundred thousand birds.",
    "It seats 48 500 fans, and 3 200 more.": "It seats forty-eight thousand five hundred fans, and three thousand two "
    "hundred more.",
    "It cost 12\u00a0500\u00a0€.": "It cost twelve thousand five hundred euros.",
    "Some 62\u202f750 bicycles": "Some sixty-two thousand seven hundred fifty bicycles",
    "Only 1\u2009250 of 2 500 remain.": "Only one thousand two hundred fifty of two thousand five hundred remain.",
    "It paid 1 234,56 € for it.": "It paid one thousand two hundred thirty-four euros and fifty-six cents for it.",
    "In 2023 12 500 people left.": "In twenty twenty-three twelve thousand five hundred people left.",
    "She won 18 240 votes, he 17 998.": "She won eighteen thousand two hundred forty votes, he seventeen thousand nine "
    "hundred ninety-eight.",
    "In 10 000 homes": "In ten thousand homes",
    "At 3 250 m the air is thin.": "At three thousand two hundred fifty meters the air is thin.",
}
SPACES_GUARDS = {
    "Call 020 7946 0123.": "Call zero two zero, seven nine four six, zero one two three.",
    "Call the line on 555 123 today": "Call the line on five hundred fifty-five one hundred twenty-three today",
    "On May 12 500 people met.": "On May twelfth five hundred people met.",
    "On Route 66 500 miles on": "On Route sixty-six five hundred miles on",
    "At age 18 500 of them left.": "At age eighteen five hundred of them left.",
    "The scores were 120 345": "The scores were one hundred twenty three hundred forty-five",
    "In 2019 500 people left.": "In twenty nineteen five hundred people left.",
    "It won 12 500-seat halls.": "It won twelve five hundred-seat halls.",
    "Dial +44 123 456 789": "Dial plus four four, one two three, four five six, seven eight nine",
}
OTHERS = {
    "It cost 10'000 francs.": "It cost ten thousand francs.",
    "It made CHF 1’250’000.": "It made one million two hundred fifty thousand Swiss francs.",
    "They paid ₹1,00,000 for it.": "They paid one lakh rupees for it.",
    "About 12,34,567 people": "About twelve lakh thirty-four thousand five hundred sixty-seven people",
    "He got 3,45,67,890 votes.": "He got three crore forty-five lakh sixty-seven thousand eight hundred ninety votes.",
    "A 7,5 % rise": "A seven point five percent rise",
    "It cost €5,50 and 12,5 kg": "It cost five euros and fifty cents and twelve point five kilograms",
    "Of 3,5-4,5 percent": "Of three point five to four point five percent",
    "Worth 1,5 million euros": "Worth one point five million euros",
    "Up 0,75 of it": "Up zero point seven five of it",
}
OTHER_GUARDS = {
    "He is 5'10\" tall.": "He is five feet ten inches tall.",
    "The '90s and 5'": "The nineties and five'",
    "It took 1,250 of 12,500.": "It took one thousand two hundred fifty of twelve thousand five hundred.",
    "It made $12,345,678.90.": "It made twelve million three hundred forty-five thousand six hundred seventy-eight "
    "dollars and ninety cents.",
    "In sections 3,4 and 5": "In sections three, four and five",
    "Up 2,5 %, in sections 3,4 and 5": "Up two point five percent, in sections three, four and five",
    "On 1,2,3 go": "On one, two, three go",
    "He got 1,000 votes, or 2.5%.": "He got one thousand votes, or two point five percent.",
}
ALL = STOPS | STOPS_GUARDS | SPACES | SPACES_GUARDS | OTHERS | OTHER_GUARDS


@pytest.mark.parametrize("written", ALL)
def test_grouped_number_is_read_as_its_value(written: str) -> None:
    assert speakable(written).text == ALL[written]


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("It rose to 7,5 in May.", "It rose to seven, five in May."),
        ("A score of 8,25 was enough.", "A score of eight, two five was enough."),
    ],
)
def test_unclear_comma_is_read_digit_by_digit_with_a_warning(written: str, spoken: str) -> None:
    assert speakable(written).text == spoken
    assert "Write thousands as in 10,000 and decimals as in 2.5." in speaking_warnings([written])[0]
    assert speaking_warnings([written, "Prices rose 2,5 %."]) == ()


@pytest.mark.parametrize("written", ["It paid 2.750 for it, or €1.459.", "It fell to 10.000.", "About 2.750 tonnes"])
def test_unclear_number_is_read_digit_by_digit_with_a_warning(written: str) -> None:
    unclear = [number for number in ("10.000", "2.750 tonnes", "1.459") if number in written]
    digits = {
        "10.000": "one zero, zero zero zero",
        "2.750 tonnes": "two, seven five zero",
        "1.459": "one, four five nine",
    }
    assert all(digits[number] in speakable(written).text for number in unclear)
    (warning,) = speaking_warnings([written])
    assert warning.startswith("Read digit by digit, as it is not clear what stands before decimals: ")
    assert unclear[0].split()[0] in warning


@pytest.mark.parametrize(
    ("article", "said"),
    [
        (["It has 1.250.000 voters.", "It paid €1.459."], "one thousand four hundred fifty-nine euros"),
        (["Prices rose 2,5 %.", "It paid €1.459."], "one thousand four hundred fifty-nine euros"),
        (["It has 1,250,000 voters.", "It paid €1.459."], "one point four five nine euros"),
        (["Prices rose 2.5%.", "It paid €1.459."], "one point four five nine euros"),
        (["It paid £2.50.", "It fell to 10.000."], "ten point zero zero zero"),
        (["Some 25 000 came.", "He won 17 998, she 18 240."], "won seventeen thousand nine hundred ninety-eight"),
        (["Some 25,000 came.", "He had 17 998, she 18 240."], "had seventeen nine hundred ninety-eight"),
        (["It has 1,250 voters of 2,5 %.", "It fell to 10.000."], "one zero, zero zero zero"),
    ],
)
def test_other_numbers_of_the_article_decide(article: list[str], said: str) -> None:
    assert said in speakable(article[-1], number_style=find_number_style(article)).text


def test_clear_numbers_need_no_warning() -> None:
    assert speaking_warnings(list(ALL)) == ()
