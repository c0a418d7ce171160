"""Reads the product's dependencies from requirements/product.in, so that each is named in one place."""

from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class DependenciesHook(MetadataHookInterface):
    def update(self, metadata: dict) -> None:
        lines = Path(self.root, "requirements", "product.in").read_text(encoding="utf-8").splitlines()
        metadata["dependencies"] = [name for line in lines if (name := line.split("#")[0].strip())]
