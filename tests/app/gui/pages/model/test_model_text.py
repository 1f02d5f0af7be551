import pytest

from app.contract import DatasetDescription, Reliability
from app.gui.pages.model.model_text import calibration_error, describe_heading, describe_row, interval, scores_as_text
from tests.app.gui.fake_models import damaged, details_of, summary

NBSP = "\N{NO-BREAK SPACE}"


def test_interval_is_that_of_wilson() -> None:
    # By hand from the formula; the textbooks' example of 81 of 263 is 0.2553–0.3662.
    low, high = interval(81 / 263, 263)
    assert (low, high) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))
    assert interval(0, 10)[0] == 0 and interval(0, 10)[1] == pytest.approx(0.2775, abs=1e-4)
    assert interval(1, 10)[1] == 1


def test_interval_of_a_checkpoint_that_counts_in_percent_is_no_crash() -> None:
    assert interval(68.0, 197)[1] == 1


def test_calibration_error_weighs_bins_by_their_tracks() -> None:
    reliability = Reliability(confidence=[0.5, 0.9], accuracy=[0.6, 0.7], n_tracks=[30, 10])
    assert calibration_error(reliability) == pytest.approx((30 * 0.1 + 10 * 0.2) / 40)
    assert calibration_error(Reliability()) is None
    assert calibration_error(Reliability(confidence=[0.5], accuracy=[0.5], n_tracks=[0])) is None


def test_figures_of_a_model() -> None:
    model = summary("gtzan", title="gtzan: ten genres from the sound alone", state="active")
    heading = describe_heading(model, details_of(model), "gtzan", None)
    facts = {fact.name: (fact.value, fact.remark) for fact in heading.facts}
    assert facts["Validation accuracy"] == (f"68.0{NBSP}%", f"61.2–74.1{NBSP}% (95{NBSP}% interval)")
    assert facts["Validation loss"] == ("1.042", f"197{NBSP}tracks")
    assert facts["Calibration error"] == (f"4.4{NBSP}%", "temperature 0.785")
    assert facts["Epoch"] == ("350", "")
    assert heading.origin == (
        f"genre_resnet · 10{NBSP}genres · trained on 442{NBSP}tracks of gtzan · 2.4{NBSP}MB · 2026-01-31"
    )
    assert heading.state == "In use" and not heading.can_use and not heading.can_remove


def test_model_that_tells_little() -> None:
    nothing = dict.fromkeys(("architecture", "epoch", "val_acc", "val_loss", "temperature", "created"))
    model = summary("mine", dataset=DatasetDescription(), is_shipped=False, **nothing)
    heading = describe_heading(model, None, "gtzan", None)
    assert [(fact.value, fact.remark) for fact in heading.facts] == [("–", "")] * 4
    assert heading.origin == f"10{NBSP}genres · 2.4{NBSP}MB"
    assert heading.can_use and heading.can_remove
    assert describe_row(model, None).description == f"10{NBSP}genres"


def test_name_is_not_said_twice() -> None:
    row = describe_row(summary("gtzan", title="gtzan: ten genres from the sound alone", state="active"), None)
    assert (row.name, row.description) == ("gtzan", "Ten genres from the sound alone")
    assert row.status == f"68.0{NBSP}% right · In use"
    assert describe_row(summary("mine", title="Songs of my village"), None).description == "Songs of my village"


def test_model_that_is_being_loaded_tells_who_answers() -> None:
    heading = describe_heading(summary("other"), None, "gtzan", "other")
    assert heading.state == "Loading…" and heading.origin == "“gtzan” goes on answering until it is ready."
    assert not heading.can_use and not heading.can_remove


def test_damaged_model_tells_what_to_do() -> None:
    heading = describe_heading(damaged("torn"), None, "gtzan", None)
    assert heading.note.endswith("be read safely. Remove it, or choose another one.")
    assert heading.facts == () and not heading.can_use and heading.can_remove
    assert describe_row(damaged("torn"), None).is_failed


def test_scores_as_text() -> None:
    lines = scores_as_text(details_of(summary("gtzan"))).splitlines()
    assert len(lines) == 10
    assert lines[0] == f"Blues: precision 90.0{NBSP}%, recall 50.0{NBSP}%, F1 70.0{NBSP}%, 20{NBSP}tracks"
