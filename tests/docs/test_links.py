"""Relative links lead to files that are there, and anchors to headings."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from markdown_blocks import DOCUMENTS, REPO, anchors, links

README = REPO / "README.md"
PAGES = [document for document in DOCUMENTS if document == README or document.parent == REPO / "docs"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(REPO)))
def test_links(document: Path) -> None:
    for place, target in links(document):
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            continue  # the network is not asked
        page = (document.parent / unquote(parts.path)).resolve() if parts.path else document
        assert page.exists(), f"{place}: the link {target} leads to no file"
        if parts.fragment:
            assert page.suffix == ".md", f"{place}: the link {target} names a heading of what is no Markdown"
            known = anchors(page)
            assert parts.fragment in known, f"{place}: {target} names no heading of that page; it has {sorted(known)}"


def test_every_page_is_reached() -> None:
    """A reader who starts at the README finds each page of docs/."""
    seen: set[Path] = set()
    left = [README]
    while left:
        page = left.pop()
        if page in seen or page not in DOCUMENTS:
            continue
        seen.add(page)
        paths = (urlsplit(target) for _, target in links(page))
        left += [(page.parent / unquote(part.path)).resolve() for part in paths if part.path and not part.scheme]
    assert set(PAGES) <= seen


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(REPO)))
def test_lines_can_be_read(document: Path) -> None:
    """Cells of a table cannot be broken; the README's are short all the same."""
    for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), 1):
        longest = 200 if line.lstrip().startswith("|") and document != README else 119
        assert len(line) <= longest, (
            f"{document.relative_to(REPO)}:{number} has {len(line)} characters; {longest} may be"
        )
