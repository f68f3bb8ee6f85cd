"""Every fenced block of the documents runs, and its output is checked; one without a run or a rule fails."""

from __future__ import annotations

import pytest

from block_checks import check_block
from markdown_blocks import DOCUMENTS, Block, blocks
from workshop import Workshop

ALL = [block for document in DOCUMENTS for block in blocks(document)]


@pytest.mark.parametrize("block", ALL, ids=[str(block.place) for block in ALL])
def test_block(block: Block, workshop: Workshop) -> None:
    check_block(block, workshop)
