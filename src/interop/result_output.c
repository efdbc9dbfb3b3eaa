#include "interop/result_output.h"

#include "interop/part.h"

static void item(ac_jw *j, const ac_item *it)
{
    ac_jw_object(j);
    ac_jw_kstring(j, "text", it->text);
    ac_jw_spans(j, "evidence", &it->evidence);
    ac_jw_end_object(j);
}

void ac_jw_items(ac_jw *j, const char *key, const ac_items *items)
{
    ac_jw_karray(j, key);
    for (size_t i = 0; i < items->n; i++)
        item(j, &items->at[i]);
    ac_jw_end_array(j);
}

/* Plain strings, as the clients of earlier summarisers read them; the evidence stands beside, in the same order. */
static void strings(ac_jw *j, const char *key, const ac_items *items)
{
    ac_jw_karray(j, key);
    for (size_t i = 0; i < items->n; i++)
        ac_jw_string(j, items->at[i].text);
    ac_jw_end_array(j);
}

static void symptoms(ac_jw *j, const ac_symptom_items *all)
{
    ac_jw_karray(j, "symptoms");
    for (size_t i = 0; i < all->n; i++) {
        const ac_symptom_item *s = &all->at[i];
        ac_jw_object(j);
        ac_jw_kstring(j, "name", s->name);
        ac_jw_text_or_null(j, "duration", s->duration);
        ac_jw_text_or_null(j, "severity", s->severity);
        ac_jw_spans(j, "evidence", &s->evidence);
        ac_jw_end_object(j);
    }
    ac_jw_end_array(j);
}

/* The sentences, with a blank between two: one string. */
static void narrative(ac_jw *j, const ac_items *sentences)
{
    AC_AUTO(ac_sb) text = AC_SB(j->out->max);
    for (size_t i = 0; i < sentences->n; i++) {
        if (i)
            ac_sb_add_char(&text, ' ');
        ac_sb_add(&text, sentences->at[i].text);
    }
    ac_jw_kstring(j, "narrative_summary", ac_sb_view(&text));
    if (text.rc != AC_OK && j->out->rc == AC_OK)
        j->out->rc = text.rc;
}

void ac_jw_clinical_summary(ac_jw *j, const ac_clinical_summary *s)
{
    ac_jw_kobject(j, "clinical_summary");
    ac_jw_key(j, AC_SV("patient_age"));
    if (s->has_age)
        ac_jw_double(j, s->age);
    else
        ac_jw_null(j);
    ac_jw_text_or_null(j, "patient_gender", s->gender);
    symptoms(j, &s->symptoms);
    strings(j, "risk_factors", &s->risk_factors);
    strings(j, "relevant_conditions", &s->relevant_conditions);
    narrative(j, &s->narrative);
    ac_jw_items(j, "medications", &s->medications);
    ac_jw_items(j, "allergies", &s->allergies);
    ac_jw_items(j, "vitals", &s->vitals);
    ac_jw_items(j, "labs", &s->labs);
    ac_jw_items(j, "procedures", &s->procedures);
    ac_jw_kobject(j, "evidence");
    ac_jw_spans(j, "patient_age", &s->age_evidence);
    ac_jw_spans(j, "patient_gender", &s->gender_evidence);
    ac_jw_items(j, "risk_factors", &s->risk_factors);
    ac_jw_items(j, "relevant_conditions", &s->relevant_conditions);
    ac_jw_items(j, "narrative_summary", &s->narrative);
    ac_jw_end_object(j);
    ac_jw_end_object(j);
}

void ac_jw_soap(ac_jw *j, const ac_soap *s)
{
    ac_jw_kobject(j, "soap");
    ac_jw_items(j, "subjective", &s->subjective);
    ac_jw_items(j, "objective", &s->objective);
    ac_jw_items(j, "assessment", &s->assessment);
    ac_jw_items(j, "plan", &s->plan);
    ac_jw_end_object(j);
}

void ac_jw_patient_summary(ac_jw *j, const ac_patient_summary *s)
{
    ac_jw_kobject(j, "summary");
    ac_jw_items(j, "top", &s->top);
    ac_jw_items(j, "problems", &s->problems);
    ac_jw_items(j, "medications", &s->medications);
    ac_jw_items(j, "allergies", &s->allergies);
    ac_jw_items(j, "results", &s->results);
    ac_jw_items(j, "procedures", &s->procedures);
    ac_jw_items(j, "chronology", &s->chronology);
    ac_jw_items(j, "follow_up", &s->follow_up);
    ac_jw_items(j, "contradictions", &s->contradictions);
    ac_jw_items(j, "questions", &s->questions);
    ac_jw_end_object(j);
}

void ac_jw_timeline(ac_jw *j, const ac_timeline *t)
{
    ac_jw_karray(j, "timeline");
    for (size_t i = 0; i < t->n; i++) {
        const ac_event *e = &t->at[i];
        char from[AC_DATE_TEXT], to[AC_DATE_TEXT];
        ac_jw_object(j);
        ac_jw_text_or_null(j, "date", ac_date_text(e->date, from));
        ac_jw_text_or_null(j, "end", ac_date_text(e->end, to));
        ac_jw_text_or_null(j, "kind", e->kind < AC_KIND_COUNT ? ac_kind_name((ac_kind)e->kind) : AC_SV(""));
        ac_jw_kstring(j, "text", e->item.text);
        ac_jw_spans(j, "evidence", &e->item.evidence);
        ac_jw_end_object(j);
    }
    ac_jw_end_array(j);
}

void ac_jw_findings(ac_jw *j, const ac_findings *f)
{
    static const ac_sv severities[] = { { "info", 4 }, { "warning", 7 }, { "critical", 8 } };
    ac_jw_karray(j, "guidelines");
    for (size_t i = 0; i < f->n; i++) {
        const ac_finding *g = &f->at[i];
        ac_jw_object(j);
        ac_jw_kstring(j, "rule", g->rule);
        ac_jw_kstring(j, "citation", g->citation);
        ac_jw_kstring(j, "severity", severities[g->severity <= AC_SEVERITY_CRITICAL ? g->severity : AC_SEVERITY_INFO]);
        ac_jw_kstring(j, "text", g->item.text);
        ac_jw_spans(j, "evidence", &g->item.evidence);
        ac_jw_end_object(j);
    }
    ac_jw_end_array(j);
}
