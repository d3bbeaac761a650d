/* Uses a librv that was built for another system: a session that listens, a
 * control, one image. With "wait" it stays until a viewer has shown the image. */
#include <rv.h>
#include <stdio.h>
#include <string.h>

#define WIDTH 33
#define HEIGHT 21

static int failed(const char *what)
{
    fprintf(stderr, "exercise: %s: %s\n", what, rv_last_error());
    return 1;
}

/* A gradient: what the viewer's hash is compared with. */
static void paint(uint8_t *pixels)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            for (int c = 0; c < 3; c++)
                *pixels++ = (uint8_t)(7 * x + 11 * y + 80 * c);
}

static int send_image(uint64_t session)
{
    static uint8_t pixels[WIDTH * HEIGHT * 3];
    rv_image image = RV_IMAGE_INIT;
    paint(pixels);
    image.dtype = RV_U8;
    image.data = pixels;
    image.name = "cross";
    image.width = WIDTH;
    image.height = HEIGHT;
    image.channels = 3;
    image.color = RV_COLOR_SRGB;
    return rv_send_images(session, &image, 1, NULL);
}

/* Reads events for at most half a minute, until a list was shown. */
static int wait_until_shown(uint64_t session)
{
    rv_statistics seen = RV_STATISTICS_INIT;
    for (int tries = 0; tries < 300 && seen.shown == 0; tries++) {
        rv_event *event = NULL;
        if (rv_read(session, &event, 100) < 0 || rv_stats(session, &seen) < 0)
            return failed("waiting for a viewer");
        rv_event_free(event);
    }
    if (seen.shown == 0)
        fprintf(stderr, "exercise: wanted a viewer to show the list within 30 s, none did\n");
    return seen.shown == 0;
}

/* A taken port is replaced by the next free one, unless it has to be that one. */
static int refuse_taken(const char *address)
{
    rv_options options = RV_OPTIONS_INIT;
    uint64_t second = 0;
    char other[256];

    options.quiet = 1;
    if (rv_listen(address, &options, &second) < 0)
        return failed("rv_listen on a taken port");
    if (rv_address(second, other, sizeof other) < 0 || strcmp(other, address) == 0 || rv_close(second, 0) < 0)
        return failed("a taken port: wanted another one");
    options.strict = 1;
    if (rv_listen(address, &options, &second) != RV_ERR_LISTEN)
        return failed("a taken port, strict: wanted RV_ERR_LISTEN");
    return 0;
}

int main(int argc, char **argv)
{
    rv_options options = RV_OPTIONS_INIT;
    uint64_t session = 0;
    double value = 0;
    char address[256];

    if (strcmp(rv_version(), RV_VERSION) != 0 || rv_abi_version() != (RV_ABI_MAJOR << 16 | RV_ABI_MINOR)) {
        fprintf(stderr, "exercise: wanted librv %s, found %s\n", RV_VERSION, rv_version());
        return 1;
    }
    options.quiet = 1;
    if (rv_listen("127.0.0.1:0", &options, &session) < 0)
        return failed("rv_listen");
    if (rv_slider(session, "gain", 0, 8, 2.5, &value, NULL) < 0 || value != 2.5)
        return failed("rv_slider");
    if (rv_address(session, address, sizeof address) < 0 || send_image(session) < 0)
        return failed("rv_send_images");
    if (refuse_taken(address))
        return 1;
    printf("%s\n", address);
    fflush(stdout);
    if (argc > 1 && strcmp(argv[1], "wait") == 0 && wait_until_shown(session))
        return 1;
    if (rv_close(session, 0) < 0)
        return failed("rv_close");
    if (rv_close(session, 0) != RV_ERR_HANDLE)
        return failed("a handle that is closed: wanted RV_ERR_HANDLE");
    return 0;
}
