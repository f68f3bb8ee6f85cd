"""Prints the pip requirements of the CUDA libraries that libtorch_cpu of a CUDA build cannot be loaded without.

Those are CUDA's runtime (cudart) and its profiling interface (cupti), two of the dozen packages that torch asks
for. Run by the Python that torch was installed for, with or without its dependencies.
"""

import importlib.metadata
import sys

from pip._vendor.packaging.requirements import Requirement

NEEDED = {"cudart", "cupti"}


def parts(requirements: list[str]) -> list[str]:
    found = []
    for requirement in map(Requirement, requirements):
        if requirement.marker and not requirement.marker.evaluate():
            continue
        if requirement.name == "cuda-toolkit" and requirement.extras >= NEEDED:
            return [f"cuda-toolkit[{','.join(sorted(NEEDED))}]{requirement.specifier}"]
        # Until torch 2.10 or so the libraries were named one by one.
        if requirement.name.startswith(("nvidia-cuda-runtime", "nvidia-cuda-cupti")):
            found.append(f"{requirement.name}{requirement.specifier}")
    return found


if __name__ == "__main__":
    lines = parts(importlib.metadata.requires("torch") or [])
    if not lines:
        sys.exit("cuda_parts.py: this torch does not say which CUDA packages it needs")
    print("\n".join(lines))
