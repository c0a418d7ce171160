import gzip
import io
import zipfile

import pytest

from accord.exercise import files, world


def unpacked(path: str, data: bytes) -> list[tuple[str, bytes]]:
    """A file as it lies there, or what is inside when it is an archive."""
    if path.endswith(".gz"):
        return [(f"{path}!{path.rpartition('/')[2].removesuffix('.gz')}", gzip.decompress(data))]
    if path.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [(f"{path}!{name}", archive.read(name)) for name in archive.namelist()]
    return [(path, data)]


@pytest.fixture(scope="session")
def full_world():
    return world(1)


@pytest.fixture(scope="session")
def written(full_world):
    return dict(files(full_world))


@pytest.fixture(scope="session")
def readable(written):
    """Every file by its path, archives opened."""
    return dict(pair for path, data in written.items() for pair in unpacked(path, data))
