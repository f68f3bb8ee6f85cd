#!/usr/bin/env bash
# safetensors.numpy writes a transposed array's memory under the transposed shape.
#
# One would have guessed: save_file stores the values that the array shows, whatever its strides, or refuses an array
# that is not contiguous, as safetensors.torch does.
# For users: weights that are turned on their way into a file (a Keras kernel is the transpose of a PyTorch weight)
# come back with their numbers in other places. Shape, type and sum stay right, so no reader can notice. Save
# numpy.ascontiguousarray(weight.T).
# Known: https://github.com/safetensors/safetensors/issues/825
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'safetensors==0.8.0' 'numpy==2.4.6'
"$work/venv/bin/python" - "$work" <<'PY'
import sys

import numpy
import safetensors
from safetensors.numpy import load_file, save_file

print(f"safetensors {safetensors.__version__}, numpy {numpy.__version__}")
path = sys.argv[1] + "/weights.safetensors"
kernel = numpy.array([[1, 2, 3], [4, 5, 6]], dtype=numpy.float32)
every_second = numpy.arange(8, dtype=numpy.float32)[::2]
save_file({"turned": kernel.T, "copied": numpy.ascontiguousarray(kernel.T), "every_second": every_second}, path)
seen = {name: values.tolist() for name, values in load_file(path).items()}
print(f"kernel.T         {kernel.T.tolist()}\nread, as it was  {seen['turned']}\nread, copied     {seen['copied']}")
print(f"arange(8)[::2]   {every_second.tolist()}\nread             {seen['every_second']}")
expected = {
    "turned": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]],
    "copied": [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]],
    "every_second": [0.0, 1.0, 2.0, 3.0],
}
sys.exit(None if seen == expected else "the behaviour has changed")
PY
