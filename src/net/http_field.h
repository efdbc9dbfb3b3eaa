/** What header values are made of (RFC 9110): tokens, lists, qualities, entity tags, dates, cookies. Pure; any thread. */
#ifndef AC_NET_HTTP_FIELD_H
#define AC_NET_HTTP_FIELD_H

#include "base/str.h"

bool ac_is_token(char c);                        /* tchar */
bool ac_is_token_all(ac_sv s);                   /* one or more of them */
size_t ac_sv_find_any(ac_sv s, const char *set); /* where the first of these characters is; s.n: nowhere */

/** The elements of a list, without white space around them: false when it is used up. Empty elements are left out. */
bool ac_field_next(ac_sv *rest, ac_sv *element);
/** Is the token (lower case) an element of the list? */
bool ac_field_has(ac_sv list, const char *token);
/** Accept-Encoding: is this coding (lower case) welcome? Without being named it is not. */
bool ac_field_accepts(ac_sv list, const char *coding);
/** If-None-Match: is the tag (without quotes) among them, weak or not? "*" is any. */
bool ac_field_matches(ac_sv list, ac_sv tag);
/** The value of a parameter of "type; a=b; c=\"d e\"" (name in lower case). Quoted: without the quotes, escapes undone into buf.
 *  p is NULL: there is none, or it is malformed, or there are two. */
ac_sv ac_field_param(ac_sv value, const char *name, char *buf, size_t size);
/** Cookie: the value of one; p is NULL: there is none. */
ac_sv ac_field_cookie(ac_sv cookies, ac_sv name);

enum { AC_FIELD_DATE = 32 };
/** "Sun, 06 Nov 1994 08:49:37 GMT" of seconds since 1970; buf owns the bytes. */
ac_sv ac_field_date(int64_t seconds, char buf[AC_FIELD_DATE]);

/** The words that go with a status; of an unknown one, its class. Static. */
const char *ac_status_text(int status);
/** The code that an error of ours carries: "bad_request". Static. */
const char *ac_status_code(int status);

#endif
