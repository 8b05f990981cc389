"""The pictures of one community, by the slug of the item they belong to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .canvas import Canvas, Palette

Scene = Callable[[Canvas], None]
LANDSCAPE = (1200, 675)
BANNER = (1600, 500)


@dataclass
class Gallery:
    """Collects scenes as they are defined; `picture` and `banner` are decorators."""

    palette: Palette
    pictures: dict[str, tuple[Scene, tuple[int, int]]] = field(default_factory=dict)
    banners: dict[str, Scene] = field(default_factory=dict)

    def picture(self, slug: str, logical: tuple[int, int] = LANDSCAPE) -> Callable[[Scene], Scene]:
        """Register a scene for an item; `logical` is the size in the units that the scene draws in."""

        def register(scene: Scene) -> Scene:
            self.pictures[slug] = (scene, logical)
            return scene

        return register

    def banner(self, community: str) -> Callable[[Scene], Scene]:
        """Register the wide picture at the head of a community's page."""

        def register(scene: Scene) -> Scene:
            self.banners[community] = scene
            return scene

        return register
