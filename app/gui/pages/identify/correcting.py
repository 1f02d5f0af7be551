"""Lets the person say what the song on the page really is. Knows no widget."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.contract import Track
from app.gui import wording
from app.gui.api_call import ApiError, ApiUnavailableError
from app.gui.client import ApiClient
from app.gui.connection import ApiConnection
from app.gui.jobs import Jobs
from app.gui.widgets.correction_dialog import Correctable
from app.gui.widgets.result_text import ResultText


class Correcting:
    """Corrects the genre of one answer.

    Args:
        jobs: Where questions run.
        connection: The API, whose library keeps the correction.
        say: Shows a sentence across the window.
        ask: Asks the person: given what is to be corrected, the known genres, and whom to tell.
    """

    def __init__(
        self,
        jobs: Jobs,
        connection: ApiConnection,
        say: Callable[[str | None], None],
        ask: Callable[[Correctable, list[str], Callable[[str | None], None]], object],
    ) -> None:
        self._jobs = jobs
        self._connection = connection
        self._say = say
        self._ask = ask
        self._result: ResultText | None = None

    def show(self, result: ResultText | None) -> None:
        """Another answer is on the page, or none."""
        self._result = result

    def begin(self) -> None:
        """Ask what is known of the song, and then the person."""
        result, client = self._result, self._connection.client
        if result is None or result.prediction.track_id is None:
            return
        if client is None:
            self._say("The analysis engine is not ready; try again in a moment.")
            return
        track_id = result.prediction.track_id

        def find() -> tuple[Track, list[str]]:
            return client.track(track_id).track, client.genres().genres

        self._jobs.submit(find, partial(self._ask_person, result, client), partial(self._fail, client))

    def _ask_person(self, result: ResultText, client: ApiClient, found: tuple[Track, list[str]]) -> None:
        # The person may have gone on to another song meanwhile.
        if result is self._result:
            track, genres = found
            self._ask(Correctable.of(track), genres, partial(self._correct, client, track.id))

    def _correct(self, client: ApiClient, track_id: int, label: str | None) -> None:
        self._jobs.submit(lambda: client.correct_track(track_id, label), self._tell, partial(self._fail, client))

    def _tell(self, track: Track) -> None:
        name = track.title or track.file_name
        if track.corrected_label is None:
            self._say(f"“{name}”: your correction was taken back.")
        else:
            genre = wording.genre_within_sentence(track.corrected_label)
            self._say(f"“{name}” is {genre} from now on. Library and History show your word beside what was heard.")

    def _fail(self, client: ApiClient, error: Exception) -> None:
        if isinstance(error, ApiUnavailableError):
            self._connection.report_lost(client)
            self._say("The analysis engine went away before this was done; try again in a moment.")
        else:
            self._say(error.detail if isinstance(error, ApiError) else str(error))
