/** The command line as two tables. Parsing, --help, the man pages and the shell completions are all made from them:
 *  a new command is one row and its function, a new option one row. */
#ifndef AC_MAIN_COMMANDS_H
#define AC_MAIN_COMMANDS_H

/*    id, name, arguments, function, summary,
 *    description (paragraphs separated by \n), examples ("command line\twhat it does\n") */
#define AC_COMMAND_LIST(X)                                                                                             \
    X(NONE, "", "", ac_cmd_none, "turn clinical documents into de-identified, coded, cited knowledge",                 \
      "Aceso reads clinical notes in English and Spanish and gives out what they say: de-identified text, coded "      \
      "findings, summaries, SOAP notes, timelines, guideline findings and FHIR bundles. Every statement carries the "  \
      "place in the document that proves it. Nothing leaves the machine.",                                             \
      "aceso process note.txt\teverything about one note, to read\n"                                                   \
      "aceso deid --mode surrogate notes/ --out clean/\tde-identify a folder\n"                                        \
      "aceso process --format ndjson notes.jsonl\tone result a line, in input order\n")                                \
    X(PROCESS, "process", "[INPUT...]", ac_cmd_notes, "do everything: read, de-identify, extract, code, summarise",    \
      "Reads each input and gives its full result: findings with assertion, codes and place, the patient summary, "    \
      "the "                                                                                                           \
      "SOAP note, the timeline and guideline findings.",                                                               \
      "aceso process note.txt\tone note, to read\n"                                                                    \
      "aceso process --format json note.txt\tthe full result as JSON (aceso/result/1)\n"                               \
      "cat note.txt | aceso process -\tfrom standard input\n")                                                         \
    X(DEID, "deid", "[INPUT...]", ac_cmd_notes, "remove or replace what identifies a person",                          \
      "Writes each input's text without the identifiers that the profile hides. In the modes surrogate and "           \
      "date-shift the same patient gets the same replacements under the same key: say which patient with --patient, "  \
      "or with the member \"patient\" of batch input; otherwise each document counts as a patient of its own.\n"       \
      "No detector finds everything. Check a sample before you give text away.",                                       \
      "aceso deid note.txt\tthe text with tags such as [PATIENT]\n"                                                    \
      "aceso deid --mode surrogate --key secret.key --patient 4711 a.txt b.txt\tstable, realistic replacements\n")     \
    X(EXTRACT, "extract", "[INPUT...]", ac_cmd_notes, "list what a note says, with assertion, codes and place",        \
      "Lists problems, symptoms, medications, allergies, results, procedures and history. A filled circle is "         \
      "present, "                                                                                                      \
      "an empty one absent, a question mark possible, an arrow planned.",                                              \
      "aceso extract --format ndjson notes.jsonl\tone result a line\n")                                                \
    X(SUMMARIZE, "summarize", "[INPUT...]", ac_cmd_notes, "summarise a note, each sentence with its evidence",         \
      "Writes what matters first, the problems, medications, allergies, results and follow-up, and the SOAP note. "    \
      "Nothing is said that the note does not say.",                                                                   \
      "aceso summarize --format markdown visit.txt\ta summary in Markdown\n")                                          \
    X(FHIR, "fhir", "[INPUT...]", ac_cmd_notes, "write each note as a FHIR R4 Bundle",                                 \
      "Names and other identifiers are left out of the bundle unless --identified is given.",                          \
      "aceso fhir note.txt > bundle.json\tone bundle\n"                                                                \
      "aceso fhir --format ndjson notes/ > bundles.ndjson\tone bundle a line\n")                                       \
    X(SERVE, "serve", "", ac_cmd_serve, "be a server: HTTP API with jobs that are never lost, or HL7 v2 over MLLP",    \
      "With --listen it serves the HTTP API over the folder --data: everything in it is encrypted, the audit log is "  \
      "chained. "                                                                                                      \
      "At the first start it prints a key for an administrator, once; it is in DIR/admin.key, too. /docs tells the "   \
      "rest. "                                                                                                         \
      "Other machines need --tls-cert and --tls-key. SIGTERM ends the program when what is under way is answered; "    \
      "jobs "                                                                                                          \
      "that wait go on at the next start.\n"                                                                           \
      "With --mllp it reads HL7 v2 messages, and writes the result of each into --out as a file of its own, whose " \
      "name is the time, a number and the message's control id. A message is acknowledged when its result is safely "  \
      "on "                                                                                                            \
      "the disk: AA, or AE or AR with an ERR segment; then the message itself is kept in DIR/rejected. In enhanced "   \
      "mode "                                                                                                          \
      "(MSH-15, MSH-16) it is acknowledged twice: CA when the message is safe, in DIR/incoming, AA when the result "   \
      "is. "                                                                                                           \
      "A message that comes again with the same bytes is acknowledged again and gives no second result.\n"              \
      "MLLP has no encryption and no authentication, so only this machine is listened to; see --listen-anywhere. "   \
      "SIGTERM ends the program when what was received is done and answered.",                                          \
      "aceso serve --data /srv/aceso --listen 127.0.0.1:8080\tthe HTTP API\n"                                        \
      "aceso serve --mllp 2575 --out results\tHL7 v2 on this machine, port 2575\n"                                            \
      "aceso serve --mllp 2575 --out bundles --format fhir\ta FHIR bundle for each message, without identifiers\n")    \
    X(AUDIT, "audit", "verify|key", ac_cmd_audit, "prove that the audit log is whole",                                 \
      "verify reads the audit log of the data folder, while no server runs on it, and checks the chain from its first record " \
      "to its last: a record that was changed, removed or moved is found. With --heads it also finds a log that was cut off, " \
      "or put back to an older state as a whole. key prints the public key of the heads' signatures: keep it elsewhere.", \
      "aceso audit verify --data /srv/aceso\tevery record\n"                                                          \
      "aceso audit key --data /srv/aceso > aceso.pem\tthe public key\n"                                              \
      "aceso audit verify --data /srv/aceso --heads /mnt/safe/heads --public-key aceso.pem\tand what was shipped\n") \
    X(KEYS, "key", "rotate NEWFILE", ac_cmd_keys, "change the master key",                                             \
      "rotate seals what the master key sealed with the key in NEWFILE, in one transaction. NEWFILE is made with a "   \
      "new key "                                                                                                       \
      "when it is not there. A server that runs on the folder does it itself, and goes on; it must be able to read "   \
      "NEWFILE. Give it with --master-key from the next start on.",                                                    \
      "aceso key rotate new.key --data /srv/aceso\tfrom now on: serve --master-key new.key\n")                        \
    X(CLIENT, "client", "submit|watch|status|result|cancel ...", ac_cmd_client,                                        \
      "talk to a running server: submit, watch, fetch results",                                                        \
      "submit INPUT... gives the inputs to the server and prints the id of each job, one a line, in the order of the " \
      "inputs. "                                                                                                       \
      "Notes go in batches, other documents are uploaded as they are read. A server that is busy, restarts or cannot " \
      "be "                                                                                                            \
      "reached is asked again for --patience seconds; the same inputs submitted again within a day, after a broken "   \
      "connection for example, give the same jobs. With --wait it waits until all have ended and prints how, with "    \
      "--out "                                                                                                         \
      "it writes their results, too, into files named as those of process --out.\n"                                    \
      "watch JOB... follows jobs until they end, on a terminal as bars, in a pipe as one event a line; status JOB... " \
      "prints "                                                                                                        \
      "how they are, result JOB... writes their results, cancel JOB... cancels them. A JOB is an id; - reads ids "     \
      "from "                                                                                                          \
      "standard input, one a line.\n"                                                                                  \
      "The server is --url, else $ACESO_URL, else http://127.0.0.1:8080. The key is in $ACESO_KEY or a file, "         \
      "--key-file: "                                                                                                   \
      "never on the command line, which everybody on the machine can see. Ctrl-C ends the program, not the jobs.",     \
      "aceso client submit notes/ letter.pdf\tone id a line\n"                                                         \
      "aceso client submit --out results/ notes.jsonl\twait, and write one result for each note\n"                     \
      "aceso client submit visit.txt | aceso client watch -\tfollow it\n"                                              \
      "aceso client result --format fhir JOB > bundle.json\ta FHIR bundle\n")                                          \
    X(ADMIN, "admin", "top", ac_cmd_admin, "watch a running server: requests, queue, jobs, memory",                    \
      "top shows what a server does, from its /metrics and /health, and what it did since the picture before: "        \
      "requests by route "                                                                                             \
      "with their rate and how long they took, the queue, jobs that ended, connections. q ends it. In a pipe, or "     \
      "with --once, it "                                                                                               \
      "prints one picture. The key needs the scope metrics:read; it and the server are given as to aceso client.",     \
      "aceso admin top --url https://aceso.example:8443\tuntil q\n"                                                    \
      "aceso admin top --once --interval 10\tten seconds, as a table\n")                                               \
    X(EVAL, "eval", "[CORPUS]", ac_cmd_eval, "score the engine on an annotated corpus",                                \
      "Knows MEDDOCAN and other brat corpora, ASQ-PHI, presidio-research, NegEx, NUBes, E3C, MACCROBAT, PharmaCoNER, " \
      "ACI-BENCH and MTS-Dialog; the format is recognised by the folder's content.",                                   \
      "aceso eval corpora/meddocan/dev\tscores by type\n"                                                              \
      "aceso eval -e 10 corpora/nubes\tand what is missed, spurious, cut wrongly or called wrongly, in its "           \
      "sentence\n")                                                                                                    \
    X(BENCH, "bench", "[INPUT...]", ac_cmd_bench, "measure speed and memory on this machine",                           \
      "Runs the engine over the inputs, or over built-in notes brought to 2.5 KB each, and tells notes and megabytes " \
      "a second, the median and the 99th percentile per note, and what each step takes. An INPUT is a file, a folder " \
      "or a pattern; a .jsonl or .ndjson file holds one note a line.",                                                 \
      "aceso bench\tone core, built-in notes\n"                                                                        \
      "aceso bench --jobs 8 --json notes/*.txt\teight cores, as JSON\n")                                               \
    X(VOCAB, "vocab", "VERB [ARGUMENT...]", ac_cmd_vocab,                                                              \
      "bring your own vocabularies: import, list, use, verify, rm",                                                    \
      "import FILE... reads the files of an official release into one memory-mapped file: RXNCONSO.RRF, MRCONSO.RRF "  \
      "(with MRSTY.RRF), Loinc.csv, the RF2 snapshots of SNOMED CT (descriptions with concepts), "                     \
      "icd10cm-order-YYYY.txt, a list of ATC, or a list of your own: term, code, system, kind and language "           \
      "separated by tabs. What is left out is counted with its reason. list shows what is there; use NAME... says "    \
      "which ones every run takes (use none: none), NAME@EDITION or NAME for its latest edition; verify reads "        \
      "everything again; rm NAME@EDITION removes one.\n"                                                               \
      "The files lie in DIR/vocabularies: DIR is --data, else $ACESO_HOME, else $XDG_DATA_HOME/aceso, else "           \
      "~/.local/share/aceso. Aceso ships none of these vocabularies; their licences bind you.",                        \
      "aceso vocab import RXNCONSO.RRF --edition 2026-05-04\tRxNorm\n"                                                 \
      "aceso vocab import MRCONSO.RRF MRSTY.RRF --edition 2026AA\tthe UMLS Metathesaurus with its semantic types\n"    \
      "aceso vocab use rxnorm snomed\tfrom now on in every run\n"                                                      \
      "aceso process --vocab snomed note.txt\tin this run only\n")

