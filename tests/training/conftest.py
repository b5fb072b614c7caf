"""The shop of these tests is that of quality."""

from tests.quality.conftest import shop

__all__ = ["shop"]
