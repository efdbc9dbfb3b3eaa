/* /v1/deid, /v1/entities, /v1/summaries: a note in, an answer at once, and nothing of it is stored. */
#include "api/jobs_json.h"
#include "api/routes.h"
#include "app/run.h"

enum { BODY = 4 * AC_INLINE_MAX };

static const ac_field text_fields[] = {
    { "text", AC_FIELD_TEXT, true, 1, AC_INLINE_MAX, NULL, NULL, "the note" },
    { "name", AC_FIELD_TEXT, false, 0, AC_NAME_MAX, NULL, NULL, "what you call it: document.id of the result" },
    { "patient_id", AC_FIELD_ID, false, 0, 0, NULL, NULL,
      "whose it is: surrogates are the same as in the patient's other documents" },
    { "lang", AC_FIELD_WORD, false, 0, 0, "en es", NULL, "language; found out when not given" },
    { "note_date", AC_FIELD_DATE, false, 0, 0, NULL, NULL, "date of the note; read from it when not given" },
    { "profile", AC_FIELD_WORD, false, 0, 0, "safe-harbor limited-dataset meddocan", NULL, "what is hidden" },
    { "mode", AC_FIELD_WORD, false, 0, 0, "tag mask surrogate date-shift", NULL, "what stands there instead" },
    { 0 },
};
static const ac_schema text_schema = { "TextRequest", text_fields };

static ac_rc answer(ac_call *c, uint32_t parts, bool hide_phi, ac_err *err)
{
    ac_submission sub;
    AC_AUTO(ac_sb) lines = AC_SB(AC_ANSWER_MAX);
    AC_TRY(err, ac_submission_of(c, c->body, &sub, err));
    AC_TRY(err, ac_jobs_now(c->service, &c->who, &sub, parts, hide_phi, c->arena, &lines, err));
    ac_jw w = ac_call_json(c, 0);
    ac_jw_results(&w, ac_sb_view(&lines));
    return AC_OK;
}

static ac_rc post_deid(ac_call *c, ac_err *err) { return answer(c, AC_PART_PHI | AC_PART_DEIDENTIFIED, true, err); }
static ac_rc post_entities(ac_call *c, ac_err *err)
{
    return answer(c, AC_PART_TEXT | AC_PART_SECTIONS | AC_PART_ENTITIES, false, err);
}
static ac_rc post_summary(ac_call *c, ac_err *err)
{
    return answer(c,
                  AC_PART_CLINICAL_SUMMARY | AC_PART_SOAP | AC_PART_SUMMARY | AC_PART_TIMELINE | AC_PART_GUIDELINES |
                      AC_PART_UNSUPPORTED,
                  false, err);
}

const ac_route ac_routes_text[] = {
    { AC_HTTP_POST, "/v1/deid", AC_SCOPE_DEIDENTIFIED, 0, AC_ROUTE_LONG, BODY, &text_schema, NULL, &ac_schema_result, 200,
      post_deid, "Text", "deidentify", "De-identify a note", "What was removed is not repeated in the answer." },
    { AC_HTTP_POST, "/v1/entities", AC_SCOPE_RESULTS, 0, AC_ROUTE_LONG, BODY, &text_schema, NULL, &ac_schema_result, 200,
      post_entities, "Text", "extractEntities", "Find what a note says: entities with codes, values and assertion",
      NULL },
    { AC_HTTP_POST, "/v1/summaries", AC_SCOPE_RESULTS, 0, AC_ROUTE_LONG, BODY, &text_schema, NULL, &ac_schema_result, 200,
      post_summary, "Text", "summarize", "Summarise a note: summary, SOAP note, timeline, guideline findings",
      "Every statement carries the place in the note that proves it." },
};
const size_t ac_routes_text_n = sizeof ac_routes_text / sizeof *ac_routes_text;
