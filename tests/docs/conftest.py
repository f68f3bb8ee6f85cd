import pytest

from workshop import Workshop, build_workshop


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return build_workshop(tmp_path_factory.mktemp("docs") / "template")


@pytest.fixture
def workshop(template: Workshop, tmp_path) -> Workshop:
    """A copy of its own: what one block makes, no other one finds."""
    return template.copied(tmp_path / "here")
