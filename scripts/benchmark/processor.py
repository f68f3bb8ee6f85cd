"""Which processor this is, and how a run is held to a lesser class of processors."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path

AVX2 = frozenset({"avx2", "fma"})
AVX512 = AVX2 | {"avx512f", "avx512bw", "avx512dq", "avx512vl"}

# The products in LibTorch are oneDNN's and MKL's, which choose their instructions for themselves. mnemo goes by the
# first two.
VARIABLES = ("ONEDNN_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY", "MKL_ENABLE_INSTRUCTIONS")


@dataclass(frozen=True)
class ProcessorClass:
    name: str
    title: str
    flags: frozenset[str]  # that /proc/cpuinfo must show
    limits: tuple[str, str, str]  # values of VARIABLES
    bits: int  # of a vector
    has_bf16: bool

    @property
    def environment(self) -> dict[str, str]:
        return dict(zip(VARIABLES, self.limits))


# The best first.
CLASSES = (
    ProcessorClass("amx", "AMX", AVX512 | {"avx512_bf16", "amx_bf16"},
                   ("AVX512_CORE_AMX", "avx512", "AVX512_E4"), 512, True),
    ProcessorClass("avx512-bf16", "AVX-512 with bf16", AVX512 | {"avx512_bf16"},
                   ("AVX512_CORE_BF16", "avx512", "AVX512_E3"), 512, True),
    ProcessorClass("avx512", "AVX-512 alone", AVX512, ("AVX512_CORE", "avx512", "AVX512"), 512, False),
    ProcessorClass("avx2", "AVX2 alone", AVX2, ("AVX2", "avx2", "AVX2"), 256, False),
)  # fmt: skip
CLASS_NAMES = tuple(one.name for one in CLASSES)


def cpuinfo(key: str) -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return ""


def processor_name() -> str:
    return cpuinfo("model name") or platform.processor()


def own_class() -> ProcessorClass | None:
    """None: a processor of another kind, whose instructions nothing here knows."""
    flags = frozenset(cpuinfo("flags").split())
    return next((one for one in CLASSES if one.flags <= flags), None)


def class_named(name: str) -> ProcessorClass:
    """Raises ValueError for a class that this processor cannot play."""
    wanted, own = CLASS_NAMES.index(name), own_class()
    if own is None or CLASSES.index(own) > wanted:
        this = own.title if own else "none of these classes"
        raise ValueError(f"this processor ({processor_name()}: {this}) has not what '{name}' asks for")
    return CLASSES[wanted]

