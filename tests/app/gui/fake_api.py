"""An API that answers at once, as a process of its own: for tests of the window, not of the answers.

Run as ``python -m tests.app.gui.fake_api N_TRACKS``. Prints its address as the real one does, and ends with standard
input.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from app.contract import Contract, Health, Metrics, Problem, TrackMetadata
from tests.app.gui.fake_library import N_TRACKS, FakeLibrary
from tests.app.gui.fake_models import FakeModels
from tests.app.gui.fakes import make_prediction

GENRES = ("rock", "blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    #: An answer is written in two parts, of which the second would wait for the first one's acknowledgement.
    disable_nagle_algorithm = True
    models: ClassVar = FakeModels()
    library: ClassVar = FakeLibrary(0)

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        answers: dict[str, Contract] = {
            "/api/health": Health(ready=True, version="1", model_id=self.models.active_id, device="cpu"),
            "/api/metrics": Metrics(
                model_exists=True, model_path="m", val_acc=0.68, val_loss=1.04, epoch=3, ready=True
            ),
        }
        model_id = parse_qs(url.query).get("model", [None])[0]
        answer = answers.get(url.path) or self.library.get(url.path, url.query)
        self.answer(self.models.get(url.path, model_id) if answer is None else answer)

    def do_DELETE(self) -> None:
        name = self.path.rpartition("/")[2]
        is_track = self.path.startswith("/api/tracks/")
        self.answer(self.library.remove(int(name)) if is_track else self.models.remove(name))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        if self.path.endswith("/activate"):
            self.answer(self.models.activate(self.path.split("/")[-2]))
            return
        answer = self.library.post(self.path, body)
        if answer is not None:
            self.answer(answer)
            return
        path = json.loads(body)["path"]
        if self.path == "/api/models":
            self.answer(self.models.add(path))
            return
        label = GENRES[len(path) % len(GENRES)]
        shares = dict.fromkeys(GENRES, 0.02) | {label: 0.82}
        peaks = [(index * 37 % 100) / 100 for index in range(1000)]
        metadata = TrackMetadata(file_name="a.mp3", duration_s=20.0)
        self.answer(make_prediction(label, 0.82, probabilities=shares, waveform_peaks=peaks, metadata=metadata))

    def answer(self, message: Contract | bytes) -> None:
        body = message if isinstance(message, bytes) else message.model_dump_json().encode()
        self.send_response(message.status if isinstance(message, Problem) else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Quiet."""


@contextmanager
def run_fake_api(n_tracks: int = N_TRACKS) -> Iterator[str]:
    """Its address, for as long as it runs. So many tracks were identified before."""
    command = [sys.executable, "-m", "tests.app.gui.fake_api", str(n_tracks)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        yield json.loads(process.stdout.readline())["api_url"]
        process.stdin.close()


def main(n_tracks: int) -> None:
    Handler.library = FakeLibrary(n_tracks)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
    print(json.dumps({"api_url": f"http://127.0.0.1:{server.server_port}"}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
