/*
 * rv.h: send lists of images from a renderer to viewers elsewhere, and get the
 * camera back. The C ABI of librv.so.
 *
 * Thread safety: every function may be called from any thread, and any number
 * of threads may share a handle.
 *
 * Errors: functions that return int give 0 or a positive count, or a negative
 * RV_ERR_*. The words belonging to it are in rv_last_error() of the same thread
 * until that thread's next rv_* call.
 *
 * Trouble with a peer (it is away, slow, or sends garbage) never comes out of
 * rv_send_images. It is an RV_EVENT_STATUS, a counter in rv_stats, and one line
 * on stderr per change.
 *
 * fork: in the child of a process that has loaded this library every function
 * returns RV_ERR_FORKED. Close nothing there; open a session in the child only
 * after exec.
 *
 * Structs begin with struct_size, which the caller sets (the *_INIT macros do).
 * They only ever grow at their end. Reserved fields are zero. In an array of
 * structs the first element's struct_size is the stride, and is equal in all.
 *
 * Strings given to the library are UTF-8 and are copied before return.
 */
#ifndef RV_H
#define RV_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32) && defined(RV_BUILD) /* which librv alone defines */
#define RV_API __declspec(dllexport)
#elif defined(__GNUC__) || defined(__clang__)
#define RV_API __attribute__((visibility("default")))
#else
#define RV_API
#endif

/* The version of this ABI: the major number, which the SONAME ends with, changes
 * when an old caller would break, the minor when something is added. */
#define RV_ABI_MAJOR 0
#define RV_ABI_MINOR 2

/* The version of the library that this header came with. */
#define RV_VERSION "0.2.0"

/* Return codes. */
#define RV_OK 0
#define RV_ERR_INVALID (-1)     /* an argument is wrong */
#define RV_ERR_HANDLE (-2)      /* not a handle, or closed before this call */
#define RV_ERR_CLOSED (-3)      /* closed while this call waited */
#define RV_ERR_TIMEOUT (-4)     /* not done within timeout_ms */
#define RV_ERR_ADDRESS (-5)     /* an address that can't be parsed */
#define RV_ERR_SHAPE (-6)       /* sizes or strides of an image */
#define RV_ERR_TYPE (-7)        /* dtype, colour, alpha or channels of an image */
#define RV_ERR_NAME (-8)        /* a name used twice, too long, or not UTF-8 */
#define RV_ERR_LIMIT (-9)       /* more than the protocol's limits allow */
#define RV_ERR_LISTEN (-10)     /* no port could be bound */
#define RV_ERR_TOKEN (-11)      /* a token too short, or a file that can't be used */
#define RV_ERR_INTERNAL (-12)   /* a defect of this library; the session has ended */
#define RV_ERR_FORKED (-13)     /* called in a forked child */
#define RV_ERR_UNSUPPORTED (-14) /* known but not in this build */

/* Element types of an image; all little-endian. */
#define RV_U8 1
#define RV_U16 2
#define RV_U32 3
#define RV_F16 4
#define RV_F32 5

/* What the values of an image mean. There is no default. */
#define RV_COLOR_SRGB 1     /* display values: 0 to white */
#define RV_COLOR_LINEAR 2   /* scene-linear values */
#define RV_COLOR_DEPTH 3    /* distance along the camera's z axis */
#define RV_COLOR_DISTANCE 4 /* distance along the ray */
#define RV_COLOR_NORMAL 5   /* directions, -1 to 1 */
#define RV_COLOR_DATA 6     /* anything else: labels, counts, weights */

/* How a channel named A relates to the colour beside it. */
#define RV_ALPHA_NONE 0
#define RV_ALPHA_STRAIGHT 1
#define RV_ALPHA_PREMULTIPLIED 2

/* Where the pixels of an image lie. */
#define RV_MEMORY_HOST 0
#define RV_MEMORY_CUDA 1 /* a CUDA device's; RV_ERR_UNSUPPORTED where there is no driver */

