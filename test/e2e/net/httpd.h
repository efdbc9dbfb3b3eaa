/* What the files of the test server share; see httpd_main.c. */
#ifndef AC_TEST_HTTPD_H
#define AC_TEST_HTTPD_H

#include "net/multipart.h"
#include "net/sse.h"
#include "net/ws.h"

enum { STREAMS = 20000, JSON_MAX = 1 << 20 };


typedef struct {
    ac_loop *loop;
    ac_http_server *server;
    ac_tls *tls;
    ac_http_settings settings;
    ac_sse *streams[STREAMS];
    size_t n_streams;
    ac_timer tick;
    uint64_t event, gone, done, refused, ws_closed;
    uint64_t tick_ms;
    uint16_t ws_code;
} app;

typedef struct state state;
struct state {
    app *app;
    ac_http_request *r;
    ac_timer timer;
    uint64_t bytes, sum, left;
    bool slow;
    ac_multipart *form;
    ac_sb text;
    ac_rc rc;
};

typedef void handler(app *a, state *s, ac_http_request *r);


uint64_t number(const ac_http_request *r, const char *name, uint64_t fallback); /* a parameter */
void in_thread(ac_http_request *r, void *(*run)(void *));                       /* r is held for it */
void on_resume_timer(ac_timer *t);                                              /* of a body that was paused */
void on_tick(ac_timer *t);                                                      /* an event for every stream */

handler get_health, get_show, get_big, get_bad, get_counts, get_never, post_stop, post_whole, post_stream, post_form, post_drop, get_work, get_source, post_guarded, get_sse,
    get_sse_later, get_flood, get_ws;
void on_body(void *context, ac_http_request *r, ac_sv piece);
void on_end(void *context, ac_http_request *r);

#endif
