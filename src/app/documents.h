/** Use cases of documents: store one as a stream, of any size, in little memory; list, read, remove. One thread at a
 * time per upload. */
#ifndef AC_APP_DOCUMENTS_H
#define AC_APP_DOCUMENTS_H

#include "app/pieces.h"

typedef struct ac_upload ac_upload;

typedef struct {
    ac_sv name, type;      /* the caller's; borrowed until ac_upload_begin returns */
    ac_patient_id patient; /* none: reference says who */
    ac_sv reference;       /* found or added; empty, and no patient: nobody's */
    uint64_t max_bytes;    /* more is AC_ELIMIT; 0: no limit */
    bool once;             /* a request that may come again (app/repeat.h) gets the same document again */
    unsigned char *digest; /* NULL, or AC_MAC_SIZE bytes that tell one content from another, filled by ac_upload_end */
} ac_upload_options;

typedef struct {
    ac_document_id id;
    ac_patient_id patient;
    ac_sv name, type;
    uint64_t bytes;
    int64_t created_ms;
} ac_document_info;
typedef AC_VEC(ac_document_info) ac_document_infos;

/** errors  AC_EINPUT, AC_ENOTFOUND (patient), AC_ENOMEM, AC_EIO */
AC_NODISCARD ac_rc ac_upload_begin(ac_service *s, const ac_principal *who, const ac_upload_options *opt,
                                   ac_upload **out, ac_err *err);
/** Sealed and written in pieces of 64 KiB. */
AC_NODISCARD ac_rc ac_upload_add(ac_upload *u, ac_sv bytes, ac_err *err);
/** It is on the disk when this returns AC_OK. u is gone in any case. errors  AC_EINPUT: there is nothing in it */
AC_NODISCARD ac_rc ac_upload_end(ac_upload *u, ac_document_id *out, ac_err *err);
/** Nothing of it stays. NULL is fine. */
void ac_upload_abandon(ac_upload *u);
static inline void ac_upload_cleanup_ptr(ac_upload **u) { ac_upload_abandon(*u); }

AC_NODISCARD ac_rc ac_documents_get(ac_service *s, const ac_principal *who, ac_document_id id, ac_arena *arena,
                                    ac_document_info *out, ac_err *err);
/** patient: none: of all, for those who are confined to nobody */
AC_NODISCARD ac_rc ac_documents_list(ac_service *s, const ac_principal *who, ac_patient_id patient, ac_id before,
                                     size_t max, ac_arena *arena, ac_document_infos *out, ac_err *err);
/** The document itself, to be read piece by piece, and how many bytes it has; a record that it was exported. */
AC_NODISCARD ac_rc ac_documents_open(ac_service *s, const ac_principal *who, ac_document_id id, ac_pieces_in **out,
                                     uint64_t *bytes, ac_err *err);
/** Jobs that worked on it keep their results. */
AC_NODISCARD ac_rc ac_documents_remove(ac_service *s, const ac_principal *who, ac_document_id id, ac_err *err);

/** Remove blobs that neither a document nor a job knows: of uploads that were cut off, of patients and results that are gone. *n: how many */
AC_NODISCARD ac_rc ac_documents_sweep(ac_service *s, size_t *n, ac_err *err);

#endif
