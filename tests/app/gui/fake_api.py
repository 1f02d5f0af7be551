"""An API that answers at once, as a process of its own: for tests of the window, not of the answers.

Run as ``python -m tests.app.gui.fake_api``. Prints its address as the real one does, and ends with standard input.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from app.contract import Contract, Health, Metrics, ModelList, TrackMetadata
from tests.app.gui.fakes import make_prediction

GENRES = ("rock", "blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    #: An answer is written in two parts, of which the second would wait for the first one's acknowledgement.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        answers: dict[str, Contract] = {
            "/api/health": Health(ready=True, version="1", model_id="gtzan", device="cpu"),
            "/api/metrics": Metrics(
                model_exists=True, model_path="m", val_acc=0.68, val_loss=1.04, epoch=3, ready=True
            ),
            "/api/models": ModelList(active_id="gtzan", models=[]),
        }
        self.answer(answers[self.path])

    def do_POST(self) -> None:
        path = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["path"]
        label = GENRES[len(path) % len(GENRES)]
        shares = dict.fromkeys(GENRES, 0.02) | {label: 0.82}
        peaks = [(index * 37 % 100) / 100 for index in range(1000)]
        metadata = TrackMetadata(file_name="a.mp3", duration_s=20.0)
        self.answer(make_prediction(label, 0.82, probabilities=shares, waveform_peaks=peaks, metadata=metadata))

    def answer(self, message: Contract) -> None:
        body = message.model_dump_json().encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Quiet."""


@contextmanager
def run_fake_api() -> Iterator[str]:
    """Its address, for as long as it runs."""
    command = [sys.executable, "-m", "tests.app.gui.fake_api"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        yield json.loads(process.stdout.readline())["api_url"]
        process.stdin.close()


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
    print(json.dumps({"api_url": f"http://127.0.0.1:{server.server_port}"}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
