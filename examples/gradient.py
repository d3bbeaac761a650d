"""The smallest renderer: a sky in eight lines of numpy, seen by the viewer's camera."""

import numpy as np
import remoteviewer as rv

viewer = rv.listen()  # prints how to look
for camera in viewer.cameras():  # the newest, when it has moved
    y, x = np.mgrid[0 : camera.height, 0 : camera.width] + 0.5
    pixels = np.stack([x, y, np.ones_like(x)])
    rays = np.tensordot(camera.c2w[:3, :3] @ np.linalg.inv(camera.K), pixels, 1)  # 3 x H x W
    sky = 0.5 + 0.5 * np.moveaxis(rays / np.linalg.norm(rays, axis=0), 0, -1)
    viewer.show(sky=sky.astype(np.float32))
