import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.contract import TrackFilters
from app.library.database import Database
from app.library.identified import FileState
from app.library.tracks import NoSuchTrackError, TrackStore
from tests.app.library.identified_files import make_failed, make_identified


def _find(tracks: TrackStore, **filters: Any) -> list[str]:
    return [track.file_name for track in tracks.find(TrackFilters(**filters), 1000).items]


def test_an_answer_is_given_back_as_it_was(tracks: TrackStore) -> None:
    identified = make_identified("/music/song.mp3", title="A Song", artist="Somebody")
    track_id = tracks.record(identified)
    details = tracks.load(track_id)
    assert identified.prediction is not None
    assert details.prediction == identified.prediction.model_copy(update={"track_id": track_id})
    assert (details.track.path, details.track.title, details.track.label) == ("/music/song.mp3", "A Song", "jazz")


def test_a_file_identified_again_stays_one_track_and_keeps_its_correction(tracks: TrackStore) -> None:
    track_id = tracks.record(make_identified(label="jazz", model_id="gtzan"))
    tracks.correct(track_id, "swing")
    assert tracks.record(make_identified(label="blues", model_id="mine")) == track_id
    (track,) = tracks.find(TrackFilters(), 10).items
    assert (track.label, track.model_id, track.corrected_label) == ("blues", "mine", "swing")


def test_a_file_that_fails_now_has_no_answer_any_more(tracks: TrackStore) -> None:
    track_id = tracks.record(make_identified("/music/a.mp3"))
    assert tracks.record(make_failed("/music/a.mp3")) == track_id
    details = tracks.load(track_id)
    assert details.prediction is None and details.track.label is None
    assert details.track.error is not None and details.track.error.code == "audio_undecodable"
    assert tracks.find_similar(track_id, 5) == []


def test_every_upload_is_a_track_of_its_own(tracks: TrackStore) -> None:
    assert tracks.record(make_identified(None)) != tracks.record(make_identified(None))
    assert [track.path for track in tracks.find(TrackFilters(), 10).items] == [None, None]


def test_a_name_that_is_no_text_is_kept_and_shown(tracks: TrackStore) -> None:
    path = b"/music/caf\xe9.mp3".decode("utf-8", "surrogateescape")
    assert tracks.record(make_identified(path)) == tracks.record(make_identified(path))
    (track,) = tracks.find(TrackFilters(text="caf"), 10).items
    assert track.path == r"/music/caf\xe9.mp3"


def test_the_filters_let_through_what_meets_all_of_them(tracks: TrackStore) -> None:
    tracks.record(make_identified("/music/a.mp3", "jazz", confidence=0.9, genre_tag="Hip-Hop"))
    tracks.record(make_identified("/music/b.mp3", "hiphop", confidence=0.8, genre_tag="Hip-Hop"))
    tracks.record(make_identified("/music/c.mp3", "jazz", confidence=0.4, decision="unsure", genre_tag="Rock"))
    tracks.record(make_failed("/music/d.mp3"))
    tracks.correct(tracks.find(TrackFilters(text="c.mp3"), 1).items[0].id, "rock")
    assert _find(tracks, sort="file_name", descending=False) == ["a.mp3", "b.mp3", "c.mp3", "d.mp3"]
    assert _find(tracks, label="jazz") == ["a.mp3"], "the other one was corrected"
    assert _find(tracks, label="rock", decision="unsure") == ["c.mp3"]
    assert _find(tracks, min_confidence=0.4, max_confidence=0.8, descending=False) == ["b.mp3", "c.mp3"]
    assert _find(tracks, is_conflict=True) == ["a.mp3"]
    assert _find(tracks, is_failed=True) == ["d.mp3"]
    assert _find(tracks, is_failed=False, is_conflict=False, is_corrected=False) == ["b.mp3"]
    assert _find(tracks, is_corrected=True) == ["c.mp3"]
    assert _find(tracks, job_id=1) == []


def test_text_is_found_in_any_case_and_however_accents_are_written(tracks: TrackStore) -> None:
    tracks.record(make_identified(f"/music/{unicodedata.normalize('NFD', 'ÉTÉ')}/100%_a.mp3", title="Groß", artist="Ä"))
    tracks.record(make_identified("/music/1000a.mp3"))
    for text in ("été", "GROSS", "ä", "100%_a", "/music/"):
        assert "100%_a.mp3" in _find(tracks, text=text), text
    assert _find(tracks, text="100%_") == ["100%_a.mp3"]
    assert _find(tracks, text="no such") == []


@pytest.mark.parametrize("descending", [False, True])
def test_tracks_without_a_value_come_last(tracks: TrackStore, descending: bool) -> None:
    for name, title in (("a.mp3", None), ("b.mp3", "beta"), ("c.mp3", "Alpha")):
        tracks.record(make_identified(f"/music/{name}", title=title))
    expected = ["b.mp3", "c.mp3", "a.mp3"] if descending else ["c.mp3", "b.mp3", "a.mp3"]
    assert _find(tracks, sort="title", descending=descending) == expected


