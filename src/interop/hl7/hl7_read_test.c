#include "interop/hl7/hl7_read.h"
#include "interop/fhir_write.h"
#include "kit/test.h"

#include <stdio.h>
#include <stdlib.h>

AC_TEST(hl7_read, files_of_a_list)
{
    const char *list = getenv("AC_HL7_IN"), *out = getenv("AC_HL7_OUT");
    FILE *names = list && out ? fopen(list, "r") : NULL;
    char name[1024], path[2048];
    static char bytes[1 << 22];
    while (names && fgets(name, sizeof name, names)) {
        name[strcspn(name, "\n")] = '\0';
        FILE *f = fopen(name, "rb");
        CHECK(f);
        if (!f)
            continue;
        size_t n = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        AC_AUTO_PTR(ac_arena) a = ac_arena_new((size_t)1 << 28);
        ac_hl7_messages m = { 0 };
        ac_err err = { 0 };
        CHECK(ac_hl7_read((ac_sv) { bytes, n }, a, &m, &err) == AC_OK);
        if (err.rc)
            printf("%s: %s\n", name, err.text);
        const char *base = strrchr(name, '/') ? strrchr(name, '/') + 1 : name;
        for (size_t i = 0; i < m.n; i++) {
            AC_AUTO(ac_sb) b = AC_SB((size_t)1 << 26);
            CHECK(ac_fhir_write(&m.at[i].record, 1, &b, NULL) == AC_OK);
            snprintf(path, sizeof path, "%s/%s.%zu.json", out, base, i);
            if ((f = fopen(path, "wb"))) {
                fwrite(b.p, 1, b.n, f);
                fclose(f);
            }
            snprintf(path, sizeof path, "%s/%s.%zu.left", out, base, i);
            if ((f = fopen(path, "wb"))) {
                const ac_rec_coverage *c = &m.at[i].record.coverage;
                fprintf(f, "segments %zu unread %zu parts %zu unread %zu\n", c->resources, c->resources_unknown, c->members, c->members_unknown);
                for (size_t k = 0; k < c->unknown.n; k++)
                    fprintf(f, "%.*s-%.*s %zu\n", (int)c->unknown.at[k].type.n, c->unknown.at[k].type.p, (int)c->unknown.at[k].key.n, c->unknown.at[k].key.p, c->unknown.at[k].n);
                for (size_t k = 0; k < m.at[i].passages.n; k++)
                    fprintf(f, "passage %.*s [%.*s] %zu: %.*s\n", (int)m.at[i].passages.at[k].path.n, m.at[i].passages.at[k].path.p,
                            (int)m.at[i].passages.at[k].title.n, m.at[i].passages.at[k].title.p, m.at[i].passages.at[k].at,
                            (int)m.at[i].passages.at[k].text.n, m.at[i].passages.at[k].text.p);
                fclose(f);
            }
        }
    }
    if (names)
        fclose(names);
}
