/* APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (end). */
#include "adapter/markup/zip_write.h"

enum { VERSION = 20, FIRST_DAY = 0x21, UTF8_NAMES = 0x800 }; /* 1 January 1980; bit 11 of the flags */

static void put16(ac_sb *b, uint32_t v)
{
    ac_sb_add_char(b, (char)(v & 0xFF));
    ac_sb_add_char(b, (char)(v >> 8 & 0xFF));
}

static void put32(ac_sb *b, uint32_t v)
{
    put16(b, v & 0xFFFF);
    put16(b, v >> 16);
}

/* CRC-32 of ISO 3309, as ZIP has it. */
static uint32_t crc_of(ac_sv s)
{
    uint32_t table[256], crc = UINT32_MAX;
    for (uint32_t i = 0; i < 256; i++) {
        table[i] = i;
        for (int k = 0; k < 8; k++)
            table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xEDB88320u : 0);
    }
    for (size_t i = 0; i < s.n; i++)
        crc = table[(crc ^ (unsigned char)s.p[i]) & 0xFF] ^ crc >> 8;
    return ~crc;
}

/* What a local header and the directory say alike. */
static void put_facts(ac_sb *b, const zip_write_part *p)
{
    put16(b, VERSION);
    put16(b, UTF8_NAMES);
    put16(b, 0); /* stored */
    put16(b, 0);
    put16(b, FIRST_DAY);
    put32(b, p->crc);
    put32(b, p->bytes);
    put32(b, p->bytes);
    put16(b, (uint32_t)strlen(p->name));
    put16(b, 0);
}

void zip_write_part_of(zip_writer *z, const char *name, ac_sv bytes)
{
    if (z->n == ZIP_WRITE_PARTS_MAX || bytes.n + z->out->n > INT32_MAX) {
        z->out->rc = AC_ELIMIT;
        return;
    }
    zip_write_part *p = &z->part[z->n++];
    *p = (zip_write_part) { name, crc_of(bytes), (uint32_t)bytes.n, (uint32_t)z->out->n };
    put32(z->out, 0x04034B50);
    put_facts(z->out, p);
    ac_sb_add(z->out, ac_sv_z(name));
    ac_sb_add(z->out, bytes);
}

void zip_write_end(zip_writer *z)
{
    const uint32_t begin = (uint32_t)z->out->n;
    for (size_t i = 0; i < z->n; i++) {
        const zip_write_part *p = &z->part[i];
        put32(z->out, 0x02014B50);
        put16(z->out, VERSION);
        put_facts(z->out, p);
        put16(z->out, 0);
        put16(z->out, 0);
        put16(z->out, 0);
        put32(z->out, 0);
        put32(z->out, p->at);
        ac_sb_add(z->out, ac_sv_z(p->name));
    }
    const uint32_t end = (uint32_t)z->out->n;
    put32(z->out, 0x06054B50);
    put32(z->out, 0);
    put16(z->out, (uint32_t)z->n);
    put16(z->out, (uint32_t)z->n);
    put32(z->out, end - begin);
    put32(z->out, begin);
    put16(z->out, 0);
}