/* How rv_send_images delivers a list. */
#define RV_SEND_NEWEST 0 /* newest wins: never waits, older waiting lists are dropped */
#define RV_SEND_EVERY 1  /* every list is delivered to the driver: waits up to timeout_ms */
#define RV_SEND_LAST 2   /* as newest, and viewers stop reading this connection after it */

/* The projection of a camera. */
#define RV_PERSPECTIVE 0
#define RV_ORTHOGRAPHIC 1
#define RV_EQUIRECT 2

/* Why a viewer sent a camera. */
#define RV_CAUSE_INPUT 1  /* a person moved it */
#define RV_CAUSE_SIZE 2   /* the window's size changed */
#define RV_CAUSE_REPEAT 3 /* the same again */
#define RV_CAUSE_JOIN 4   /* the viewer has just connected */

/* Kinds of event. */
#define RV_EVENT_CAMERA 1 /* render this camera now: `camera` */
#define RV_EVENT_READY 2  /* room for a list, and there is no camera */
#define RV_EVENT_DATA 3   /* a value: `name`, `format`, `data`, `size` */
#define RV_EVENT_STATUS 4 /* a connection changed: `code`, `text` */
#define RV_EVENT_DRIVER 5 /* another viewer drives now: `name`; "" is nobody */
#define RV_EVENT_CONTROL 6 /* a viewer changed a control: `name`, its value as JSON in `data` */
#define RV_EVENT_PICK 7    /* what is under the pointer? answered by rv_answer: `id` and a place */
#define RV_EVENT_CLICK 8   /* a place was clicked: `button`, `modifiers`, and a place */
#define RV_EVENT_KEY 9     /* a key that the viewer doesn't use itself: `text`, `phase`, and a place */
#define RV_EVENT_DRAG 10   /* dragged with Shift held: as click, and `phase` */

/* Mouse buttons of an event. */
#define RV_BUTTON_LEFT 1
#define RV_BUTTON_RIGHT 2
#define RV_BUTTON_MIDDLE 3

/* Keys that were held, added up. */
#define RV_MOD_SHIFT 1
#define RV_MOD_CTRL 2
#define RV_MOD_ALT 4
#define RV_MOD_SUPER 8

/* Where a drag or a key stands. */
#define RV_PHASE_BEGIN 1 /* pressed */
#define RV_PHASE_MOVE 2  /* dragged on; a key repeats */
#define RV_PHASE_END 3   /* released */

/* Codes of RV_EVENT_STATUS. */
#define RV_STATUS_LISTENING 1    /* the address is in `text` */
#define RV_STATUS_DIALING 2      /* nobody there yet, or lost: tried again without end */
#define RV_STATUS_CONNECTED 3    /* a viewer has come; its name is in `name` */
#define RV_STATUS_DISCONNECTED 4 /* a viewer has gone */
#define RV_STATUS_REFUSED 5      /* a token is missing or wrong, or a user is not allowed */
#define RV_STATUS_PROTOCOL 6     /* the peer speaks something else, or sends garbage */
#define RV_STATUS_UNRESOLVED 7   /* the host name is not known */
#define RV_STATUS_STALLED 8      /* a viewer stopped taking data and was dropped */
#define RV_STATUS_INTERNAL 9     /* a defect of this library: the session has ended */

/* Options of rv_connect and rv_listen. */
typedef struct rv_options {
    uint32_t struct_size;
    int32_t cameras;        /* 1: cameras are wanted from the start */
    const char *name;       /* of this renderer in window titles; NULL: program@host */
    const char *token;      /* NULL: from the address, token_file, then RV_TOKEN */
    const char *token_file; /* a file whose first line is the token; NULL: none */
    const char *codec;      /* "raw", "lz4", "zstd", "jpeg"; NULL: what the viewer asks for, else raw */
    int32_t quality;        /* of "jpeg", 1 to 100; 0: 85 */
    int32_t insecure;       /* 1: listen beyond loopback without a token */
    int32_t any_user;       /* 1: loopback peers of other users may come in */
    int32_t strict;         /* 1: rv_listen fails when the port is taken, instead of taking the next free one */
    int32_t quiet;          /* 1: no lines on stderr */
    int32_t width;          /* with height: viewers render at this size; 0: the window's */
    int32_t height;
    int32_t reserved;
} rv_options;
#define RV_OPTIONS_INIT { sizeof(rv_options), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/* One image of a list. Pixel (x, y) channel c is at
 * data + y*row_stride + x*pixel_stride + c*channel_stride; row 0 is the top one.
 * Strides are in bytes and may be negative: a bottom-up image has its last row's
 * address in `data` and a negative row_stride. A stride of 0 means packed: the
 * channel stride is the element's size, the pixel stride all channels of a pixel,
 * the row stride all pixels of a row. */
