import random
from collections import Counter
from pathlib import Path

from core.datasets.splits import SplitItem, draw_split, group_by_artist_or_bytes


def test_groups_stay_together_and_genres_keep_their_parts() -> None:
    draw = random.Random(1)
    items = [SplitItem(genre, f"{genre}{draw.randrange(30)}") for genre in "abcde" for _ in range(100)]
    splits = draw_split(items, seed=3)
    splits_of_group: dict[str, set[str]] = {}
    for item, split in zip(items, splits, strict=True):
        splits_of_group.setdefault(item.group, set()).add(split)
    assert len(splits_of_group) > 100
    assert all(len(found) == 1 for found in splits_of_group.values())
    for genre in "abcde":
        counts = Counter(split for item, split in zip(items, splits, strict=True) if item.genre == genre)
        assert abs(counts["train"] - 80) <= 5 and abs(counts["val"] - 10) <= 5 and abs(counts["test"] - 10) <= 5


def test_the_split_depends_on_the_seed_and_not_on_the_order() -> None:
    items = [SplitItem("ab"[index % 2], f"g{index // 3}") for index in range(90)]
    splits = draw_split(items, seed=5)
    assert draw_split(items, seed=5) == splits
    assert draw_split(items[::-1], seed=5) == splits[::-1]
    assert draw_split(items, seed=6) != splits


def test_a_small_genre_still_gets_into_every_split_that_its_groups_allow() -> None:
    one = draw_split([SplitItem("a", "only")] * 5, seed=0)
    assert set(one) == {"train"}
    two = draw_split([SplitItem("a", "x"), SplitItem("a", "y")], seed=0)
    assert set(two) == {"train", "val"}
    three = draw_split([SplitItem("a", group) for group in "xyz"], seed=0)
    assert set(three) == {"train", "val", "test"}


def test_one_huge_group_goes_into_training() -> None:
    items = [SplitItem("a", "prolific")] * 60 + [SplitItem("a", f"g{index}") for index in range(40)]
    splits = draw_split(items, seed=0)
    assert splits[0] == "train"
    assert Counter(splits) == {"train": 80, "val": 10, "test": 10}


def test_copies_of_a_file_are_one_group_where_no_artist_is_known(tmp_path: Path) -> None:
    contents = {"a": b"same", "b": b"same", "c": b"else", "d": b"longer"}
    paths = [tmp_path / name for name in contents]
    for path in paths:
        path.write_bytes(contents[path.name])
    a, b, c, d = group_by_artist_or_bytes(paths, [""] * 4)
    assert a == b and len({a, c, d}) == 3
    known = group_by_artist_or_bytes(paths, ["Ann", "", "Ann", ""])
    assert known[0] == known[2] != known[1]
    assert len(set(group_by_artist_or_bytes([tmp_path / "gone"] * 2, ["", ""]))) == 2
