"""A user's program for a machine that has nothing but the wheel: scripts/check_wheel.sh runs it in a bare chroot."""

import subprocess
import sys
from pathlib import Path

import mnemo
import pandas
import sentencepiece
import torch

train, test = (pandas.read_csv(f"reviews_{part}.csv") for part in ("train", "test"))
clf = mnemo.TextClassifier(epochs=3, seed=1, threads=1).fit(train["text"], train["label"])
score = clf.score(test["text"], test["label"])
assert score > 0.8, score
command = [str(Path(sys.executable).parent / "mnemo"), "predict", str(clf.run_.path), "--input", "reviews_test.csv"]
answers = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[::2]
assert answers == clf.predict(test["text"]).tolist()
assert isinstance(clf.run_.module(), torch.nn.Module)
print("accuracy", score, "beside torch", torch.__version__, "and sentencepiece", sentencepiece.__version__)