typedef struct rv_image {
    uint32_t struct_size;
    int32_t dtype;          /* RV_U8 ... RV_F32 */
    const void *data;       /* read during the call only; RV_MEMORY_CUDA: see rv_send_images */
    const char *name;       /* of its window, 1 to 128 bytes; NULL: its index */
    const char *const *channel_names; /* `channels` names; NULL: Y, YA, RGB, RGBA, or numbers */
    uint32_t width;         /* pixels, 1 to 32768 */
    uint32_t height;        /* pixels, 1 to 32768 */
    uint32_t channels;      /* 1 to 64 */
    int32_t color;          /* RV_COLOR_* */
    int32_t alpha;          /* RV_ALPHA_* */
    int32_t memory;         /* RV_MEMORY_* */
    int64_t row_stride;     /* bytes */
    int64_t pixel_stride;   /* bytes */
    int64_t channel_stride; /* bytes */
    double white;           /* shown as display white; 0: 255 for u8, 65535 for u16, 1 for floats */
    uint64_t cuda_stream;   /* RV_MEMORY_CUDA: the CUstream that makes the pixels; 0: the legacy default stream */
} rv_image;
#define RV_IMAGE_INIT { sizeof(rv_image), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/* A camera. Axes are OpenCV's: x right, y down, z forward. Written `struct
 * rv_camera`, because rv_camera alone is the function (as stat(2) and its struct). */
struct rv_camera {
    uint32_t struct_size;
    int32_t projection;  /* RV_PERSPECTIVE ... */
    double c2w[16];      /* camera to world, row-major 4 x 4, column vectors */
    double k[9];         /* row-major 3 x 3, pixels; origin at the image's top-left corner, centres at +0.5 */
    uint32_t width;      /* pixels */
    uint32_t height;     /* pixels */
    double z_near;       /* world units, above 0 */
    double z_far;        /* world units, above z_near */
    double ortho_height; /* world units across the image's height; RV_ORTHOGRAPHIC only */
    double up[3];        /* what navigation holds upright, world */
    double target[3];    /* what navigation turns about, world */
    double time;         /* seconds of the scene's own time */
    uint64_t seq;        /* counts the cameras of one viewer; 0: not from a viewer */
    uint64_t viewer_high; /* the viewer's session, 128 bits */
    uint64_t viewer_low;
    int32_t cause;       /* RV_CAUSE_*; 0: not from a viewer */
    int32_t reserved;
};
#define RV_CAMERA_INIT { sizeof(struct rv_camera), 0, { 0 }, { 0 }, 0, 0, 0, 0, 0, { 0 }, { 0 }, 0, 0, 0, 0, 0, 0 }

/* Options of rv_send_images. */
typedef struct rv_send_options {
    uint32_t struct_size;
    int32_t mode;            /* RV_SEND_* */
    const char *stream;      /* lists of different streams don't replace each other; NULL: "" */
    const char *meta;        /* a JSON object as text, at most 64 KiB, 31 levels; NULL: none */
    const struct rv_camera *camera; /* that the list was rendered with; NULL: the one last read from this handle */
    int32_t timeout_ms;      /* RV_SEND_EVERY: how long to wait for room; negative: without end */
    int32_t reserved;
} rv_send_options;
#define RV_SEND_OPTIONS_INIT { sizeof(rv_send_options), 0, 0, 0, 0, 0, 0 }

/* An event. It and all that it points to are the caller's until rv_event_free,
 * on any thread, also after rv_close. Fields that the type doesn't use are 0. */
typedef struct rv_event {
    uint32_t struct_size;
    int32_t type;            /* RV_EVENT_* */
    const struct rv_camera *camera; /* RV_EVENT_CAMERA */
    const char *name;        /* never NULL */
    const char *format;      /* of `data`: "json", "msgpack" or "bytes"; never NULL */
    const void *data;        /* `size` bytes, and a zero byte behind them; never NULL. Of a control: JSON, see "Controls" */
    uint64_t size;
    const char *text;        /* in words; never NULL */
    int32_t code;            /* RV_STATUS_* */
    int32_t reserved;
    uint64_t viewer_high;    /* the session of the viewer that it came from; 0: from none */
    uint64_t viewer_low;
    /* A place in an image, of pick, click, drag and key: `name` is the image's. */
    const char *stream;      /* never NULL */
    double x;                /* pixels from the image's left edge; centres at +0.5; outside it in drags; a key's -1: not over it */
    double y;                /* pixels from its top */
    double depth;            /* along the camera's z axis, world units, where an image of the list tells; else NaN.
                              * Above 0; but below it behind an RV_EQUIRECT camera */
    double origin[3];        /* of the ray through the place, world; NaN where the list had no camera */
    double direction[3];     /* of the ray, of length 1 */
    double point[3];         /* where the ray meets `depth`, world; else NaN */
    uint64_t id;             /* RV_EVENT_PICK: for rv_answer */
    uint64_t list;           /* which list the viewer showed: 1 is the session's first */
    int32_t button;          /* RV_BUTTON_* */
    int32_t modifiers;       /* RV_MOD_* */
    int32_t phase;           /* RV_PHASE_* */
    int32_t reserved2;
} rv_event;

/* What a control may have beside its name and value. Looked at by the call that
 * defines it. */
typedef struct rv_control_options {
    uint32_t struct_size;
    int32_t logarithmic;    /* 1: a slider moves by factors; its min is above 0 */
    double step;            /* 0: any. A slider's values are min, min + step, min + 2 step, ... and max, whatever is
                             * left to it; a vector3's are multiples of it. Of a slider at most max - min; with
                             * a whole min and max a whole step gives integers */
    const char *help;       /* shown when the pointer rests on it, at most 1024 bytes; NULL: none */
} rv_control_options;
#define RV_CONTROL_OPTIONS_INIT { sizeof(rv_control_options), 0, 0, 0 }

/* What a session has done so far. */
typedef struct rv_statistics {
    uint32_t struct_size;
    uint32_t viewers;        /* connected now */
    uint64_t joined;         /* viewers that connected, ever */
    uint64_t lists;          /* given to rv_send_images */
    uint64_t dropped;        /* of these, replaced by a newer one before any viewer got them */
    uint64_t sent;           /* lists written, over all viewers */
    uint64_t shown;          /* lists that viewers acked as shown */
    uint64_t skipped;        /* lists that viewers acked as skipped */
    uint64_t failed;         /* lists that viewers could not decode, or whose pixels a device could not give */
    uint64_t bytes;          /* written, all messages */
    uint64_t events_dropped; /* events that nobody read in time */
    uint64_t refused;        /* connections refused or dropped for what they sent */
    double round_trip_ms;    /* of the driver's connection, newest ping; 0: not known */
    const char *jpeg;        /* which JPEG encoder this build has; static */
} rv_statistics;
#define RV_STATISTICS_INIT { sizeof(rv_statistics), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/**
 * Starts a session that dials a viewer, and dials again without end.
 *
 * @param address "host:port", "rv://TOKEN@host:port" or "unix:/path";
 *                NULL: the environment's RV_ADDRESS, else "127.0.0.1:12345".
 * @param options NULL for defaults.
 * @param out     gets the handle, never 0.
 * @return RV_OK, or RV_ERR_ADDRESS, RV_ERR_TOKEN, RV_ERR_INVALID.
 * Blocking: returns at once; there need not be a viewer.
 * @since 0.1
 */
RV_API int rv_connect(const char *address, const rv_options *options, uint64_t *out);

/**
 * Starts a session that viewers dial.
 *
 * @param address "host:port" or "unix:/path"; NULL: "127.0.0.1:12346". A taken
 *                port is replaced by the next free one of 100, unless `strict`.
 * @param options NULL for defaults. Beyond loopback a token is made when none is
 *                given, unless `insecure`.
 * @param out     gets the handle, never 0.
 * @return RV_OK, or RV_ERR_ADDRESS, RV_ERR_LISTEN, RV_ERR_TOKEN, RV_ERR_INVALID.
 * Blocking: returns at once.
 * @since 0.1
 */
RV_API int rv_listen(const char *address, const rv_options *options, uint64_t *out);

/**
 * Sends a list of images that belong together: each is shown in its own window,
 * all of them change at once, and the list replaces the last one of its stream.
 *
 * The pixels are copied once and the caller's memory is free again at return.
 * RV_MEMORY_CUDA: the copy is put on `cuda_stream` and the call returns; what the
 * caller puts on that stream afterwards may write to the memory, or free it in
 * stream order. The device as a whole is never waited for.
 *
 * @param images  `count` structs, whose stride is images[0].struct_size.
 * @param count   1 to 64.
 * @param options NULL for defaults.
 * @return RV_OK, or RV_ERR_SHAPE, RV_ERR_TYPE, RV_ERR_NAME, RV_ERR_LIMIT,
 *         RV_ERR_INVALID, RV_ERR_UNSUPPORTED, RV_ERR_TIMEOUT (RV_SEND_EVERY),
 *         RV_ERR_HANDLE, RV_ERR_CLOSED. On an error nothing is sent.
 * Blocking: never for the network, except RV_SEND_EVERY, up to timeout_ms.
 * @since 0.1
 */
RV_API int rv_send_images(uint64_t handle, const rv_image *images, uint32_t count, const rv_send_options *options);

/**
 * Takes the next event.
 *
 * A camera (or RV_EVENT_READY, when cameras aren't wanted or none has come) is
 * pending when the driver changes its camera or gets room for a list, and 50 ms
 * after the last one was read if no list was sent since. Never more than one is
 * pending: the newest replaces it. Of other events the newest 1,024 are kept, and
 * of their data 64 MiB. What nobody has read yet is replaced by what makes it void: a
 * control's value by its newer one (but each press of a button is an event of its
 * own), a viewer's pick by its next one, the last move of a drag by the next.
 *
 * @param out        gets the event, to be freed by rv_event_free; NULL when none came.
 * @param timeout_ms how long to wait; 0: not at all; negative: without end.
 * @return 1 an event, 0 none in time, or RV_ERR_HANDLE, RV_ERR_CLOSED, RV_ERR_INVALID.
 * @since 0.1
 */
RV_API int rv_read(uint64_t handle, rv_event **out, int32_t timeout_ms);

/**
 * Frees an event; NULL is nothing.
 * @since 0.1
 */
RV_API void rv_event_free(rv_event *event);

/**
 * Gets the driver's newest camera. Never waits.
 *
 * @param out its struct_size is set by the caller (RV_CAMERA_INIT).
 * @return 1 a camera, 0 none yet, or RV_ERR_HANDLE, RV_ERR_INVALID.
 * @since 0.1
 */
RV_API int rv_camera(uint64_t handle, struct rv_camera *out);

/**
 * Says whether viewers shall send cameras; at first they do not.
 *
 * @param wanted 1 or 0.
 * @return RV_OK, or RV_ERR_HANDLE.
 * Blocking: never.
 * @since 0.1
 */
RV_API int rv_want_cameras(uint64_t handle, int32_t wanted);

/**
 * Sets the first view, or asks viewers to move there now. Kept for viewers that
 * come later; a viewer takes it until its user moves, and when the user goes home.
 *
 * @param view c2w and target are needed. An all-zero `up` is (0, -1, 0); width
 *             and height 0: the window's size; an all-zero `k`: 60 degrees of
 *             vertical field of view; z_near and z_far 0: 0.01 and 100.
 * @return RV_OK, or RV_ERR_INVALID, RV_ERR_HANDLE.
 * Blocking: never.
 * @since 0.1
 */
RV_API int rv_set_view(uint64_t handle, const struct rv_camera *view);

/**
 * Says whether to render for viewers now, and with which camera: what a loop that
 * has other work to do calls once a round. Nothing is to be done when nobody
 * watches, when two lists are on their way already, when nothing has moved for
 * less than `refresh`, or when rendering for viewers has taken its share: the time
 * from a call that returned 1 until the next rv_send_images returns is counted, with
 * a quarter more for what it costs a busy loop besides, and more than
 * `budget` of the time is not spent, averaged over the last 2 s, or over longer when a
 * single image takes longer than that. While a gate is paused the budget doesn't
 * count. A control that a viewer changed, a window that was opened and a new view
 * count as moved. Viewers are asked for cameras, as by rv_want_cameras.
 *
 * @param budget  share of the time, above 0; 1 or more: no bound.
 * @param refresh seconds until the same camera is rendered again, 0: at once,
 *                infinite: never. A viewer that joins is served at once.
 * @param out     gets the camera; its struct_size is set by the caller. A viewer that
 *                sends none gets the view of rv_set_view, else the default one, with seq 0.
 * @return 1 render `out`, 0 nothing to do, or RV_ERR_HANDLE, RV_ERR_INVALID.
 * Blocking: never.
 * @since 0.2
 */
RV_API int rv_wants(uint64_t handle, double budget, double refresh, struct rv_camera *out);

/**
 * Lets a loop be paused, stepped and run for n rounds by the buttons that viewers
 * show from the first call on: it is called once a round, before the work. With
 * nobody connected for 5 s the loop runs on.
 *
 * @param timeout_ms how long to wait while paused; 0: not at all; negative: without end.
 * @return 1 do this round; 0 paused: the time is up, or a camera waits to be rendered
 *         (rv_wants gives it); or RV_ERR_HANDLE, RV_ERR_CLOSED, RV_ERR_NAME (a control is called "gate").
 * @since 0.2
 */
RV_API int rv_gate(uint64_t handle, int32_t timeout_ms);

/**
 * Lists the names of a stream's windows that are closed in every viewer that is
 * connected, so that they need not be rendered. They may still be sent.
 *
 * @param stream NULL: "".
 * @param buffer gets the names, each with a zero byte behind it, as far as `size`
 *               holds whole ones; NULL when size is 0.
 * @return the bytes needed, 0 when none is closed, or RV_ERR_NAME (the stream's is too
 *         long or not UTF-8), RV_ERR_HANDLE, RV_ERR_INVALID.
 * Blocking: never.
 * @since 0.2
 */
RV_API int rv_closed(uint64_t handle, const char *stream, char *buffer, uint32_t size);

/*
 * Controls. The first call with a name defines a control; viewers show it, also
 * those that come later, in the order of definition. Every call, that one too, gives
 * the value that it has now: a lookup of about 100 ns, from any thread, so that a
 * loop simply asks. Later calls' definitions are not looked at; a call of another
 * kind with the name is RV_ERR_NAME. A "/" in a name makes folders: "camera/fov".
 *
 * Names are 1 to 128 bytes of UTF-8 without empty parts; a session has at most 256
 * controls, whose names, choices and helps have at most 512 KiB together. `options`
 * may be NULL. Viewers' changes also come as RV_EVENT_CONTROL, the newest unread one of
 * each name, and each press of a button; `data` is the value as JSON: a slider's a
 * number, a checkbox's true or false, a dropdown's its index, a text's a string, a
 * color's and a vector3's an array of numbers, a button's true, the gate's a whole number
 * (-1 runs, 0 is paused, n does n more rounds).
 *
 * All of these return RV_ERR_NAME, RV_ERR_LIMIT, RV_ERR_INVALID (NaN, an empty range, an
 * initial value outside of it or between two steps, NULL), RV_ERR_HANDLE; none ever
 * waits for a viewer.
 */

/**
 * A number between two others.
 *
 * @param min     finite, below `max`; max - min is finite too.
 * @param initial from min to max, on a step where the options have one.
 * @param value   gets the value that it has now.
 * @return 1 a viewer or rv_set_control changed it since the last call, 0 not, or an error.
 * @since 0.2
 */
RV_API int rv_slider(uint64_t handle, const char *name, double min, double max, double initial, double *value,
                     const rv_control_options *options);

/**
 * A yes or no.
 *
 * @param value gets 1 or 0.
 * @return as rv_slider.
 * @since 0.2
 */
RV_API int rv_checkbox(uint64_t handle, const char *name, int32_t initial, int32_t *value,
                       const rv_control_options *options);

/**
 * One of several.
 *
 * @param choices `count` strings, 1 to 256 of at most 128 bytes, each once.
 * @param initial an index into them.
 * @param value   gets the index.
 * @return as rv_slider.
 * @since 0.2
 */
RV_API int rv_dropdown(uint64_t handle, const char *name, const char *const *choices, uint32_t count, int32_t initial,
                       int32_t *value, const rv_control_options *options);

/**
 * A button. Each press is also an RV_EVENT_CONTROL of its own, with the data `true`.
 *
 * @return how many times it was pressed since the last call, or an error.
 * @since 0.2
 */
RV_API int rv_button(uint64_t handle, const char *name, const rv_control_options *options);

/**
 * A line of text.
 *
 * @param initial at most 4096 bytes, without CR and LF; NULL: "".
 * @param buffer  gets the text and its zero byte, cut to `size` but not inside of a
 *                character; NULL when size is 0.
 * @return the bytes needed with the zero byte, or an error.
 * @since 0.2
 */
RV_API int rv_text(uint64_t handle, const char *name, const char *initial, char *buffer, uint32_t size,
                   const rv_control_options *options);

/**
 * A colour: display values, 0 to 1.
 *
 * @param channels 3: R, G, B; 4: and A.
 * @param initial  `channels` numbers from 0 to 1; NULL: white.
 * @param value    gets `channels` numbers.
 * @return as rv_slider.
 * @since 0.2
 */
RV_API int rv_color(uint64_t handle, const char *name, uint32_t channels, const double *initial, double *value,
                    const rv_control_options *options);

/**
 * Three numbers.
 *
 * @param initial 3 finite numbers, on a step where the options have one; NULL: zeros.
 * @param value   gets 3 numbers.
 * @return as rv_slider.
 * @since 0.2
 */
RV_API int rv_vector3(uint64_t handle, const char *name, const double *initial, double *value,
                      const rv_control_options *options);

/**
 * Adds a value, and the time, to a plot that viewers show. Of values closer than
 * 10 ms the newest is kept; the newest 2,048 are.
 *
 * @param value NaN and infinities leave a gap.
 * @return RV_OK or an error.
 * @since 0.2
 */
RV_API int rv_plot(uint64_t handle, const char *name, double value, const rv_control_options *options);

/**
 * Text that viewers show, replaced by each call.
 *
 * @param text at most 4096 bytes.
 * @return RV_OK or an error.
 * @since 0.2
 */
RV_API int rv_label(uint64_t handle, const char *name, const char *text, const rv_control_options *options);

/**
 * Sets a control's value from the program, in all viewers.
 *
 * @param json the value: a number; true or false; a dropdown's index; a string; an array
 *             of numbers. Between two steps it becomes the nearest.
 * @return RV_OK, RV_ERR_NAME (not defined), RV_ERR_INVALID (not a value of its kind), RV_ERR_HANDLE.
 * @since 0.2
 */
RV_API int rv_set_control(uint64_t handle, const char *name, const char *json);

/**
 * Takes a control away, or a folder with all that is in it; the name is free again.
 *
 * @param name NULL: all controls.
 * @return how many there were, or RV_ERR_NAME (empty, too long, not UTF-8), RV_ERR_HANDLE.
 * @since 0.2
 */
RV_API int rv_remove_control(uint64_t handle, const char *name);

/**
 * Says whether viewers shall ask, by RV_EVENT_PICK, what is under the pointer when it
 * rests; at first they do not. A viewer asks again only when it has the answer, or
 * after a second; its next question replaces one that nobody has read.
 *
 * @param wanted 1 or 0.
 * @return RV_OK, or RV_ERR_HANDLE.
 * Blocking: never.
 * @since 0.2
 */
RV_API int rv_want_picks(uint64_t handle, int32_t wanted);

/**
 * Answers a pick: the viewer that asked shows it beside the pointer.
 *
 * @param id   of the event. One whose viewer has gone, or that was answered, is nothing.
 * @param json an object, shown a line each: {"gaussian": 1207, "opacity": 0.31}; at most
 *             64 KiB. NULL: there is nothing.
 * @return RV_OK, or RV_ERR_INVALID, RV_ERR_LIMIT, RV_ERR_HANDLE.
 * Blocking: never.
 * @since 0.2
 */
RV_API int rv_answer(uint64_t handle, uint64_t id, const char *json);

/**
 * Sends a named value to all viewers. It waits for its turn behind images, and is
 * dropped for a viewer that has 1,024 waiting, or 64 MiB.
 *
 * @param name   1 to 128 bytes of UTF-8.
 * @param format "json", "msgpack" or "bytes".
 * @param data   `size` bytes, at most 16 MiB; "json" is checked to be JSON.
 * @return RV_OK, or RV_ERR_NAME, RV_ERR_TYPE, RV_ERR_LIMIT, RV_ERR_INVALID, RV_ERR_HANDLE.
 * Blocking: never.
 * @since 0.1
 */
RV_API int rv_send_data(uint64_t handle, const char *name, const char *format, const void *data, uint64_t size);

/**
 * Writes the address where the session listens, with its token
 * ("rv://TOKEN@host:port"), or the one it dials.
 *
 * @param buffer gets the text and its zero byte, cut to `size` but not inside of a
 *               character; NULL when size is 0.
 * @return the bytes needed with the zero byte, or RV_ERR_HANDLE, RV_ERR_INVALID.
 * @since 0.1
 */
RV_API int rv_address(uint64_t handle, char *buffer, uint32_t size);

/**
 * Gets the session's counters.
 *
 * @param out its struct_size is set by the caller (RV_STATISTICS_INIT).
 * @return RV_OK, or RV_ERR_HANDLE, RV_ERR_INVALID.
 * @since 0.1
 */
RV_API int rv_stats(uint64_t handle, rv_statistics *out);

/**
 * Closes a session. Blocked calls on it return RV_ERR_CLOSED. Waits until the
 * driver has acked the newest list of each stream.
 *
 * @param linger_ms at most so long; 0: not at all; -1: 5,000 with a viewer
 *                  connected, 1,000 while a dialing session has none, 0 while a
 *                  listening one has none.
 * @return RV_OK, or RV_ERR_TIMEOUT when a list was not acked in time (the session
 *         is closed all the same), or RV_ERR_HANDLE.
 * @since 0.1
 */
RV_API int rv_close(uint64_t handle, int32_t linger_ms);

/**
 * The words of this thread's last error, "" if there was none.
 * @return the library's memory, until this thread's next rv_* call; never NULL.
 * @since 0.1
 */
RV_API const char *rv_last_error(void);

/**
 * The ABI that the library has: RV_ABI_MAJOR << 16 | RV_ABI_MINOR.
 * @since 0.1
 */
RV_API uint32_t rv_abi_version(void);

/**
 * The library's version, such as "0.2.0".
 * @return static memory.
 * @since 0.1
 */
RV_API const char *rv_version(void);

#ifdef __cplusplus
}
#endif

#endif /* RV_H */
