"""What one would write in an evening: every paragraph by pyttsx3, joined by pydub. ``naive.py ARTICLE OUTPUT.wav``.

No speakers, no captions, no loudness, and one voice; WAV, since its MP3 would need an ffmpeg on the path.
"""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
import threading
from pathlib import Path

import espeakng_loader

os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
ctypes.CDLL(espeakng_loader.get_library_path())

import pyttsx3  # noqa: E402
from pydub import AudioSegment  # noqa: E402

text = Path(sys.argv[1]).read_text(encoding="utf-8").split("---", 2)[-1]
paragraphs = [paragraph for paragraph in text.split("\n\n") if paragraph.strip()]
edition = AudioSegment.silent(250)
with tempfile.TemporaryDirectory() as folder:
    for number, paragraph in enumerate(paragraphs):
        engine, finished = pyttsx3.init(), threading.Event()
        engine.connect("finished-utterance", lambda name, completed, done=finished: done.set())  # noqa: ARG005
        engine.save_to_file(paragraph, f"{folder}/{number}.wav")
        engine.runAndWait()
        finished.wait()  # the loop ends before the file is whole
        edition += AudioSegment.from_wav(f"{folder}/{number}.wav") + AudioSegment.silent(600)
edition.normalize().export(sys.argv[2], format="wav")
