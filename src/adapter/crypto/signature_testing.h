/** Signatures that others made, with the keys that they are good with. */
#ifndef AC_ADAPTER_CRYPTO_SIGNATURE_TESTING_H
#define AC_ADAPTER_CRYPTO_SIGNATURE_TESTING_H

#include "core/jwk.h"

static const struct {
    const char *source, *key, *token;
    ac_jwa alg;
} jws_vectors[] = {
    { "RFC 7515 A.2",
      "{\"kty\":\"RSA\",\"n\":\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2m"
      "JPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5r"
      "exMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmou"
      "dF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\",\"e\":\"AQAB\"}",
      "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb29"
      "0Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5"
      "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0Gar"
      "ZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rq"
      "Vt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
      AC_JWA_RS256 },
    { "RFC 7515 A.3",
      "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_FEzRu9"
      "m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}",
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb29"
      "0Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
      AC_JWA_ES256 },
    { "RFC 7520 4.1",
      "{\"kty\":\"RSA\",\"kid\":\"bilbo.baggins@hobbiton.example\",\"use\":\"sig\",\"n\":\"n4EPtAOCc9AlkeQHPzHS"
      "tgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-Qti"
      "WN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC"
      "0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc"
      "5gHdrNP5zw\",\"e\":\"AQAB\"}",
      "eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2l"
      "uZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWV"
      "wIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4.MRjdkly7_-oTPTS"
      "3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi84wnB-BDkoBwA78185hX"
      "-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxnt8Is9UzpERV0ePP"
      "QdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree"
      "7vjbU5y18kDquDg",
      AC_JWA_RS256 },
    { "RFC 8037 A.4", "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbh"
      "ijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
      AC_JWA_EDDSA },
    { "made with Node.js 20: PS256",
      "{\"kty\":\"RSA\",\"n\":\"sRNxsWu9KUsOCV-Ms7_2ryclSqEk-1kgY2O-aIj2zRPLJ30KUTSxTk-GtBU86mye3Fu-GY4fPFkMlKq"
      "fZL0n0sD8NJMVeqhfZ2UpG8Ai7ig01zN28PZ_ORzEWUry4mLanBp2c4Lh9DVXtr_urillqwRlBKaihb9Y1IFun4Cc6vSf4nXerICaYIj"
      "j_q-Rv5d4XD4VqT-ZyGAFbfs2K6zkjmj05JdfRFDzqwAdeup1S6XrI1IFVwthf7zZk0jyn7KV1U8v8OwEQAZv4U2TpqD-qpO52LPIFWO"
      "0FKYEu2vwsmR_ikaUTV5XVuwU74KgQ4I1DBIAWz31FcA9D77ag9s8CQ\",\"e\":\"AQAB\"}",
      "eyJhbGciOiJQUzI1NiJ9.aGVsbG8.VJy1lZm6mZgGVUW-0XprJdvz5BIvaimEBIH1lBbhkeOXIKUAKyKwT-qfJUS5jdJFzj7w6Wrl2xF"
      "_72QNjNJuikJgHN4RVwIIG_Z48nd9GbEshOMB-4eFNquyzloK98W0kuJqj0NrfozcKGFJfuGfMR4ukoUy5kPnKyoMvO0jbSAfpJ2yykj"
      "jiaEeRfdBWY_RBi8lZpX8jhxXkZIGe3-Op9gFDh0ZtOlg6pfnB30ttLyJZvHyQLPZItEztWCJ1shSP-_e-8IdmfCiSuwOedCGteLyTK7"
      "grJndZUaTm091IMdcrufiK-5bXSM2iZYXxUL9aSKKISgzcuXx1NTxMp4gAA",
      AC_JWA_PS256 },
    { "made with Node.js 20: ES384",
      "{\"kty\":\"EC\",\"x\":\"jmwgT91NKstJps6B4RAzxRXHc2mkh6EtngbT8Kjd5fTwHmWkyO8xa46HUa6SW00w\",\"y\":\"KeEb6"
      "8vHFCVUfF0_BS1Qd7HdHXJv2sVzuANySwqcTD7QcdQRR4mADfcisxpmP9oU\",\"crv\":\"P-384\"}",
      "eyJhbGciOiJFUzM4NCJ9.aGVsbG8.o-F7NZv96bzeAAXnBadCdz671XrRAYMCv_v2d6tOAxsA2LaSQ3o3RI0YcsBzrf5bRDZKBP1pqLq"
      "RVAePPThWi85ljYFT1Ic1k-TC8A6jfqugXp9GkzUUl_B8P9MgYHi8",
      AC_JWA_ES384 },
};
enum { JWS_VECTORS = sizeof jws_vectors / sizeof *jws_vectors };

/* The key of PS256 above; salt of 20 bytes instead of 32. */
#define JWS_SHORT_SALT                                                                                                 \
    "eyJhbGciOiJQUzI1NiJ9.aGVsbG8.GcjG79g9r__GDv9aLaM2MTtHSmUg84BU8IqPLTjIskIOUzNzqqCp854vWGgHLJFfS2UJBk2bw71"         \
    "nXLpcXW2hatQuC_FBhXAWCsgApa41CpdWgic3vPYNRMTZSgIdCnihR7vFR_CJbN0wo3c-aqhJ4omJa6nHS-hkKvFy9S_F1MPY2FZupLt"         \
    "ONnnyJVzadGZuu8gPQE_AQVzGP_jPv8nm8UiGHzgd0GyaWMGaCpbbqd-TAXqCKIZV0FjExLTGG06XXX2sZH-PDgCHdXUY7mgGd2bCtOU"         \
    "7S_YXXlXwpLwRxczOxeNKhxuN5GltIyTzYI-mKGjlZ09u5V-ZOKMMrWA4Tg"

/* RSA of 1,024 bits. */
#define JWK_WEAK                                                                                                       \
    "{\"kty\":\"RSA\",\"n\":\"tm8KeJqjF4lHEkg-QFOfC0bt3LeeGmF426A1hHf7umJAFSvalNWMzsVRT3fSapPQsQUqaNdSJ6HQQd4"         \
    "8H181o7sOQwdF-S55bcX16p4fJuNE9K40CIOm0rAhJgC0Z0rMi5EJ7Hd6oPb8UuSSYi6ZsT3GBkbNY1JcH27IWVPKop8\",\"e\":\"A"         \
    "QAB\"}"

#endif
