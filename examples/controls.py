"""Sliders, a button, a plot and two images: the script asks for values, and viewers change them."""

import sys
import time

import numpy as np
import remoteviewer as rv

viewer = rv.listen(*sys.argv[1:])  # prints how to look
y, x = np.mgrid[-1:1:240j, -1:1:320j].astype(np.float32)
shapes = {"rings": np.hypot(x, y), "stripes": x, "saddle": x * y}
step = 0
while True:
    viewer.gate()  # Pause, Step and Run in the viewer
    step = 0 if viewer.button("restart") else step + 1
    exposure = viewer.slider("exposure", 0, 8, default=1)
    waves = viewer.slider("waves", 1, 40, step=1, default=8, help="from one edge to the other")
    shape = viewer.dropdown("shape", list(shapes))
    title = viewer.text("title", "ripples")
    ink = viewer.folder("ink")
    color = ink.color("color", "#5c9dff")
    offset = ink.vector3("offset", (0.0, 0.0, 0.0), step=0.1)
    inverted = ink.checkbox("inverted")
    height = np.sin(waves * np.pi * shapes[shape] - 0.1 * step) * (-1 if inverted else 1)
    bright = exposure * (0.5 + 0.5 * height[..., None])
    image = np.asarray(bright * color + offset, np.float32)
    viewer.plot("middle", height[120, 160])
    viewer.label("state", f"step {step} of {title}")
    told = {"step": step, "exposure": exposure, "waves": waves, "shape": shape}
    told.update(title=title, color=color, offset=offset, inverted=inverted)
    viewer.show(ripples=image, height=rv.Image(height, color="data"), meta=told)
    time.sleep(0.02)
