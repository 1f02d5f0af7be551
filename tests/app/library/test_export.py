import csv
import io
import json

from app.contract import Track, TrackFilters
from app.library.export import export_tracks
from app.library.tracks import ALL, TrackStore
from tests.app.library.identified_files import make_failed, make_identified


def _fill(tracks: TrackStore) -> list[Track]:
    tracks.record(make_identified("/music/=1+1\nx.mp3", title="@home", artist="Ä", duration_s=61.6))
    tracks.record(make_identified(None))
    tracks.record(make_failed("/music/broken.mp3"))
    return tracks.find(TrackFilters(descending=False), ALL).items


def test_a_table_holds_every_track_and_no_formula(tracks: TrackStore) -> None:
    rows = list(csv.DictReader(io.StringIO(export_tracks(_fill(tracks), "csv"), newline="")))
    assert [row["label"] for row in rows] == ["jazz", "jazz", ""]
    assert (rows[0]["path"], rows[0]["file_name"], rows[0]["title"]) == ("/music/=1+1\nx.mp3", "'=1+1\nx.mp3", "'@home")
    assert rows[2]["error"] == "It could not be read as audio."


def test_json_holds_the_tracks_themselves(tracks: TrackStore) -> None:
    found = _fill(tracks)
    assert [Track.model_validate(item) for item in json.loads(export_tracks(found, "json"))] == found


def test_a_playlist_holds_the_files_that_can_be_played_one_per_line(tracks: TrackStore) -> None:
    lines = export_tracks(_fill(tracks), "m3u8").splitlines()
    assert lines == ["#EXTM3U", "#EXTINF:62,Ä - @home", "/music/=1+1 x.mp3"]
