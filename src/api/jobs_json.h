/** Jobs on the wire. */
#ifndef AC_API_JOBS_JSON_H
#define AC_API_JOBS_JSON_H

#include "api/call.h"
#include "app/pieces.h"

/** A job as an object. reason: why it failed, for people; "": what its code means. */
void ac_jw_job(ac_jw *w, const ac_job *job, ac_sv reason);

/** The submission that an object of ac_schema_job_new says; views are the JSON's. errors  AC_EINPUT (text and
 * document_id, or neither; a moment too far ahead), with c->where */
AC_NODISCARD ac_rc ac_submission_of(ac_call *c, const ac_json *j, ac_submission *out, ac_err *err);

/** "run_at" of a body or a query; 0: at once. errors  AC_EINPUT: too far ahead */
AC_NODISCARD ac_rc ac_run_at_of(ac_call *c, ac_sv text, int64_t *ms, ac_err *err);

/** Results, one a line, as one value: the object alone, or {"results":[...]}. */
void ac_jw_results(ac_jw *w, ac_sv lines);

/** Answer with a result: as it comes when it is large, for which the request has to last. stream is owned from here on. */
AC_NODISCARD ac_rc ac_call_results(ac_call *c, ac_result_stream *stream, ac_err *err);
/** Answer with the bytes of a stored document, as they come. pieces is owned from here on. */
AC_NODISCARD ac_rc ac_call_pieces(ac_call *c, ac_pieces_in *pieces, uint64_t bytes, ac_err *err);

/** What the systems that were replaced called a state: pending, processing, completed, failed, cancelled. */
ac_sv ac_legacy_status(ac_job_state s);

/** The answer has a Location: the job's. */
void ac_locate_job(ac_call *c, ac_job_id id);

/** The "Idempotency-Key" header; empty: none. */
ac_sv ac_once_key(const ac_call *c);

#endif
