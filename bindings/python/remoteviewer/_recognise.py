"""Tells the cameras of other programs apart, where nothing else could be meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._camera_out import Nvdiffrast
from ._conventions_scenes import LUXCORE
from ._errors import InvalidError

if TYPE_CHECKING:
    from ._camera import Camera


def recognised(
    view: Any, cameras: type[Camera], width: int | None, height: int | None
) -> Camera | None:
    """Returns a camera, or None for what can only be a matrix. Raises InvalidError for others."""
    if isinstance(view, cameras):
        return view
    size: dict[str, Any] = dict(width=width, height=height)
    if isinstance(view, Mapping):
        return _of_mapping(view, cameras, size)
    if hasattr(view, "FoVx") and hasattr(view, "image_width"):
        return cameras.from_gs(view)
    if all(hasattr(view, name) for name in ("R", "T", "focal_length", "in_ndc")):
        return cameras.from_pytorch3d(view, **size)
    if hasattr(view, "world_transform") and hasattr(view, "film"):
        return cameras.from_mitsuba(view, **size)
    if hasattr(view, "GetAllNames") or (isinstance(view, str) and LUXCORE in view):
        return cameras.from_luxcore(view, **size)
    if isinstance(view, Nvdiffrast):
        h, w = view.resolution
        return cameras.from_nvdiffrast(view, width=w, height=h)
    return None


def _of_mapping(view: Mapping[str, Any], cameras: type[Camera], size: dict[str, Any]) -> Camera:
    if "viewmats" in view and "Ks" in view:
        try:
            return cameras.from_gsplat(**view)
        except TypeError as e:
            raise InvalidError(
                f"a view with viewmats and Ks has to be gsplat's keywords: {e}"
            ) from e
    if "to_world" in view and "type" in view:
        return cameras.from_mitsuba(view, **size)
    if "transform_matrix" in view:
        return cameras.from_nerf(view, **size)
    if "rotation" in view and "position" in view and "fx" in view:
        return cameras.from_gs(view)
    if LUXCORE + "lookat.orig" in view:
        return cameras.from_luxcore(view, **size)
    if "R" in view and "focal_length" in view:
        return cameras.from_pytorch3d(view, **size)
    raise InvalidError(
        "a view that is a dict has to be gsplat's keywords, a Mitsuba sensor, a frame of "
        "transforms.json, an entry of cameras.json, LuxCore's scene.camera.* or PyTorch3D's "
        f"keywords, found {', '.join(map(str, list(view)[:8])) or 'an empty one'}: "
        "see Camera.from_..."
    )
