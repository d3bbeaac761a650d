/* The ABI's numbers, as programs that are already compiled rely on them: a change
 * here breaks them. Sizes and offsets are those of LP64 (Linux, macOS). Compiled
 * as C11 and as C++17 with every warning, which also tests the header. */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <rv.h>

#include <stddef.h>

#ifdef __cplusplus
#define PIN(what) static_assert(what, #what)
#else
#define PIN(what) _Static_assert(what, #what)
#endif
#define AT(type, field, offset) PIN(offsetof(type, field) == (offset))

PIN(sizeof(void *) == 8);
PIN(RV_ABI_MAJOR == 0 && RV_ABI_MINOR == 2);

PIN(sizeof(rv_options) == 72);
AT(rv_options, struct_size, 0);
AT(rv_options, cameras, 4);
AT(rv_options, name, 8);
AT(rv_options, token, 16);
AT(rv_options, token_file, 24);
AT(rv_options, codec, 32);
AT(rv_options, quality, 40);
AT(rv_options, insecure, 44);
AT(rv_options, any_user, 48);
AT(rv_options, strict, 52);
AT(rv_options, quiet, 56);
AT(rv_options, width, 60);
AT(rv_options, height, 64);
AT(rv_options, reserved, 68);

PIN(sizeof(rv_image) == 96);
AT(rv_image, struct_size, 0);
AT(rv_image, dtype, 4);
AT(rv_image, data, 8);
AT(rv_image, name, 16);
AT(rv_image, channel_names, 24);
AT(rv_image, width, 32);
AT(rv_image, height, 36);
AT(rv_image, channels, 40);
AT(rv_image, color, 44);
AT(rv_image, alpha, 48);
AT(rv_image, memory, 52);
AT(rv_image, row_stride, 56);
AT(rv_image, pixel_stride, 64);
AT(rv_image, channel_stride, 72);
AT(rv_image, white, 80);
AT(rv_image, cuda_stream, 88);

PIN(sizeof(struct rv_camera) == 328);
AT(struct rv_camera, struct_size, 0);
AT(struct rv_camera, projection, 4);
AT(struct rv_camera, c2w, 8);
AT(struct rv_camera, k, 136);
AT(struct rv_camera, width, 208);
AT(struct rv_camera, height, 212);
AT(struct rv_camera, z_near, 216);
AT(struct rv_camera, z_far, 224);
AT(struct rv_camera, ortho_height, 232);
AT(struct rv_camera, up, 240);
AT(struct rv_camera, target, 264);
AT(struct rv_camera, time, 288);
AT(struct rv_camera, seq, 296);
AT(struct rv_camera, viewer_high, 304);
AT(struct rv_camera, viewer_low, 312);
AT(struct rv_camera, cause, 320);
AT(struct rv_camera, reserved, 324);

PIN(sizeof(rv_send_options) == 40);
AT(rv_send_options, struct_size, 0);
AT(rv_send_options, mode, 4);
AT(rv_send_options, stream, 8);
AT(rv_send_options, meta, 16);
AT(rv_send_options, camera, 24);
AT(rv_send_options, timeout_ms, 32);
AT(rv_send_options, reserved, 36);

PIN(sizeof(rv_event) == 216);
AT(rv_event, struct_size, 0);
AT(rv_event, type, 4);
AT(rv_event, camera, 8);
AT(rv_event, name, 16);
AT(rv_event, format, 24);
AT(rv_event, data, 32);
AT(rv_event, size, 40);
AT(rv_event, text, 48);
AT(rv_event, code, 56);
AT(rv_event, reserved, 60);
AT(rv_event, viewer_high, 64);
AT(rv_event, viewer_low, 72);
AT(rv_event, stream, 80);
AT(rv_event, x, 88);
AT(rv_event, y, 96);
AT(rv_event, depth, 104);
AT(rv_event, origin, 112);
AT(rv_event, direction, 136);
AT(rv_event, point, 160);
AT(rv_event, id, 184);
AT(rv_event, list, 192);
AT(rv_event, button, 200);
AT(rv_event, modifiers, 204);
AT(rv_event, phase, 208);
AT(rv_event, reserved2, 212);

