#!/usr/bin/env bash
# tokenizers' WordPieceTrainer learns another vocabulary each time the program runs, of the same texts.
#
# One would have guessed: nothing in it is drawn, so the same texts give the same vocabulary, as its BPE trainer does,
# which WordPiece training is built on; and TOKENIZERS_PARALLELISM=false settles what threads might change.
# For users: ids differ between two runs of one training script, so a checkpoint answers nonsense under a tokenizer that
# was trained again, and a seed does not make a training repeatable. Keep tokenizer.json beside the weights.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'tokenizers==0.23.3'
cat >"$work/train.py" <<'PY'
import hashlib
import random
import sys

import tokenizers
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

random.seed(0)
words = ["".join(random.choices("abcdefgh", k=random.randint(2, 7))) for _ in range(400)]
texts = [" ".join(random.choices(words, k=12)) for _ in range(600)]
model, trainer = {
    "BPE": (models.BPE(unk_token="?"), trainers.BpeTrainer),
    "WordPiece": (models.WordPiece(unk_token="?"), trainers.WordPieceTrainer),
}[sys.argv[1]]
tokenizer = Tokenizer(model)
tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
tokenizer.train_from_iterator(texts, trainer(vocab_size=300, special_tokens=["?"], show_progress=False))
ids = sorted(tokenizer.get_vocab().items())
digest = hashlib.md5(str(ids).encode()).hexdigest()[:8]
print(f"tokenizers {tokenizers.__version__}, {sys.argv[1]}: {len(ids)} pieces, digest {digest}")
PY
for kind in BPE WordPiece; do
  for _ in 1 2 3 4 5 6; do
    TOKENIZERS_PARALLELISM=false "$work/venv/bin/python" "$work/train.py" "$kind"
  done | tee "$work/$kind"
done
bpe=$(sort -u "$work/BPE" | wc -l)
wordpiece=$(sort -u "$work/WordPiece" | wc -l)
echo "different vocabularies of 6 runs: BPE $bpe, WordPiece $wordpiece"
((bpe == 1 && wordpiece > 1)) || { echo "the behaviour has changed" >&2; exit 1; }