def test_pages_of_many_tracks_show_each_once(tmp_path: Path) -> None:
    database = Database(tmp_path / "library.sqlite3")
    tracks = TrackStore(database)
    fill_with_copies(database, tracks, 50_000)
    for sort in ("analysed_at", "label", "confidence"):
        seen: set[int] = set()
        for offset in range(0, 50_000, 12_500):
            page = tracks.find(TrackFilters.model_validate({"sort": sort}), 12_500, offset)
            assert page.total == 50_000
            seen |= {track.id for track in page.items}
        assert len(seen) == 50_000
    assert tracks.find(TrackFilters(), 10, 50_000).items == []
    assert len(tracks.find(TrackFilters(text="/music/49999.mp3"), 10).items) == 1
    database.close()


def fill_with_copies(database: Database, tracks: TrackStore, n_tracks: int) -> None:
    """The same answer for many files, quickly."""
    tracks.record(make_identified("/music/1.mp3", title="A Song", artist="Somebody"))
    with database.writing() as connection:
        columns = [row["name"] for row in connection.execute("PRAGMA table_info(track)")]
        copied = {
            "id": "n",
            "path": "CAST('/music/' || n || '.mp3' AS BLOB)",
            "search_text": "'/music/' || n || '.mp3'",
            "confidence": "(n * 7919 % 1000) / 1000.0",
        }
        values = ", ".join(copied.get(name, name) for name in columns)
        connection.execute(
            "WITH RECURSIVE number(n) AS (VALUES (2) UNION ALL SELECT n + 1 FROM number WHERE n < ?) "  # noqa: S608
            f"INSERT INTO track SELECT {values} FROM number, (SELECT * FROM track WHERE id = 1)",
            (n_tracks,),
        )


def test_a_forgotten_track_is_gone_and_its_id_never_means_another(tracks: TrackStore) -> None:
    track_id = tracks.record(make_identified())
    tracks.correct(track_id, "swing")
    tracks.remove(track_id)
    assert tracks.count() == (0, 0)
    for act in (tracks.load, tracks.remove, lambda id: tracks.correct(id, "x"), lambda id: tracks.find_similar(id, 1)):
        with pytest.raises(NoSuchTrackError):
            act(track_id)
    assert tracks.record(make_identified()) != track_id


def test_a_correction_comes_with_what_teaches_and_can_be_taken_back(tracks: TrackStore) -> None:
    first = tracks.record(make_identified("/music/a.mp3", embedding=[0.25, 0.5]))
    second = tracks.record(make_failed("/music/b.mp3"))
    assert tracks.correct(first, "swing").corrected_label == "swing"
    tracks.correct(second, "noise")
    page = tracks.find_corrections(1, 1)
    assert (page.total, len(page.items)) == (2, 1)
    assert (page.items[0].track.corrected_label, page.items[0].embedding) == ("swing", [0.25, 0.5])
    assert tracks.correct(first, None).corrected_label is None
    assert [item.embedding for item in tracks.find_corrections(10).items] == [[]]


def test_similar_tracks_are_those_of_the_same_model_that_point_the_same_way(tracks: TrackStore) -> None:
    wanted = tracks.record(make_identified("/music/wanted.mp3", embedding=[1, 0]))
    tracks.record(make_identified("/music/near.mp3", embedding=[5, 1]))
    tracks.record(make_identified("/music/far.mp3", embedding=[-1, 0]))
    tracks.record(make_identified("/music/across.mp3", embedding=[0, 3]))
    tracks.record(make_identified("/music/other model.mp3", embedding=[1, 0], model_id="mine"))
    tracks.record(make_identified("/music/other size.mp3", embedding=[1, 0, 0]))
    tracks.record(make_identified("/music/silence.mp3", embedding=np.zeros(0)))
    found = tracks.find_similar(wanted, 10)
    assert [item.track.file_name for item in found] == ["near.mp3", "across.mp3", "far.mp3"]
    assert [item.similarity for item in found] == pytest.approx([5 / np.sqrt(26), 0, -1], abs=1e-6)
    assert len(tracks.find_similar(wanted, 1)) == 1


def test_only_the_same_file_of_the_same_model_is_unchanged(tracks: TrackStore) -> None:
    state, path = FileState(1000, 5), Path("/music/a.mp3")
    assert not tracks.is_unchanged(path, state, "gtzan")
    tracks.record(make_identified(str(path), state=state))
    assert tracks.is_unchanged(path, state, "gtzan")
    assert not tracks.is_unchanged(path, state, "mine")
    assert not tracks.is_unchanged(path, FileState(1001, 5), "gtzan")
    assert not tracks.is_unchanged(path, FileState(1000, 6), "gtzan")
    assert not tracks.is_unchanged(path, None, "gtzan")
    tracks.record(make_failed(str(path)))
    assert not tracks.is_unchanged(path, FileState(10, 1), "gtzan"), "a problem file is worth another try"
