"""Settings by keyword."""

import mnemo
import numpy as np
import pytest
from mnemo._settings import as_settings, known_settings
from package_support import SAMPLE, run_mnemo


@pytest.mark.parametrize("task", ["text", "series", "forecast"])
def test_they_are_the_options_of_the_command_with_its_defaults(task):
    settings = read_config_text(run_mnemo("train", task, "--print-config"))
    known = known_settings(task)
    assert {name.replace("-", "_") for name in settings} - {"train"} <= set(known)
    assert {name: known[name.replace("-", "_")].default_value for name in settings if name != "train"} == {
        name: value for name, value in settings.items() if name != "train"
    }


def read_config_text(text):
    return {line.split(" = ")[0]: line.split(" = ")[1] for line in text.splitlines() if not line.startswith("#")}


def test_values_become_text():
    given = {
        "hidden_sizes": [64, 32],
        "pooling": ("max", "last"),
        "bidirectional": np.True_,
        "dropout": np.float64(0.1),
        "learning_rate": 1e-05,
        "seed": np.int64(3),
        "cell": "gru",
        "patience": None,
    }
    assert as_settings(given) == {
        "hidden-sizes": "64,32",
        "pooling": "max,last",
        "bidirectional": "true",
        "dropout": "0.1",
        "learning-rate": "1e-05",
        "seed": "3",
        "cell": "gru",
    }


@pytest.mark.parametrize("make", [mnemo.TextClassifier, lambda **k: mnemo.train("text", "a.csv", "out", **k)])
def test_a_wrong_name_is_a_type_error_with_the_nearest(make):
    with pytest.raises(TypeError, match="no setting 'hiden_size'; did you mean 'hidden_size'"):
        make(hiden_size=8)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"hidden_size": -1}, r"^`hidden_size` -1: expected a whole number from 1 to 8192$"),
        ({"hidden_size": 0.5}, "`hidden_size` 0.5: expected a whole number"),
        ({"cell": "lstn"}, "`cell` lstn: expected one of .*did you mean lstm"),
        ({"bidirectional": "perhaps"}, "`bidirectional` perhaps: expected true or false"),
    ],
)
def test_a_wrong_value_is_a_value_error_that_names_the_setting(settings, message):
    with pytest.raises(ValueError, match=message) as raised:
        mnemo.TextClassifier(**settings).fit(["a", "b"], ["x", "y"])
    assert isinstance(raised.value, mnemo.SettingError)
    assert raised.value.setting in settings


def test_errors_keep_their_parts_through_a_pickle():
    import pickle

    error = mnemo.SettingError("`hidden_size` 0: too few; take more", "hidden_size", ": too few", "take more")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.setting, again.remedy) == (
        "`hidden_size` 0: too few; take more",
        "hidden_size",
        "take more",
    )


def test_messages_have_pythons_names():
    with pytest.raises(mnemo.SettingError) as raised:
        mnemo.TextClassifier(optimizer="adamw").fit(["a", "b"], ["x", "y"])
    assert "adamw without `weight_decay`" in str(raised.value)
    assert "adamw without `weight_decay`" in raised.value.problem
    assert raised.value.setting == "optimizer"


def test_parts_stand_alone(tmp_path):
    """The marks that join them in a message are no part of them."""
    config = tmp_path / "c.ini"
    config.write_text("seed = 1\nbatch-size = x\n")
    with pytest.raises(mnemo.SettingError, match="c.ini:2: ") as raised:
        mnemo.train("series", SAMPLE / "motions_train.ts", tmp_path / "run", config=config)
    assert (raised.value.setting, raised.value.place) == ("batch_size", f"{config}:2")
    with pytest.raises(mnemo.SettingError, match="`holidays`: there is no") as raised:
        mnemo.train("forecast", SAMPLE / "airline_passengers.csv", tmp_path / "run", holidays="XX")
    assert raised.value.problem.startswith("there is no")
    assert raised.value.place == ""


def test_a_failure_names_its_setting_too(tmp_path):
    (tmp_path / "run").write_text("a letter")
    with pytest.raises(mnemo.Error, match="^`out` .*: this is a file; name a folder$") as raised:
        mnemo.train("series", SAMPLE / "motions_train.ts", tmp_path / "run", report=False)
    assert (raised.value.setting, raised.value.remedy) == ("out", "name a folder")
    assert not isinstance(raised.value, mnemo.UsageError)
    assert mnemo.Error("anything").setting == ""


def test_names_of_files_stay_as_they_are():
    with pytest.raises(mnemo.Error, match="no/`hidden-size`/run"):
        mnemo.load("no/`hidden-size`/run")
