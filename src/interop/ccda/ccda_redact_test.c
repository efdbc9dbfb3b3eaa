#include "interop/ccda/ccda_redact.h"

#include "interop/ccda/ccda_testing.h"
#include "interop/sheet_testing.h"

/* Everything the structure calls an identifier goes as "#", as if the engine had found nothing but that. */
typedef struct {
    ac_arena *arena;
    ac_sheet sheet;
    ac_sb out;
    ac_rc rc;
} redacted;

static ac_rc walks(redacted *r, const ac_tree_node *root)
{
    AC_TRY(NULL, ac_ccda_redact(root, &r->sheet, &r->out, NULL));
    ac_sb_clear(&r->out);
    AC_TRY(NULL, ac_sheet_fill_hashes(&r->sheet, r->arena));
    AC_TRY(NULL, ac_ccda_redact(root, &r->sheet, &r->out, NULL));
    return ac_sheet_done(&r->sheet, NULL);
}

static redacted redact(const char *inner)
{
    static const ac_deid_options tags = { AC_DEID_SAFE_HARBOR, AC_DEID_TAG, NULL, NULL };
    redacted r = { .arena = ac_arena_new(64 << 20), .out = AC_SB(1 << 20) };
    AC_AUTO(ac_sb) xml = AC_SB(1 << 20);
    ac_sheet_init(&r.sheet, &tags, r.arena);
    ac_sb_add(&xml, AC_SV("<ClinicalDocument><effectiveTime value=\"20260310081500\"/>"));
    ac_sb_add(&xml, ac_sv_z(inner));
    ac_sb_add(&xml, AC_SV("</ClinicalDocument>"));
    ac_sb_add_char(&xml, '\0');
    r.rc = walks(&r, kit_xml_read(xml.p, r.arena));
    return r;
}

static void redacted_cleanup(redacted *r)
{
    ac_sb_cleanup(&r->out);
    ac_sheet_cleanup(&r->sheet);
    ac_arena_free(r->arena);
}

/* What stands between the document's time and its end. */
static bool gives(const char *inner, const char *want)
{
    static const char head[] = "<effectiveTime value=\"2026\"/>", tail[] = "</ClinicalDocument>\n";
    AC_AUTO(redacted) r = redact(inner);
    const char *begin = r.rc == AC_OK ? memmem(r.out.p, r.out.n, head, sizeof head - 1) : NULL;
    const size_t from = begin ? (size_t)(begin - r.out.p) + sizeof head - 1 : 0;
    const ac_sv got = begin ? ac_sv_sub(ac_sb_view(&r.out), from, r.out.n - (sizeof tail - 1)) : AC_SV("");
    const bool same_bytes = begin && ac_sv_eq(got, ac_sv_z(want));
    if (!same_bytes)
        fprintf(stderr, "# %d: %.*s\n", (int)r.rc, (int)got.n, got.p);
    return same_bytes;
}

AC_TEST(ccda_redact, people_places_and_numbers)
{
    CHECK(
        gives("<recordTarget><patientRole><id root=\"2.9\" extension=\"77\"/><addr use=\"HP\"><streetAddressLine>1 Oak "
              "Rd</streetAddressLine><city>Elm</city>"
              "<state>IL</state></addr><telecom value=\"tel:+1-555\" use=\"HP\"/><patient><name "
              "use=\"L\"><given>Jane</given><family>Roe</family></name>"
              "<birthTime value=\"19610502\"/></patient></patientRole></recordTarget>",
              "<recordTarget><patientRole><id "
              "nullFlavor=\"MSK\"/><addr><streetAddressLine>#</streetAddressLine><city>#</city><state>#</state></addr>"
              "<telecom use=\"HP\" nullFlavor=\"MSK\"/><patient><name use=\"L\">#</name><birthTime "
              "value=\"1961\"/></patient></patientRole></recordTarget>"));
    CHECK(gives("<patient><birthTime value=\"19300502\"/></patient>",
                "<patient><birthTime nullFlavor=\"MSK\"/></patient>"));
    CHECK(gives(
        "<author><time value=\"20260309\"/><assignedAuthor><assignedPerson><name>Ann "
        "Poe</name></assignedPerson></assignedAuthor></author>",
        "<author><time "
        "value=\"2026\"/><assignedAuthor><assignedPerson><name>#</name></assignedPerson></assignedAuthor></author>"));
    CHECK(gives("<playingEntity><name>Penicillin G</name></playingEntity>",
                "<playingEntity><name>Penicillin G</name></playingEntity>"));
}