#define AC_ON(c)     (1u << AC_CMD_##c)
#define AC_ON_NOTES  (AC_ON(PROCESS) | AC_ON(DEID) | AC_ON(EXTRACT) | AC_ON(SUMMARIZE) | AC_ON(FHIR))
#define AC_ON_WORK   (AC_ON_NOTES | AC_ON(SERVE))
#define AC_ON_HIDING (AC_ON_WORK & ~(AC_ON(EXTRACT) | AC_ON(SUMMARIZE)))
#define AC_ON_REMOTE (AC_ON(CLIENT) | AC_ON(ADMIN))
#define AC_ON_ALL    0xffffffffu

/*    id, short (0: none), long, argument (NULL: a flag), type, default (NULL: none), choices, commands, help */
#define AC_OPTION_LIST(X)                                                                                              \
    X(FORMAT, 'f', "format", "FORMAT", CHOICE, "text", "text|markdown|json|ndjson|fhir", AC_ON_NOTES & ~AC_ON(FHIR),   \
      "what to write: a page to read, Markdown, JSON, one line of JSON, a FHIR bundle")                                \
    X(FHIR_FORMAT, 'f', "format", "FORMAT", CHOICE, "fhir", "fhir|json|ndjson", AC_ON(FHIR),                           \
      "fhir, json: an indented bundle; ndjson: one bundle a line")                                                     \
    X(MLLP, 0, "mllp", "[HOST:]PORT", TEXT, NULL, NULL, AC_ON(SERVE),                                                  \
      "listen for HL7 v2 messages there; HOST is an address in digits, otherwise 127.0.0.1 and ::1; port 0: any")      \
    X(SERVE_FORMAT, 'f', "format", "FORMAT", CHOICE, "json", "json|ndjson|fhir", AC_ON(SERVE),                         \
      "what to write: indented JSON (aceso/result/1), one line of it for each patient, a FHIR bundle")                 \
    X(ANYWHERE, 0, "listen-anywhere", NULL, FLAG, NULL, NULL, AC_ON(SERVE),                                            \
      "allow a HOST that other machines can reach: whoever reaches it can send, and nothing is encrypted")             \
    X(LISTEN, 0, "listen", "[HOST:]PORT|unix:PATH", TEXT, NULL, NULL, AC_ON(SERVE),                                    \
      "serve the HTTP API there; HOST is an address in digits, otherwise 127.0.0.1 and ::1; port 0: any; a Unix "      \
      "socket"                                                                                                         \
      " is for its owner and group")                                                                                   \
    X(TLS_CERT, 0, "tls-cert", "FILE", PATH, NULL, NULL, AC_ON(SERVE),                                                 \
      "certificate for HTTPS, PEM; read again at SIGHUP")                                                              \
    X(TLS_KEY, 0, "tls-key", "FILE", PATH, NULL, NULL, AC_ON(SERVE), "its key, PEM")                                   \
    X(TLS_GENERATE, 0, "tls-generate", NULL, FLAG, NULL, NULL, AC_ON(SERVE),                                           \
      "HTTPS with a certificate for localhost that signs itself, DIR/tls.crt, for clients that are told to trust it")  \
    X(MASTER_KEY, 0, "master-key", "FILE", PATH, NULL, NULL, AC_ON(SERVE) | AC_ON(AUDIT) | AC_ON(KEYS),                \
      "file with the master key, 64 hexadecimal digits; otherwise $ACESO_MASTER_KEY or DIR/master.key")                \
    X(MASTER_KEY_COMMAND, 0, "master-key-command", "COMMAND", TEXT, NULL, NULL,                                        \
      AC_ON(SERVE) | AC_ON(AUDIT) | AC_ON(KEYS),                                                                       \
      "a command that writes the master key to its standard output, as of a vault or a KMS, instead of a file")        \
    X(CORS, 0, "cors", "ORIGINS", TEXT, NULL, NULL, AC_ON(SERVE),                                                      \
      "web pages that may use the API from a browser, as https://console.example.org, separated by commas; otherwise " \
      "none but the server's own")                                                                                     \
    X(OIDC_ISSUER, 0, "oidc-issuer", "URL", TEXT, NULL, NULL, AC_ON(SERVE),                                            \
      "take the access tokens of this OpenID Connect issuer, too; its keys are found by discovery")                    \
    X(OIDC_AUDIENCE, 0, "oidc-audience", "AUD", TEXT, NULL, NULL, AC_ON(SERVE), "what this server is called in aud")   \
    X(OIDC_ROLE_CLAIM, 0, "oidc-role-claim", "CLAIM", TEXT, "aceso_role", NULL, AC_ON(SERVE),                          \
      "the claim with roles or groups, as groups or realm_access.roles")                                               \
    X(OIDC_ROLES, 0, "oidc-roles", "FILE", PATH, NULL, NULL, AC_ON(SERVE),                                             \
      "which group has which role: lines of group, tab, role; otherwise the claim names the roles themselves")         \
    X(OIDC_CA, 0, "oidc-ca", "FILE", PATH, NULL, NULL, AC_ON(SERVE),                                                   \
      "certificates that the issuer's is checked with, PEM; otherwise those of the system")                            \
    X(OIDC_LEEWAY, 0, "oidc-leeway", "SECONDS", NUMBER, "60", NULL, AC_ON(SERVE),                                      \
      "how far the clocks of the issuer and of this machine may differ")                                               \
    X(RATE_ADDRESS, 0, "rate-address", "N", NUMBER, "100", NULL, AC_ON(SERVE),                                         \
      "requests a minute from one address; 0: no limit")                                                               \
    X(RATE_KEY, 0, "rate-key", "N", NUMBER, "1000", NULL, AC_ON(SERVE), "requests an hour with one key; 0: no limit")  \
    X(BURST, 0, "burst", "N", NUMBER, "20", NULL, AC_ON(SERVE), "requests at once within those limits")                \
    X(KEEP, 0, "keep", "DAYS", NUMBER, "30", NULL, AC_ON(SERVE),                                                       \
      "how long results are kept after the end of a job; 0: for ever")                                                 \
    X(WEBHOOK_PRIVATE, 0, "webhook-private", "RANGES", TEXT, NULL, NULL, AC_ON(SERVE),                                 \
      "private addresses that webhooks may tell, by http, too: as 10.20.0.0/16,192.168.7.4; otherwise none")           \
    X(WEBHOOK_CA, 0, "webhook-ca", "FILE", PATH, NULL, NULL, AC_ON(SERVE),                                             \
      "certificates that receivers of webhooks are checked against, PEM; otherwise the system's")                      \
    X(WEBHOOK_BACKOFF, 0, "webhook-backoff", "SECONDS", NUMBER, "10", NULL, AC_ON(SERVE),                              \
      "how long at most before a delivery is tried a second time; four times as long before each further try")         \
    X(BUDGETS, 0, "budgets", "FILE", PATH, NULL, NULL, AC_ON(SERVE),                                                   \
      "lines of role, bytes of a body, bytes of an upload, seconds of a request, seconds of an upload")                \
    X(LOG_REQUESTS, 0, "log-requests", NULL, FLAG, NULL, NULL, AC_ON(SERVE),                                           \
      "a line for each request on standard error")                                                                     \
    X(AUDIT_SHIP, 0, "audit-ship", "WHERE", TEXT, NULL, NULL, AC_ON(SERVE),                                            \
      "send signed heads of the audit log there: a file on another machine's mount, or an http or https URL")          \
    X(AUDIT_SHIP_EVERY, 0, "audit-ship-every", "MINUTES", NUMBER, "5", NULL, AC_ON(SERVE), "how often")                \
    X(HEADS, 0, "heads", "FILE", PATH, NULL, NULL, AC_ON(AUDIT),                                                       \
      "verify, too, that the log has every record of which a head was shipped to this file")                           \
    X(PUBLIC_KEY, 0, "public-key", "FILE", PATH, NULL, NULL, AC_ON(AUDIT),                                             \
      "what aceso audit key printed, kept elsewhere; otherwise the folder's own key")                                  \
    X(OTLP, 0, "otlp", "URL", TEXT, NULL, NULL, AC_ON(SERVE),                                                          \
      "send traces to this OpenTelemetry collector (OTLP over HTTP), as http://127.0.0.1:4318; otherwise as the "      \
      "environment says (OTEL_EXPORTER_OTLP_ENDPOINT)")                                                                \
    X(CONNECTIONS, 0, "connections", "N", NUMBER, NULL, NULL, AC_ON(SERVE),                                            \
      "connections at the same time; otherwise 64 of MLLP, 12000 of HTTP")                                             \
    X(IDLE, 0, "idle", "SECONDS", NUMBER, "600", NULL, AC_ON(SERVE),                                                   \
      "close a connection that says nothing for so long")                                                              \
    X(TIMEOUT, 0, "timeout", "SECONDS", NUMBER, "120", NULL, AC_ON(SERVE),                                             \
      "how long one message may take to come in, and its answer to be taken")                                          \
    X(NOTE, 'n', "note", "WHEN", CHOICE, "auto", "auto|always|never",                                                  \
      AC_ON(PROCESS) | AC_ON(EXTRACT) | AC_ON(SUMMARIZE),                                                              \
      "the note itself, with line numbers, at the end of a page; auto: where one note is processed and printed as "    \
      "text")                                                                                                          \
    X(OUT, 'o', "out", "DIR", PATH, NULL, NULL, AC_ON_WORK | AC_ON(CLIENT),                                            \
      "write one file for each input into this folder (made when missing)")                                            \
    X(REDACT, 0, "redact", NULL, FLAG, NULL, NULL, AC_ON(DEID),                                                        \
      "write a redacted copy of each document, in its own format, to --out, a file for one input, else a folder")      \
    X(ANNOTATE, 0, "annotate", "FILE", PATH, NULL, NULL, AC_ON(PROCESS),                                               \
      "write a copy of the PDF or picture with a frame around what was found")                                         \
    X(INPUT, 'i', "input", "KIND", CHOICE, "auto", "auto|text|jsonl", AC_ON_NOTES | AC_ON(CLIENT),                     \
      "what the inputs are; auto: .jsonl and .ndjson hold one note a line (or FHIR), everything else is one note")     \
    X(LANG, 'l', "lang", "LANG", CHOICE, "auto", "auto|en|es", AC_ON_WORK | AC_ON(BENCH) | AC_ON(CLIENT),              \
      "language of the notes")                                                                                         \
    X(NOTE_DATE, 'd', "note-date", "DATE", DATE, NULL, NULL, AC_ON_NOTES | AC_ON(CLIENT),                              \
      "date of the notes, YYYY-MM-DD, from which \"3 days ago\" is counted; otherwise read from the text")             \
    X(PROFILE, 'p', "profile", "PROFILE", CHOICE, "safe-harbor", "safe-harbor|limited-dataset|meddocan",               \
      AC_ON_HIDING | AC_ON(CLIENT),                                                                                    \
      "what is hidden: HIPAA Safe Harbor, HIPAA limited data set, "                                                    \
      "everything that MEDDOCAN annotates")                                                                            \
    X(MODE, 'm', "mode", "MODE", CHOICE, "tag", "tag|mask|surrogate|date-shift", AC_ON_HIDING | AC_ON(CLIENT),         \
      "what stands there instead: [PATIENT], ****, another name of the same kind, or moved dates and tags")            \
    X(KEY, 'k', "key", "FILE", PATH, NULL, NULL, AC_ON_HIDING,                                                         \
      "secret of at least 16 bytes that keeps surrogates stable between runs; otherwise new in each run")              \
    X(PATIENT, 0, "patient", "ID", TEXT, NULL, NULL, AC_ON_NOTES & ~(AC_ON(EXTRACT) | AC_ON(SUMMARIZE)),               \
      "whose notes these are; the ID itself is never written")                                                         \
    X(MENTIONS, 0, "mentions", NULL, FLAG, NULL, NULL, AC_ON(PROCESS) | AC_ON(EXTRACT),                                \
      "what the trained taggers mark in each sentence, in results as JSON")                                            \
    X(IDENTIFIED, 0, "identified", NULL, FLAG, NULL, NULL, AC_ON(FHIR) | AC_ON(SERVE) | AC_ON(CLIENT),                 \
      "write names, full dates and the original text into the bundle")                                                 \
    X(AT, 0, "at", "TIME", TEXT, NULL, NULL, AC_ON(FHIR),                                                              \
      "when the bundle is made, as 2026-05-10T12:00:00Z; otherwise now. The same TIME gives the same bytes")           \
    X(JOBS, 'j', "jobs", "N", NUMBER, NULL, NULL, AC_ON_WORK,                                                          \
      "notes worked on at the same time (all cores); the output does not depend on it")                                \
    X(MAX_BYTES, 0, "max-bytes", "N", NUMBER, "16M", NULL, AC_ON_WORK | AC_ON(CLIENT),                                 \
      "largest note that is taken, with K, M or G; a larger one fails and is never cut")                               \
    X(COLOR, 0, "color", "WHEN", CHOICE, "auto", "auto|always|never", AC_ON_NOTES | AC_ON(ADMIN),                      \
      "colours; auto: on a terminal, unless NO_COLOR is set")                                                          \
    X(QUIET, 'q', "quiet", NULL, FLAG, NULL, NULL, AC_ON_WORK | AC_ON(CLIENT),                                         \
      "no progress and no advice; errors are still named")                                                             \
    X(URL, 'u', "url", "URL", TEXT, NULL, NULL, AC_ON_REMOTE,                                                          \
      "the server: http://HOST:PORT, https://HOST:PORT or unix:/PATH; otherwise $ACESO_URL or http://127.0.0.1:8080")  \
    X(KEY_FILE, 'k', "key-file", "FILE", PATH, NULL, NULL, AC_ON_REMOTE, "file with the key; otherwise $ACESO_KEY")    \
    X(CA, 0, "ca", "FILE", PATH, NULL, NULL, AC_ON_REMOTE,                                                             \
      "certificates to trust instead of the system's, PEM: for a server whose certificate signs itself, that one")     \
    X(UNENCRYPTED, 0, "unencrypted", NULL, FLAG, NULL, NULL, AC_ON_REMOTE,                                             \
      "allow http:// to another machine: key and documents can be read on their way")                                  \
    X(PATIENCE, 0, "patience", "SECONDS", NUMBER, "60", NULL, AC_ON_REMOTE,                                            \
      "how long to go on trying while the server is busy or does not answer")                                          \
    X(WAIT, 'w', "wait", NULL, FLAG, NULL, NULL, AC_ON(CLIENT),                                                        \
      "submit: wait until the jobs have ended, and print how")                                                         \
    X(CLIENT_FORMAT, 'f', "format", "FORMAT", CHOICE, NULL, "text|json|fhir", AC_ON(CLIENT),                           \
      "of results: the de-identified text, JSON (aceso/result/1), a FHIR bundle; otherwise json. Of ids, events and "  \
      "states: json "                                                                                                  \
      "is one object a line; otherwise text")                                                                          \
    X(CLIENT_PATIENT, 0, "patient", "REF", TEXT, NULL, NULL, AC_ON(CLIENT),                                            \
      "submit: whose documents these are, in your own words, as a record number; the patient is added when new")       \
    X(PRIORITY, 0, "priority", "N", NUMBER, "4", NULL, AC_ON(CLIENT), "submit: from 0 to 9, larger goes first")        \
    X(AGAIN, 0, "again", NULL, FLAG, NULL, NULL, AC_ON(CLIENT),                                                        \
      "submit: make new jobs for what was submitted before, too")                                                      \
    X(INTERVAL, 'i', "interval", "SECONDS", NUMBER, "2", NULL, AC_ON(ADMIN), "time from one picture to the next")      \
    X(ONCE, '1', "once", NULL, FLAG, NULL, NULL, AC_ON(ADMIN), "print one picture and end")                            \
    X(EVAL_ALL, 'a', "all", "DIR", PATH, NULL, NULL, AC_ON(EVAL), "every corpus that is found below this folder")      \
    X(EVAL_FORMAT, 'f', "format", "FORMAT", TEXT, "auto", NULL, AC_ON(EVAL), "format of the corpus")                   \
    X(EVAL_ERRORS, 'e', "errors", "N", NUMBER, "0", NULL, AC_ON(EVAL),                                                 \
      "of each kind of error show the N most frequent")                                                                \
    X(BENCH_JOBS, 'j', "jobs", "N", NUMBER, "1", NULL, AC_ON(BENCH), "threads")                                        \
    X(SECONDS, 's', "seconds", "N", NUMBER, "4", NULL, AC_ON(BENCH), "how long to measure")                            \
    X(VOCAB, 0, "vocab", "NAMES", TEXT, "active", NULL, AC_ON_WORK | AC_ON(BENCH),                                     \
      "vocabularies to look terms up in, separated by commas: NAME or NAME@EDITION, none, or active: those that "      \
      "aceso "                                                                                                         \
      "vocab use has chosen")                                                                                          \
    X(DATA, 0, "data", "DIR", PATH, NULL, NULL, AC_ON_WORK | AC_ON(VOCAB) | AC_ON(BENCH) | AC_ON(AUDIT) | AC_ON(KEYS), \
      "folder of the server's data and of the vocabularies, otherwise $ACESO_HOME, $XDG_DATA_HOME/aceso or "           \
      "~/.local/share/aceso")                                                                                          \
    X(VOCAB_NAME, 0, "name", "NAME", TEXT, NULL, NULL, AC_ON(VOCAB), "how the imported vocabulary is called")          \
    X(EDITION, 0, "edition", "EDITION", TEXT, NULL, NULL, AC_ON(VOCAB),                                                \
      "its edition, as 2026AA; otherwise read from the name of the file")                                              \
    X(VOCAB_LANG, 'l', "lang", "LANG", CHOICE, "any", "any|en|es", AC_ON(VOCAB),                                       \
      "language of the terms of a list that does not say")                                                             \
    X(VOCAB_KIND, 0, "kind", "KIND", CHOICE, "none", "none|problem|symptom|medication|lab|vital|procedure|device",     \
      AC_ON(VOCAB), "what the terms of a list are that does not say; none: they are left out")                         \
    X(PLURALS, 0, "plurals", "WHEN", CHOICE, "always", "always|never", AC_ON(VOCAB),                                   \
      "look for the plurals of problems, symptoms, procedures and devices, too; the file is up to twice as large")     \
    X(VOCAB_QUIET, 'q', "quiet", NULL, FLAG, NULL, NULL, AC_ON(VOCAB), "no progress")                                  \
    X(JSON, 0, "json", NULL, FLAG, NULL, NULL, AC_ON(BENCH) | AC_ON(EVAL), "write JSON")                               \
    X(MAN, 0, "man", "COMMAND", TEXT, NULL, NULL, AC_ON(NONE),                                                         \
      "print the man page of a command, or of aceso, as roff")                                                         \
    X(COMPLETION, 0, "completion", "SHELL", CHOICE, NULL, "bash|zsh", AC_ON(NONE), "print the completion of a shell")  \
    X(VERSION, 'V', "version", NULL, FLAG, NULL, NULL, AC_ON(NONE), "print the version")                               \
    X(HELP, 'h', "help", NULL, FLAG, NULL, NULL, AC_ON_ALL, "print this help")

#endif
