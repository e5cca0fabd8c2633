"""Lexicons are read strictly, and survive PLS."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Run

from narrate.engines.kokoro import missing_packages
from narrate.errors import SourceError
from narrate.lexicon import load_lexicon, to_pls, to_toml
from narrate.types import Entry

DESK = '[[entry]]\nword = "Kyiv"\nipa = "kˈiv"\ncase = false\n\n[[entry]]\nword = "S&P"\nalias = "S and P"\n'


def written(tmp_path: Path, text: str, name: str = "desk.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_toml_and_back(tmp_path: Path) -> None:
    lexicon = load_lexicon(written(tmp_path, DESK))
    assert lexicon.entries == (Entry("Kyiv", ipa="kˈiv", case=False), Entry("S&P", alias="S and P"))
    assert to_toml(lexicon) == DESK


def test_pls_and_back(tmp_path: Path) -> None:
    lexicon = load_lexicon(written(tmp_path, DESK))
    again = load_lexicon(written(tmp_path, to_pls(lexicon), "desk.pls"))
    assert again.entries == (Entry("Kyiv", ipa="kˈiv"), Entry("S&P", alias="S and P"))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[[entry]]\nword = "a"\nalais = "b"', "line 1: unknown key 'alais'"),
        ('\n\n[[entry]]\nword = "a"', "line 3: 'a' has neither"),
        ('[[entry]]\nword = " "\nalias = "b"', "line 1: the word is empty"),
        ('[[entry]]\nalias = "b"', "line 1: the entry names no word"),
        ('[[entry]]\nword = "a"\nalias = 5', "'alias' must be a text"),
        ('[[entry]]\nword = "a"\nipa = "x/)"', "is not IPA"),
        (DESK + '[[entry]]\nword = "S&P"\nalias = "x"', "stands in line 6 already"),
        ("entries = 1", r"\[\[entry\]\] only"),
        ("[[entry", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(SourceError, match=complaint):
        load_lexicon(written(tmp_path, text))


def test_entities_of_xml_are_not_opened(tmp_path: Path) -> None:
    secret = written(tmp_path, "the secret", "secret.txt")
    pls = to_pls(load_lexicon(written(tmp_path, DESK)))
    hostile = pls.replace("?>\n", f'?>\n<!DOCTYPE lexicon [<!ENTITY x SYSTEM "{secret.as_uri()}">]>\n').replace(
        "S and P", "S &x; P"
    )
    assert all("secret" not in entry.alias for entry in load_lexicon(written(tmp_path, hostile, "h.pls")).entries)


def test_the_command_checks_and_translates(narrate: Run, tmp_path: Path) -> None:
    desk = written(tmp_path, DESK)
    assert narrate("lexicon", "lint", desk).stdout == f"{desk}: 2 entries\n"
    pls = written(tmp_path, narrate("lexicon", "export", desk).stdout, "desk.pls")
    assert load_lexicon(pls).entries == (Entry("Kyiv", ipa="kˈiv"), Entry("S&P", alias="S and P"))
    assert 'alias = "S and P"' in narrate("lexicon", "import", pls).stdout
    assert narrate("lexicon", "mend", desk).returncode == 2
    assert narrate("lexicon", "lint", written(tmp_path, "[[entry]]")).returncode == 1


@pytest.mark.skipif(bool(missing_packages()), reason="the dictionaries come with the extra neural")
class TestSuggestions:
    STORY = """Bakhmut holds

Mayor Yevgen Tkach said that Bakhmut was quiet. Bakhmut's streets were empty, and Mary Smith was glad.
"""

    def test_names_that_no_dictionary_knows_come_most_frequent_first(self, narrate: Run, tmp_path: Path) -> None:
        (tmp_path / "story.txt").write_text(self.STORY, encoding="utf-8")
        found = narrate("lexicon", "suggest", "story.txt").stdout.splitlines()
        assert found[0] == "   3  Bakhmut"
        names = {line.split()[1] for line in found}
        assert "Tkach" in names
        assert not {"Smith", "Mayor", "The"} & names

    def test_what_the_desk_has_written_is_not_suggested(self, narrate: Run, tmp_path: Path) -> None:
        (tmp_path / "story.txt").write_text(self.STORY, encoding="utf-8")
        (tmp_path / "desk.toml").write_text('[[entry]]\nword = "Bakhmut"\nalias = "Bock moot"\n', encoding="utf-8")
        (tmp_path / "narrate.toml").write_text('[speakable]\nlexicon = "desk.toml"\n', encoding="utf-8")
        names = narrate("lexicon", "suggest", "story.txt", "-c", "narrate.toml").stdout
        assert "Tkach" in names
        assert "Bakhmut" not in names
