#include "nlp/text/language.h"

#include <string.h>

enum {
    READ_MAX = 64 * 1024,
    SURE = 160,          /* lead in points after which the rest of the text cannot change our mind */
    WORD_POINTS = 4,     /* a function word or a frequent clinical one */
    LETTER_POINTS = 3,   /* a letter that English does not use */
    ENDING_POINTS = 1,
    SMOOTHING = 4,
    WORD_MAX = 24,
};

/* A word of a list, zeros behind it: four in a cache line, and two numbers to compare. */
typedef char listed[16];

/* Words of both languages ("no", "hospital") say nothing and are left out. Sorted by bytes. */
static const listed english[] = {
    "about", "account", "address", "admission", "admitted", "after", "all", "allergies", "allergy", "also", "am",
    "an", "and", "any", "apt", "are", "as", "at", "back", "be", "been", "before", "being", "between", "bid", "birth",
    "blood", "born", "both", "box", "breath", "but", "by", "c/o", "call", "called", "can", "card", "chest", "city",
    "code", "company", "cough", "could", "credit", "daily", "daughter", "day", "days", "denies", "did", "discharge",
    "do", "dob", "does", "doing", "don't", "dose", "drug", "due", "during", "email", "every", "exam", "examination",
    "examined", "ext", "family", "father", "fax", "female", "fever", "few", "find", "follow", "for", "found", "from",
    "get", "had", "has", "have", "he", "he's", "headache", "hello", "her", "hi", "his", "history", "how", "husband",
    "i'm", "i've", "if", "in", "increased", "injury", "into", "is", "it", "it's", "its", "job", "known", "last",
    "left", "level", "like", "likely", "live", "lives", "mailing", "male", "man", "medications", "mild", "mobile",
    "morbid", "more", "most", "mother", "mr", "mrs", "ms", "my", "name", "names", "nausea", "need", "negative", "not",
    "noted", "number", "obesity", "of", "office", "old", "on", "one", "open", "or", "other", "our", "out", "over",
    "pain", "past", "patient", "patients", "people", "performed", "phone", "plan", "please", "positive", "present",
    "presents", "prior", "pt", "record", "report", "reports", "results", "review", "right", "risk", "road", "seen",
    "sent", "severe", "she", "should", "showed", "showing", "shows", "since", "some", "sometimes", "ssn", "stable",
    "started", "state", "states", "street", "suite", "tablet", "tablets", "take", "taking", "than", "thank", "thanks",
    "that", "the", "their", "them", "then", "there", "these", "they", "this", "three", "times", "to", "today", "town",
    "treated", "treatment", "two", "type", "up", "upper", "us", "vomiting", "was", "we", "website", "week", "weeks",
    "well", "were", "what", "when", "which", "while", "who", "wife", "will", "with", "without", "woman", "work",
    "works", "would", "year", "year-old", "years", "you", "your", "zip",
};
static const listed spanish[] = {
    "acude", "afebril", "ahora", "al", "alergia", "alergias", "algo", "ambas", "ambos", "ambulante", "ante",
    "antecedente", "antecedentes", "aparece", "apartado", "apellidos", "aproximadamente", "así", "aunque", "avenida",
    "año", "años", "bajo", "bien", "buen", "buena", "buenos", "cabeza", "cada", "calle", "casa", "casi", "caso",
    "ceguera", "cirugía", "cita", "clara", "claras", "claro", "claros", "clínica", "clínico", "come", "comer", "como",
    "comprimido", "comprimidos", "con", "consulta", "corazón", "correo", "crónica", "crónico", "cuadro", "cual",
    "cuando", "cuerpo", "cuál", "cuántos", "código", "cómo", "de", "debido", "del", "derecha", "derechas", "derecho",
    "derechos", "desde", "desea", "después", "diagnóstico", "dirección", "doctora", "dolor", "domicilio", "donde",
    "dos", "durante", "día", "días", "dónde", "edad", "el", "ella", "en", "enfermedad", "entre", "episodio", "es",
    "esta", "este", "estudio", "está", "evolución", "exploración", "familiar", "familiares", "fecha", "fevi",
    "fiebre", "fue", "fueron", "fumador", "gracias", "ha", "habitual", "habituales", "habla", "hablar", "había",
    "hace", "hacia", "han", "hasta", "hay", "hija", "hijo", "hipertensión", "historia", "hola", "hombre", "horas",
    "hoy", "hta", "hábitos", "ingresa", "ingreso", "izda", "izdo", "izq", "izquierda", "izquierdo", "la", "las", "le",
    "leche", "les", "lesiones", "lesión", "leve", "leves", "ligera", "ligero", "lo", "los", "luego", "madre", "mano",
    "manos", "mantiene", "marcha", "mejor", "mejoría", "menos", "mes", "meses", "mi", "miembro", "miembros", "misma",
    "mismo", "mostró", "muestra", "mujer", "muy", "más", "médico", "nada", "necesita", "negativa", "negativas",
    "negativo", "negativos", "ni", "niega", "niegan", "ninguna", "ningún", "niña", "niño", "nombre", "nos", "o",
    "ojo", "ojos", "otra", "otras", "otro", "otros", "paciente", "pacientes", "padre", "para", "parches", "pauta",
    "pecho", "pero", "persona", "pie", "piel", "pierna", "piernas", "por", "porque", "presenta", "presentaba",
    "presión", "previa", "previo", "primera", "primero", "prueba", "pulmonar", "que", "quirúrgica", "quirúrgico",
    "qué", "realiza", "realizó", "reciente", "refiere", "reposo", "resto", "revisión", "rodilla", "sala", "sangre",
    "se", "segundo", "según", "semana", "semanas", "ser", "señor", "señora", "si", "sido", "siendo", "siguiente",
    "sin", "sobre", "su", "sus", "sí", "síntomas", "también", "tanto", "tener", "tengo", "tensión", "tiene", "tipo",
    "toda", "todas", "todo", "todos", "tolera", "toma", "tomar", "tos", "tras", "tratamiento", "tres", "tuvo",
    "tóxicos", "un", "una", "uno", "urgencia", "urgencias", "urgente", "usted", "varón", "veces", "vez", "visión",
    "vive", "vía", "y", "ya",
};
#define W(s) { s, sizeof(s) - 1 }
static const ac_sv english_endings[] = { W("tion"), W("tions"), W("ing"), W("ness"), W("ally"), W("ful"), W("ght"),
                                         W("ity"), W("ous"), W("ck"), W("sh"), W("th"), W("ly") };
