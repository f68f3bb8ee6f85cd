"""The event file of --tensorboard, read by TensorBoard itself."""

import json

import pytest
from report_support import SAMPLE, mnemo
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def test_tensorboard_reads_what_metrics_hold(tmp_path):
    run = tmp_path / "run"
    mnemo("train", "series", "--train", SAMPLE / "motions_train.ts", "--hidden-sizes", "8", "--epochs", "5",
          "--tensorboard", "--quiet", "--out", run)
    epochs = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    events = EventAccumulator(str(run))
    events.Reload()
    tags = {"loss/training": "train_loss", "loss/validation": "valid_loss", "accuracy/training": "train_accuracy",
            "accuracy/validation": "valid_accuracy", "progress/learning_rate": "learning_rate",
            "progress/gradient_norm": "gradient_norm"}
    assert set(tags) <= set(events.Tags()["scalars"])
    for tag, name in tags.items():
        scalars = events.Scalars(tag)
        assert [one.step for one in scalars] == [epoch["epoch"] for epoch in epochs]
        assert [one.value for one in scalars] == pytest.approx([epoch[name] for epoch in epochs], rel=1e-6)