PIN(sizeof(rv_control_options) == 24);
AT(rv_control_options, struct_size, 0);
AT(rv_control_options, logarithmic, 4);
AT(rv_control_options, step, 8);
AT(rv_control_options, help, 16);

PIN(sizeof(rv_statistics) == 104);
AT(rv_statistics, struct_size, 0);
AT(rv_statistics, viewers, 4);
AT(rv_statistics, joined, 8);
AT(rv_statistics, lists, 16);
AT(rv_statistics, dropped, 24);
AT(rv_statistics, sent, 32);
AT(rv_statistics, shown, 40);
AT(rv_statistics, skipped, 48);
AT(rv_statistics, failed, 56);
AT(rv_statistics, bytes, 64);
AT(rv_statistics, events_dropped, 72);
AT(rv_statistics, refused, 80);
AT(rv_statistics, round_trip_ms, 88);
AT(rv_statistics, jpeg, 96);

PIN(RV_OK == 0 && RV_ERR_INVALID == -1 && RV_ERR_HANDLE == -2 && RV_ERR_CLOSED == -3);
PIN(RV_ERR_TIMEOUT == -4 && RV_ERR_ADDRESS == -5 && RV_ERR_SHAPE == -6 && RV_ERR_TYPE == -7);
PIN(RV_ERR_NAME == -8 && RV_ERR_LIMIT == -9 && RV_ERR_LISTEN == -10 && RV_ERR_TOKEN == -11);
PIN(RV_ERR_INTERNAL == -12 && RV_ERR_FORKED == -13 && RV_ERR_UNSUPPORTED == -14);
PIN(RV_U8 == 1 && RV_U16 == 2 && RV_U32 == 3 && RV_F16 == 4 && RV_F32 == 5);
PIN(RV_COLOR_SRGB == 1 && RV_COLOR_LINEAR == 2 && RV_COLOR_DEPTH == 3);
PIN(RV_COLOR_DISTANCE == 4 && RV_COLOR_NORMAL == 5 && RV_COLOR_DATA == 6);
PIN(RV_ALPHA_NONE == 0 && RV_ALPHA_STRAIGHT == 1 && RV_ALPHA_PREMULTIPLIED == 2);
PIN(RV_MEMORY_HOST == 0 && RV_MEMORY_CUDA == 1);
PIN(RV_SEND_NEWEST == 0 && RV_SEND_EVERY == 1 && RV_SEND_LAST == 2);
PIN(RV_PERSPECTIVE == 0 && RV_ORTHOGRAPHIC == 1 && RV_EQUIRECT == 2);
PIN(RV_CAUSE_INPUT == 1 && RV_CAUSE_SIZE == 2 && RV_CAUSE_REPEAT == 3 && RV_CAUSE_JOIN == 4);
PIN(RV_EVENT_CAMERA == 1 && RV_EVENT_READY == 2 && RV_EVENT_DATA == 3 && RV_EVENT_STATUS == 4);
PIN(RV_EVENT_DRIVER == 5 && RV_EVENT_CONTROL == 6 && RV_EVENT_PICK == 7);
PIN(RV_EVENT_CLICK == 8 && RV_EVENT_KEY == 9 && RV_EVENT_DRAG == 10);
PIN(RV_BUTTON_LEFT == 1 && RV_BUTTON_RIGHT == 2 && RV_BUTTON_MIDDLE == 3);
PIN(RV_MOD_SHIFT == 1 && RV_MOD_CTRL == 2 && RV_MOD_ALT == 4 && RV_MOD_SUPER == 8);
PIN(RV_PHASE_BEGIN == 1 && RV_PHASE_MOVE == 2 && RV_PHASE_END == 3);
PIN(RV_STATUS_LISTENING == 1 && RV_STATUS_DIALING == 2 && RV_STATUS_CONNECTED == 3);
PIN(RV_STATUS_DISCONNECTED == 4 && RV_STATUS_REFUSED == 5 && RV_STATUS_PROTOCOL == 6);
PIN(RV_STATUS_UNRESOLVED == 7 && RV_STATUS_STALLED == 8 && RV_STATUS_INTERNAL == 9);

#endif