static const ac_sv spanish_endings[] = {
    W("cion"), W("ciones"), W("ión"), W("dad"), W("miento"), W("mente"), W("ado"), W("ada"), W("ados"), W("adas"), W("ía"),
    W("ico"), W("ica"), W("icos"), W("icas"), W("osa"), W("oso"), W("osos"), W("osas"), W("ivo"), W("iva"), W("ivos"), W("ivas"),
    W("encia"), W("ancia"), W("illo"), W("illa"), W("idos"), W("idas"), W("patia"), W("grafia"), W("ares"), W("arios"), W("pino"),
};

/* Eight bytes as a number, the first the highest: numbers in the order of the bytes. */
static uint64_t eight_at(const char *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return __builtin_bswap64(v);
}

/* A search whose steps nobody can foresee, so without a branch in them: the last row that is not behind the word. */
static bool is_listed(const listed *words, size_t n, const listed word)
{
    const uint64_t head = eight_at(word), rest = eight_at(word + 8);
    const listed *row = words;
    for (size_t left = n; left > 1;) {
        const size_t half = left / 2;
        const uint64_t middle = eight_at(row[half]);
        const bool before = (middle < head) | ((middle == head) & (eight_at(row[half] + 8) <= rest));
        row += before ? half : 0;
        left -= half;
    }
    return eight_at(*row) == head && eight_at(*row + 8) == rest;
}

static bool has_ending(const ac_sv *endings, size_t n, ac_sv word)
{
    char last = word.p[word.n - 1];
    for (size_t i = 0; i < n; i++)
        if (endings[i].p[endings[i].n - 1] == last && word.n > endings[i].n + 2 && ac_sv_ends(word, endings[i]))
            return true;
    return false;
}

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

