#!/usr/bin/env bash
# In Keras, Bidirectional(LSTM) before GlobalMaxPooling1D answers a text otherwise when it is padded, mask or no mask.
#
# One would have guessed: with mask_zero=True padding changes nothing, as holds for LSTM before the same pooling, and
# for Bidirectional(LSTM) before GlobalAveragePooling1D.
# An LSTM repeats its last state at masked steps, which no maximum minds. Bidirectional makes both of its layers put
# zeros there instead, and GlobalMaxPooling1D takes no mask (the average does): a unit whose states are all negative
# has the maximum 0 as soon as there is one padded step.
# For users: this pair is in many text classifiers. The same text gets another answer alone and in a batch of longer
# ones, and weights brought into another framework agree only if its pooling counts zeros for padding. Mask the
# states before the maximum, or pool by the average.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'keras==3.15.1' 'jax==0.10.2' 'jaxlib==0.10.2' 'numpy==2.4.6'
KERAS_BACKEND=jax "$work/venv/bin/python" -W ignore - <<'PY'
import jax
import keras
import numpy as np
from keras import layers

TEXT = np.array([[3, 4, 5]])
PADDED = np.array([[3, 4, 5, 0, 0]])


def pooled(layer, pooling):
    """What the pooling makes of the text's states, alone and padded, with weights that make every state negative."""
    tokens = layers.Input((None,), dtype="int32")
    model = keras.Model(tokens, pooling(layer(layers.Embedding(6, 2, mask_zero=True)(tokens))))
    model.set_weights([np.full(w.shape, 0.5 if w.ndim == 2 and w.shape[0] == 6 else -0.5) for w in model.get_weights()])
    return model.predict(TEXT, verbose=0)[0], model.predict(PADDED, verbose=0)[0]


print(f"keras {keras.__version__}, jax {jax.__version__}")
found = {}
for name, layer in {"LSTM": lambda: layers.LSTM(2, return_sequences=True),
                    "Bidirectional": lambda: layers.Bidirectional(layers.LSTM(2, return_sequences=True))}.items():
    for pooling in (layers.GlobalMaxPooling1D(), layers.GlobalAveragePooling1D()):
        alone, padded = pooled(layer(), pooling)
        found[name, type(pooling).__name__] = np.allclose(alone, padded, atol=1e-6)
        print(f"{name}, {type(pooling).__name__}: {alone.round(4)} alone, {padded.round(4)} padded")
        if not found[name, type(pooling).__name__]:
            assert (alone < 0).all() and (padded == 0).all(), "not zeros"
assert [pair for pair, same in found.items() if not same] == [("Bidirectional", "GlobalMaxPooling1D")], found
PY