AC_TEST(ccda_redact, results_stay_and_dates_become_years)
{
    CHECK(gives("<observation classCode=\"OBS\"><code code=\"2345-7\" codeSystem=\"2.16\" "
                "displayName=\"Glucose\"/><effectiveTime><low value=\"20260309\"/></effectiveTime>"
                "<value xsi:type=\"PQ\" value=\"182\" unit=\"mg/dL\"/></observation>",
                "<observation classCode=\"OBS\"><code code=\"2345-7\" codeSystem=\"2.16\" "
                "displayName=\"Glucose\"/><effectiveTime><low value=\"2026\"/></effectiveTime>"
                "<value xsi:type=\"PQ\" value=\"182\" unit=\"mg/dL\"/></observation>"));
    CHECK(gives("<value xsi:type=\"IVL_PQ\"><low value=\"20260309\"/><high value=\"99\"/></value>",
                "<value xsi:type=\"IVL_PQ\"><low value=\"20260309\"/><high value=\"99\"/></value>"));
    CHECK(gives("<effectiveTime xsi:type=\"PIVL_TS\"><period value=\"12\" unit=\"h\"/></effectiveTime>",
                "<effectiveTime xsi:type=\"PIVL_TS\"><period value=\"12\" unit=\"h\"/></effectiveTime>"));
    CHECK(gives("<value xsi:type=\"PQ\" value=\"92\" unit=\"a\"/><value xsi:type=\"ST\" value=\"Jane Roe\"/>",
                "<value xsi:type=\"PQ\" value=\"90\" unit=\"a\"/><value xsi:type=\"ST\" nullFlavor=\"MSK\"/>"));
}

AC_TEST(ccda_redact, words_of_a_narrative_go_on_through_inline_elements)
{
    AC_AUTO(redacted)
    r = redact("<section><title>Notes</title><text><paragraph>Mrs. <content>Jane "
               "</content>Roe</paragraph><table><tr><td>MRN</td><td>77 &amp; 8</td></tr>"
               "</table></text></section>");
    CHECK(r.rc == AC_OK && ac_sv_eq(r.sheet.text, AC_SV("Notes\nMrs. Jane Roe\nMRN 77 & 8")));
    CHECK(memmem(r.out.p, r.out.n, "<td>77 &amp; 8</td>", 19) != NULL);
}

AC_TEST(ccda_redact, ids_are_renamed_and_references_follow)
{
    CHECK(gives("<text><content ID=\"JaneRoe\">x</content></text><originalText><reference "
                "value=\"#JaneRoe\"/></originalText><reference value=\"#other\"/>",
                "<text><content ID=\"id1\">x</content></text><originalText><reference "
                "value=\"#id1\"/></originalText><reference/>"));
}

AC_TEST(ccda_redact, what_is_in_no_list_is_left_out)
{
    AC_AUTO(redacted)
    r = redact("<nonXMLBody><text>SmFuZQ</text></nonXMLBody><sdtc:deceasedInd value=\"true\"/><code code=\"1\" "
               "jane=\"roe\"/><informationRecipient/>");
    CHECK(r.rc == AC_OK && r.sheet.left_out == 3);
    CHECK(memmem(r.out.p, r.out.n, "<sdtc:deceasedInd value=\"true\"/><code code=\"1\"/></ClinicalDocument>", 67) !=
          NULL);
}

AC_TEST(ccda_redact, hostile_documents)
{
    static const char *const inner[] = { "<name/><addr/><telecom/><id/>",
                                         "<patient><name><name><name/></name></name></patient>",
                                         "<addr>Jane<city/>Roe</addr>",
                                         "<birthTime value=\"\"/><effectiveTime value=\"x\"/><value value=\"1e999\"/>",
                                         "<text><content ID=\"a\"/><content ID=\"a\"/></text>" };
    for (size_t i = 0; i < sizeof inner / sizeof inner[0]; i++) {
        AC_AUTO(redacted) r = redact(inner[i]);
        CHECK(r.rc == AC_OK && ac_sv_ends(ac_sb_view(&r.out), AC_SV("</ClinicalDocument>\n")));
    }
}