typedef struct {
    int points[2]; /* English, Spanish */
} evidence;

static void judge_word(evidence *e, ac_sv word)
{
    listed short_word = { 0 };
    if (word.n < sizeof short_word)
        memcpy(short_word, word.p, word.n);
    if (is_listed(english, COUNT(english), short_word))
        e->points[AC_LANG_EN] += WORD_POINTS;
    else if (is_listed(spanish, COUNT(spanish), short_word))
        e->points[AC_LANG_ES] += WORD_POINTS;
    else if (has_ending(spanish_endings, COUNT(spanish_endings), word))
        e->points[AC_LANG_ES] += ENDING_POINTS;
    else if (has_ending(english_endings, COUNT(english_endings), word))
        e->points[AC_LANG_EN] += ENDING_POINTS;
}

/* Lower case in UTF-8 for ASCII and the Latin-1 letters, which is what the lists need. */
static char lower_byte(char c, char before)
{
    unsigned char u = (unsigned char)c;
    return before == '\xC3' && u >= 0x80 && u <= 0x9E && u != 0x97 ? (char)(u + 0x20) : ac_lower(c);
}

static bool is_word_byte(char c, bool inside)
{
    return ac_is_alpha(c) || (unsigned char)c >= 0x80 || (inside && (c == '\'' || c == '/'));
}

/* A letter with an acute accent or tilde, or an inverted mark, in UTF-8. */
static bool is_spanish_letter(char lead, char c)
{
    static const char accented[] = "\xA1\xA9\xAD\xB1\xB3\xBA\x81\x89\x8D\x91\x93\x9A";
    if (lead == '\xC2')
        return c == '\xBF' || c == '\xA1';
    return lead == '\xC3' && memchr(accented, c, sizeof accented - 1);
}

static bool is_capital_at(ac_sv s, size_t i)
{
    return i < s.n && (ac_is_upper(s.p[i]) || (s.p[i] == '\xC3' && i + 1 < s.n && lower_byte(s.p[i + 1], '\xC3') != s.p[i + 1]));
}

/* A capital and then a small letter: "Csanád" is a name in any language. */
static bool is_name(ac_sv text, size_t begin, size_t end)
{
    size_t second = begin + (text.p[begin] == '\xC3' ? 2 : 1);
    return second < end && is_capital_at(text, begin) && !is_capital_at(text, second);
}

/* One word from i on; returns where it ends. */
static size_t read_word(evidence *e, ac_sv text, size_t i)
{
    char word[WORD_MAX];
    size_t n = 0, begin = i;
    bool foreign = false;
    for (char before = 0; i < text.n && is_word_byte(text.p[i], n > 0); before = text.p[i], i++) {
        foreign |= is_spanish_letter(before, text.p[i]);
        if (n < WORD_MAX)
            word[n++] = lower_byte(text.p[i], before);
    }
    if (foreign && !is_name(text, begin, i))
        e->points[AC_LANG_ES] += LETTER_POINTS;
    while (n && (word[n - 1] == '/' || word[n - 1] == '\''))
        n--;
    if (n)
        judge_word(e, (ac_sv) { word, n });
    return i;
}

ac_lang ac_detect_language(ac_sv text, double *confidence)
{
    evidence e = { { 0, 0 } };
    text = ac_sv_sub(text, 0, READ_MAX);
    for (size_t i = 0; i < text.n;) {
        int lead = e.points[AC_LANG_ES] - e.points[AC_LANG_EN];
        if (lead > SURE || lead < -SURE)
            break;
        i = is_word_byte(text.p[i], false) ? read_word(&e, text, i) : i + 1;
    }
    int en = e.points[AC_LANG_EN], es = e.points[AC_LANG_ES];
    if (confidence)
        *confidence = (double)(en > es ? en - es : es - en) / (en + es + (en == es ? 1 : SMOOTHING));
    return es > en ? AC_LANG_ES : AC_LANG_EN;
}
