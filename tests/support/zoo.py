"""Heads in small: graphs written for a test, a data folder of the test's own, and a file server."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator, Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pytest

from bridge.models.graphdef import message_class

ZOO = Path(__file__).resolve().parents[3] / "shared" / "models" / "essentia"

# No test meets the models of whoever runs it; child processes inherit it.
os.environ["TAGWIRE_DATA"] = str(Path(tempfile.gettempdir()) / "tagwire-tests" / "no-models")

Array: TypeAlias = npt.NDArray[Any]
Nodes: TypeAlias = "Mapping[str, tuple[str, list[str], Array | None]]"
"""Of a graph: name -> (operation, inputs, the value of a constant)."""


@pytest.fixture(scope="session")
def essentia_zoo() -> Path:
    """The folder with heads of the zoo that lies beside the checkout."""
    if not ZOO.is_dir():
        pytest.skip(f"no heads of the zoo here ({ZOO})")
    return ZOO


@pytest.fixture
def user_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, which this process and its children take for the user's."""
    folder = tmp_path / "data"
    monkeypatch.setenv("TAGWIRE_DATA", str(folder))
    return folder


def write_graph(path: Path, nodes: Nodes) -> Path:
    """Writes a frozen graph."""
    graph = message_class("GraphDef")()
    for name, (operation, inputs, value) in nodes.items():
        _add_node(graph.node, name, operation, inputs, value)
    path.write_bytes(graph.SerializeToString())
    return path


def _add_node(nodes: Any, name: str, operation: str, inputs: list[str], value: Any) -> None:
    node = nodes.add(name=name, op=operation, input=inputs)
    if value is not None:
        tensor = node.attr.add(key="value").value.tensor
        tensor.dtype = 1
        for size in np.shape(value):
            tensor.tensor_shape.dim.add(size=size)
        tensor.tensor_content = np.asarray(value, "<f4").tobytes()


def write_head(path: Path, outputs: int = 2, *, end: str = "Softmax", seed: int = 0) -> Path:
    """A head on a 200-d embedding, with random weights."""
    rng = np.random.default_rng(seed)
    return write_graph(
        path,
        {
            "model/Placeholder": ("Placeholder", [], None),
            "kernel": ("Const", [], rng.normal(0, 0.1, (200, 20))),
            "bias": ("Const", [], rng.normal(0, 1, 20)),
            "product": ("MatMul", ["model/Placeholder", "kernel"], None),
            "sum": ("BiasAdd", ["product", "bias"], None),
            "relu": ("Relu", ["sum"], None),
            "kernel_1": ("Const", [], rng.normal(0, 0.3, (20, outputs))),
            "bias_1": ("Const", [], rng.normal(0, 1, outputs)),
            "product_1": ("MatMul", ["relu", "kernel_1"], None),
            "sum_1": ("BiasAdd", ["product_1", "bias_1"], None),
            f"model/{end}": (end, ["sum_1"], None),
        },
    )


class FileServer:
    """Serves a folder on loopback, with byte ranges, and with the faults that a test asks for.

    status: answers with it instead. cut: ends each answer after so many bytes, while
    Content-Length promises all. ranges: whether it can go on in the middle. asked: what came.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.status: int | None = None
        self.cut: int | None = None
        self.ranges = True
        self.asked: list[tuple[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, files: FileServer, *args: Any) -> None:
        self._files = files
        super().__init__(*args)

    def do_GET(self) -> None:
        files, wanted = self._files, self.headers.get("Range", "")
        files.asked.append((self.path, wanted))
        path = files.folder / self.path.lstrip("/")
        if files.status or not path.is_file():
            self.send_error(files.status or 404)
            return
        data = path.read_bytes()
        begin = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and files.ranges else 0
        if begin > len(data):
            self.send_error(416)
            return
        self.send_response(206 if wanted and files.ranges else 200)
        self.send_header("Content-Length", str(len(data) - begin))
        self.end_headers()
        end = None if files.cut is None else begin + files.cut
        self.wfile.write(data[begin:end])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name upstream
        pass


@pytest.fixture
def file_server(essentia_zoo: Path) -> Iterator[FileServer]:
    """Serves the heads that lie beside the checkout, all in one folder."""
    server = FileServer(essentia_zoo)
    yield server
    server.close()
