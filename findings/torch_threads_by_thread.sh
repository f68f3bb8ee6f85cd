#!/usr/bin/env bash
# torch.set_num_threads counts for the thread that calls it and for threads that torch has not met; others keep theirs.
#
# One would have guessed: one number for the process, as its documentation and torch.get_num_threads() suggest.
# OpenMP keeps a number for each thread. A thread is given the process's number when it first uses torch, and never
# again; get_num_threads() tells the number of the thread that asks.
# For users: a pool of workers that have computed once does not hear of set_num_threads(1) in the main thread, and goes
# on with all cores each; a worker that calls it leaves the main thread as it was, and changes every thread to come.
# Set it before any thread computes, or in each of them (a pool's initializer), or set OMP_NUM_THREADS.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'torch==2.13.0' 'numpy==2.4.6'
"$work/venv/bin/python" - <<'PY'
from concurrent.futures import ThreadPoolExecutor

import torch


def number_of_a_new_thread():
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(torch.get_num_threads).result()


print(f"torch {torch.__version__}")
torch.set_num_threads(4)
worker = ThreadPoolExecutor(1)  # one thread, which stays
found = {"the worker, at first": worker.submit(torch.get_num_threads).result()}
torch.set_num_threads(1)
found["main, after set_num_threads(1) there"] = torch.get_num_threads()
found["the worker, after that"] = worker.submit(torch.get_num_threads).result()
found["a new thread, after that"] = number_of_a_new_thread()
worker.submit(torch.set_num_threads, 3).result()
found["main, after set_num_threads(3) in the worker"] = torch.get_num_threads()
found["a new thread, after that, too"] = number_of_a_new_thread()
for what, number in found.items():
    print(f"{number} threads: {what}")
assert list(found.values()) == [4, 1, 4, 1, 1, 3], "not as described above"
PY
