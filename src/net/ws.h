/** WebSocket (RFC 6455), the server's end. */
#ifndef AC_NET_WS_H
#define AC_NET_WS_H

#include "net/http.h"

typedef struct ac_ws ac_ws; /* reference-counted; any thread unless said otherwise */

/** Close codes of RFC 6455, 7.4.1, that a server has reason to send. */
enum {
    AC_WS_NORMAL = 1000, AC_WS_GOING_AWAY = 1001, AC_WS_PROTOCOL = 1002, AC_WS_UNSUPPORTED = 1003, AC_WS_NO_STATUS = 1005, AC_WS_ABNORMAL = 1006,
    AC_WS_BAD_DATA = 1007, AC_WS_POLICY = 1008, AC_WS_TOO_BIG = 1009, AC_WS_INTERNAL = 1011, AC_WS_TRY_LATER = 1013,
};

typedef struct {
    void *context;
    /** A whole message; text is valid UTF-8. Borrowed. Loop thread. */
    void (*message)(void *context, ac_ws *ws, bool text, ac_sv data);
    /** Once, loop thread: code is what the client sent, AC_WS_NO_STATUS, or AC_WS_ABNORMAL (no close frame came). */
    void (*closed)(void *context, ac_ws *ws, uint16_t code);
    size_t message_max;   /* bytes of one message; 0: 1 MiB */
    size_t queue_max;     /* bytes on their way to the client; a slower one is cut off; 0: 1 MiB */
    uint32_t ping_ms;     /* after so much silence a ping is sent; 0: 30 s */
    uint32_t pong_ms;     /* and an answer has to come within this time; 0: 10 s */
    ac_sv protocol;       /* Sec-WebSocket-Protocol of ours, must be among the client's; empty: none */
} ac_ws_options;

bool ac_ws_is_asked(const ac_http_request *r); /* is it a request to open a WebSocket, right or wrong? */

/** Open it. Loop thread. r is done with: on_done is called for it, and it must not be touched afterwards. The caller owns one reference.
 *  NULL: the request is not as RFC 6455 wants it, or its Origin is not welcome (see ac_http_settings.origin), or there is no memory; it was
 *  answered with 400, 403, 426 or 503. */
ac_ws *ac_ws_open(ac_http_request *r, const ac_ws_options *opt);

/** Copied. errors  AC_ECANCELLED (closed), AC_ELIMIT (too slow: it is being cut off), AC_ENOMEM, AC_EINPUT (text that is no UTF-8) */
ac_rc ac_ws_send(ac_ws *ws, bool text, ac_sv data, ac_err *err);

/** Say goodbye; what was sent before still arrives. reason: at most 123 bytes of UTF-8, may be empty. */
void ac_ws_close(ac_ws *ws, uint16_t code, ac_sv reason);
bool ac_ws_is_closed(const ac_ws *ws);
ac_ws *ac_ws_retain(ac_ws *ws);
void ac_ws_release(ac_ws *ws);        /* NULL is fine; does not close */

#endif
