"""What a new user meets in the first hour: defaults, the length of output, and what messages advise."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer.main
from helpers.runs import SILENT, Run

from narrate import prepare
from narrate.cli import app, edit, make, voices
from narrate.cli._options import load_settings
from narrate.cli._reports import table
from narrate.cli.read import read
from narrate.config import AUTO, Config, SynthesisConfig
from narrate.edition.backup import save_script
from narrate.errors import EXCERPT_CHARS, SourceError, UsageError, excerpt
from narrate.speakable.suggestions import suggest_entries
from narrate.storage import parse_toml
from narrate.types import Change, Changes, PronunciationLexicon

STORY = """# Ferry

“We sail on Monday,” said Ada Byron, the captain. “It took two years.”

“I am glad,” said Grace Moore, a teacher.
"""
UNQUOTE = "Leave out the quotation marks."
COMMANDS: Any = typer.main.get_command(app).commands  # type: ignore[attr-defined]


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.md"
    path.write_text(STORY, encoding="utf-8")
    return path


def test_package_runs_as_a_module(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "narrate", "--version"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.partition(" ")[0]) == (0, "narrate-edition")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_help_of_every_command_explains_its_exit_codes(name: str) -> None:
    codes = COMMANDS[name].epilog.partition("Exit codes: ")[2]
    assert codes.startswith("0 ")
    assert "; 1 " in codes


def test_voices_are_those_of_the_engine_that_would_be_chosen() -> None:
    rosters = voices.voices_by_roster(Config(), None)
    chosen = voices._chosen(rosters, Config())
    assert {voice.engine for voice in chosen} == {"kokoro"}
    assert {voice.language[:2] for voice in chosen} == {"de", "en", "es", "fr", "it", "pt"}


@pytest.mark.parametrize("engine", ["pyttsx3", "kokoro"])
def test_voices_of_a_named_engine_are_all_listed(engine: str) -> None:
    config = Config(synthesis=SynthesisConfig(engine=engine))
    rosters = voices.voices_by_roster(config, None)
    assert voices._chosen(rosters, config) == [voice for listed in rosters.values() for voice in listed]


def test_voices_command_says_which_voices_it_leaves_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Config().synthesis.engine == AUTO
    monkeypatch.setenv("COLUMNS", "80")
    voices.voices(language="es-419")
    listed, notes = capsys.readouterr()
    assert "dorita" in listed
    assert "pyttsx3" not in listed
    assert "Use --engine to list them." in notes
    voices.voices(language="es-419", engine="pyttsx3")
    listed, notes = capsys.readouterr()
    assert "guillermina" in listed  # a whole id, in 80 columns
    assert notes == ""


def test_unknown_voice_is_answered_with_the_most_similar_one() -> None:
    with pytest.raises(UsageError, match=r"Unknown voice 'ema'\. Did you mean 'emma'\?"):
        voices.voices(try_voice="ema")
    with pytest.raises(UsageError, match=r"Unknown voice 'zzzz'\. Run 'narrate voices' for a list\."):
        voices.voices(try_voice="zzzz")


def test_table_keeps_cells_whole_in_the_column_that_is_to_be_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    rows = [["a" * 30, *(["word " * 9] * 3)]]
    assert "a" * 30 in table(["Id", "B", "C", "D"], rows, whole="Id")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Short.", "'Short.'"),
        ("  Two\n lines. ", "'Two lines.'"),
        ("word " * 20, repr(("word " * 11).strip() + " ...")),
        ("x" * 90, repr("x" * (EXCERPT_CHARS - 4) + " ...")),
        ("y" * EXCERPT_CHARS, repr("y" * EXCERPT_CHARS)),
    ],
)
def test_excerpt_is_cut_after_a_word_and_says_so(text: str, expected: str) -> None:
    assert excerpt(text) == expected
    assert len(excerpt(text)) <= EXCERPT_CHARS + 2


def messages_of(revoiced: int, added: int) -> list[str]:
    """Return the messages about an edition in which so many lines got another voice or are new."""
    lines = tuple(Change("revoiced", number, "Old words.", "Ada", "v2", "Ada", "v1") for number in range(revoiced))
    lines += tuple(Change("added", number, "New words.", "Ada", "v2") for number in range(added))
    changes = Changes(("voices", "lexicon"), "", "", lines)
    return make.changes_of(SimpleNamespace(state="corrected", changes=changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(("revoiced", "shown"), [(1, 1), (make.MAX_REVOICED, make.MAX_REVOICED), (200, 0)])
def test_many_lines_with_another_voice_are_one_message(revoiced: int, shown: int) -> None:
    messages = messages_of(revoiced, added=30)
    assert sum(message.startswith("Revoiced: Ada") for message in messages) == shown
    assert any(message.startswith(f"Revoiced: {revoiced} lines.") for message in messages) == (not shown)
    assert sum(message.startswith("Added: Ada, voice v2: 'New words.'") for message in messages) == 30
    assert messages[-1] == "The lexicon has changed."


@pytest.mark.slow
def test_draft_says_how_to_publish_and_shows_no_processor_times(narrate: Run, story: Path) -> None:
    done = narrate("make", story, "--draft", "--min-confidence", "0")
    assert "narrate: A draft, in a robotic voice. To publish it, make it again without --draft.\n" in done.stderr
    assert "Engine " not in done.stderr
    assert [line for line in done.stderr.splitlines() if "Took" in line and "processor" in line] == []
    again = narrate("make", story, "--draft", "--min-confidence", "0")
    assert "Nothing has changed." in again.stderr
    assert "Took" not in again.stderr


def test_message_about_a_corrected_script_says_what_the_new_one_lacks(story: Path, tmp_path: Path) -> None:
    file = tmp_path / "story.script.json"
    document = prepare(story, config=SILENT).document()
    save_script(document, file)
    assert save_script(document, file) == ()
    file.write_text(document.replace('"speaker": "Ada Byron"', '"speaker": "Grace Moore"', 1), encoding="utf-8")
    (message,) = save_script(document, file)
    assert "the new script does not have the checked speakers of 1 quotation. The former script is kept as" in message
    voice = json.loads(document)["cast"]["Ada Byron"]
    file.write_text(document.replace(f'"Ada Byron": "{voice}"', '"Ada Byron": "other"', 1), encoding="utf-8")
    (message,) = save_script(document, file)
    assert "the new script does not have the voices. The former script is kept as" in message


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("narrator = emma", "line 1, column 12: a value is missing or wrong; put texts into quotation marks"),
        ("Agnes Muir = 'thea'", "there is no '=' after a key; put keys with spaces into quotation marks"),
        ("a: 1", "there is no '=' after a key"),
        ("[casting", "']' is missing after the name of a table"),
        ("[[entry", "']]' is missing after the name of a table"),
        ("a = [1", "']' is missing at the end of a list"),
        ("a = 1\na = 2", "the key is there twice"),
        ("[a]\n[a]", "the table is there twice"),
        ('a = "x\n', "a text has no closing quotation mark"),
        ("a = 'x", "a text has no closing quotation mark"),
        (r'a = "C:\Users"', "a text has a backslash; put it into single quotation marks, or double it"),
        (r'a = "C:\My"', "a text has a backslash; put it into single quotation marks, or double it"),
        ("a = 1 b", "more follows after a value; put texts into quotation marks"),
    ],
)
def test_mistake_in_toml_is_described_with_what_to_do(text: str, problem: str) -> None:
    with pytest.raises(UsageError, match=r"^Cannot read n\.toml: it is not valid TOML \(.+\)\.$") as caught:
        parse_toml(text, Path("n.toml"))
    assert problem in str(caught.value)


@pytest.mark.slow
def test_configuration_in_the_folder_that_is_not_used_is_named(narrate: Run, story: Path, tmp_path: Path) -> None:
    note = "narrate: narrate.toml in this folder is not used. To use it, add: --config narrate.toml\n"
    config = tmp_path / "narrate.toml"
    for text, options, is_named in (
        ("[casting]\nnarrator = 'silent'\n", (), True),
        ("# [casting]\n", (), False),
        ("[casting]\n# narrator = 'silent'\n[feed]\n", (), False),  # as narrate init writes it
        ("[delivery]\n", ("--quiet",), False),
        ("[delivery]\nfolder = 'x'\n", ("--config", "narrate.toml"), False),
        ("[delivery\n", (), False),
    ):
        config.write_text(text, encoding="utf-8")
        done = narrate("make", story, "--engine", "silent", "--dry-run", *options)
        assert (note in done.stderr) == is_named, text


@pytest.mark.slow
def test_rehearsal_reports_a_lexicon_that_is_missing(narrate: Run, story: Path, tmp_path: Path) -> None:
    (tmp_path / "n.toml").write_text("[speakable]\nlexicon = 'nowhere.toml'\n", encoding="utf-8")
    done = narrate("make", story, "--engine", "silent", "--dry-run", "-c", "n.toml")
    assert done.returncode == 1
    assert "Cannot read the lexicon nowhere.toml: " in done.stderr


def test_spoken_refuses_languages_that_narrate_does_not_have() -> None:
    from narrate.cli.spoken import spoken

    with pytest.raises(UsageError, match=r"Cannot use language 'xx': it is not supported\. Choose: de"):
        spoken("Hello", language="xx")


def test_spoken_uses_the_lexicon_of_the_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from narrate.cli.spoken import spoken

    (tmp_path / "desk.toml").write_text('[[entry]]\nword = "Skerry"\nalias = "Skairy"\n', encoding="utf-8")
    (tmp_path / "other.toml").write_text('[[entry]]\nword = "Skerry"\nalias = "Skurry"\n', encoding="utf-8")
    (tmp_path / "n.toml").write_text("[speakable]\nlexicon = 'desk.toml'\n", encoding="utf-8")
    spoken("The Skerry ferry.", config=tmp_path / "n.toml")
    spoken("The Skerry ferry.", config=tmp_path / "n.toml", lexicon=tmp_path / "other.toml")
    assert capsys.readouterr().out == "The Skairy ferry.\nThe Skurry ferry.\n"


def test_reading_an_article_shows_its_warnings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "story.md"
    path.write_text(f"---\ntitel: Ferry\n---\n{STORY}", encoding="utf-8")
    read([str(path)])
    assert "narrate: warning: front matter: unknown key 'titel' is ignored" in capsys.readouterr().err


def test_damaged_word_document_is_not_called_an_unsupported_format(tmp_path: Path) -> None:
    (tmp_path / "story.docx").write_bytes(b"PK\x03\x04")
    with pytest.raises(SourceError, match="this is a ZIP archive or a damaged document, not text"):
        prepare(tmp_path / "story.docx", config=SILENT)


def test_names_that_are_spoken_as_other_words_are_not_suggested(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text("Ferry\n\nMs Rao sails from St Brannoc to Zwyl.\n", encoding="utf-8")
    article = prepare(path, config=SILENT).script.article
    names = suggest_entries(article, PronunciationLexicon(), lambda text: text.rstrip(".").split())
    assert {"Rao", "Brannoc", "Zwyl"} <= {name for name, _ in names}
    assert not {"Ms", "St"} & {name for name, _ in names}


@pytest.mark.slow
def test_batch_makes_an_article_once_that_is_named_and_in_the_report(narrate: Run, tmp_path: Path) -> None:
    (tmp_path / "stories").mkdir()
    (tmp_path / "stories" / "empty.txt").write_text("", encoding="utf-8")
    first = narrate("batch", "stories", "--engine", "silent", "-o", "out")
    (tmp_path / "report.jsonl").write_text(first.stdout, encoding="utf-8")
    again = narrate("batch", "stories", "--retry-failed", "report.jsonl", "--engine", "silent", "-o", "out")
    assert len(first.stdout.splitlines()) == len(again.stdout.splitlines()) == 1
    assert again.stderr.rstrip().rpartition("\n")[2].startswith("narrate: Articles: 1, failed: 1. Took ")


def test_key_above_its_table_is_answered_with_its_place(tmp_path: Path) -> None:
    from narrate.config import load_config

    for text, message in (
        ("narrator = 'emma'", "Unknown key 'narrator'. Did you mean 'casting.narrator'?"),
        ("language = 'fr'", "Unknown key 'language'. Did you mean 'reading.language' or 'feed.language'?"),
        (
            "[assembly]\nend_ms = '5'",
            f"'assembly.end_ms' must be a whole number, not '5'. {UNQUOTE}",
        ),
        (
            "[cache]\nenabled = 'true'",
            f"'cache.enabled' must be true or false, not 'true'. {UNQUOTE}",
        ),
        ("[assembly]\nend_ms = 'x'", "'assembly.end_ms' must be a whole number, not 'x'."),
    ):
        (tmp_path / "n.toml").write_text(text, encoding="utf-8")
        with pytest.raises(UsageError) as caught:
            load_config(tmp_path / "n.toml")
        assert str(caught.value).endswith(f"n.toml: {message}")


@pytest.mark.parametrize(
    ("engine", "option", "is_named"), [("pyttsx3", None, True), ("pyttsx3", "pyttsx3", False), ("silent", None, False)]
)
def test_editor_says_that_a_draft_is_robotic(
    story: Path, tmp_path: Path, engine: str, option: str | None, is_named: bool
) -> None:
    file = tmp_path / "my story.script.json"
    config = Config(synthesis=SynthesisConfig(engine=engine))
    file.write_text(prepare(story, config=config).document(), encoding="utf-8")
    options = edit.EditOptions(str(file), engine=option)
    desk, messages = edit._desk(options, load_settings(None, engine=option))
    desk.close()
    note = f"This script is cast with the robotic voices of a draft. For the voices of kokoro: narrate edit '{file}' "
    assert messages == ((f"{note}--engine kokoro",) if is_named else ())
