/* The smallest sender: one image, shown in the viewer that is open.
 *
 *   cc minimal.c $(pkg-config --cflags --libs rv) -o minimal
 *   rvviewer & ./minimal
 */
#include <rv.h>
#include <stdio.h>

static unsigned char pixels[480][640][3];

int main(void) {
  for (int y = 0; y < 480; y++)
    for (int x = 0; x < 640; x++) {
      pixels[y][x][0] = (unsigned char)(x * 255 / 639);
      pixels[y][x][1] = (unsigned char)(y * 255 / 479);
      pixels[y][x][2] = 128;
    }

  /* What the memory above holds. Structs begin as their _INIT. */
  rv_image image = RV_IMAGE_INIT;
  image.dtype = RV_U8;
  image.color = RV_COLOR_SRGB;
  image.data = pixels;
  image.width = 640;
  image.height = 480;
  image.channels = 3;
  rv_send_options options = RV_SEND_OPTIONS_INIT;
  options.mode = RV_SEND_LAST; /* nothing comes after it */

  uint64_t session = 0; /* a handle; NULL: the default address and options */
  if (rv_connect(NULL, NULL, &session) < 0 || rv_send_images(session, &image, 1, &options) < 0) {
    fprintf(stderr, "minimal: %s\n", rv_last_error());
    return 2;
  }
  if (rv_close(session, -1) < 0) { /* waits until it is shown */
    fprintf(stderr, "minimal: no viewer showed it; start rvviewer first\n");
    return 1;
  }
  return 0;
}
