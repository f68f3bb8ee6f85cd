"""The worker's side of the benchmark's protocol: a JSON request a line in, a JSON answer a line out.

    {"work": NAME, ...}           prepares a work -> {"ready": true}
    {"repeat": K, "warmup": W}    does it W + K times, the last K by the clock -> {"seconds": [...], "tokens": [...]}
    anything that goes wrong                       -> {"error": MESSAGE}
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

Request = dict[str, Any]
Step = Callable[[], int]  # does the work once and returns how many real tokens it read


def time_step(step: Step, warmup: int, repeat: int) -> dict[str, Any]:
    for _ in range(warmup):
        step()
    seconds: list[float] = []
    tokens: list[int] = []
    for _ in range(repeat):
        start = time.perf_counter()
        read = step()
        seconds.append(time.perf_counter() - start)
        tokens.append(read)
    return {"seconds": seconds, "tokens": tokens}


def serve(make_step: Callable[[Request], Step]) -> None:
    # Libraries print to standard output as they please: the answers keep the real one for themselves.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    step: Step | None = None
    for line in sys.stdin:
        request = json.loads(line)
        reply: dict[str, Any]
        try:
            if "work" in request:
                step = None  # the former work's memory goes before the next one's comes
                step = make_step(request)
                step()
                reply = {"ready": True}
            elif step is None:
                raise RuntimeError("no work has been named yet")
            else:
                reply = time_step(step, request.get("warmup", 0), request["repeat"])
        except Exception as error:  # the driver decides what a contender's failure means
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=answers, flush=True)
