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

#define W(s) { s, sizeof(s) - 1 }

/* Words of both languages ("no", "hospital") say nothing and are left out. Sorted by bytes. */
static const ac_sv english[] = {
    W("about"), W("account"), W("address"), W("admission"), W("admitted"), W("after"), W("all"), W("allergies"),
    W("allergy"), W("also"), W("am"), W("an"), W("and"), W("any"), W("apt"), W("are"), W("as"), W("at"),
    W("back"), W("be"), W("been"), W("before"), W("being"), W("between"), W("bid"), W("birth"), W("blood"),
    W("born"), W("both"), W("box"), W("breath"), W("but"), W("by"), W("c/o"), W("call"), W("called"), W("can"),
    W("card"), W("chest"), W("city"), W("code"), W("company"), W("cough"), W("could"), W("credit"), W("daily"),
    W("daughter"), W("day"), W("days"), W("denies"), W("did"), W("discharge"), W("do"), W("dob"), W("does"),
    W("doing"), W("don't"), W("dose"), W("drug"), W("due"), W("during"), W("email"), W("every"), W("exam"),
    W("examination"), W("examined"), W("ext"), W("family"), W("father"), W("fax"), W("female"), W("fever"),
    W("few"), W("find"), W("follow"), W("for"), W("found"), W("from"), W("get"), W("had"), W("has"), W("have"),
    W("he"), W("he's"), W("headache"), W("hello"), W("her"), W("hi"), W("his"), W("history"), W("how"),
    W("husband"), W("i'm"), W("i've"), W("if"), W("in"), W("increased"), W("injury"), W("into"), W("is"),
    W("it"), W("it's"), W("its"), W("job"), W("known"), W("last"), W("left"), W("level"), W("like"),
    W("likely"), W("live"), W("lives"), W("mailing"), W("male"), W("man"), W("medications"), W("mild"),
    W("mobile"), W("morbid"), W("more"), W("most"), W("mother"), W("mr"), W("mrs"), W("ms"), W("my"), W("name"),
    W("names"), W("nausea"), W("need"), W("negative"), W("not"), W("noted"), W("number"),
    W("obesity"), W("of"), W("office"), W("old"), W("on"), W("one"), W("open"), W("or"), W("other"), W("our"),
    W("out"), W("over"), W("pain"), W("past"), W("patient"), W("patients"), W("people"), W("performed"),
    W("phone"), W("plan"), W("please"), W("positive"), W("present"), W("presents"), W("prior"), W("pt"),
    W("record"), W("report"), W("reports"), W("results"), W("review"), W("right"), W("risk"), W("road"),
    W("seen"), W("sent"), W("severe"), W("she"), W("should"), W("showed"), W("showing"), W("shows"), W("since"),
    W("some"), W("sometimes"), W("ssn"), W("stable"), W("started"), W("state"), W("states"), W("street"),
    W("suite"), W("tablet"), W("tablets"), W("take"), W("taking"), W("than"), W("thank"), W("thanks"),
    W("that"), W("the"), W("their"), W("them"), W("then"), W("there"), W("these"), W("they"), W("this"),
    W("three"), W("times"), W("to"), W("today"), W("town"), W("treated"), W("treatment"), W("two"), W("type"),
    W("up"), W("upper"), W("us"), W("vomiting"), W("was"), W("we"), W("website"), W("week"), W("weeks"),
    W("well"), W("were"), W("what"), W("when"), W("which"), W("while"), W("who"), W("wife"), W("will"),
    W("with"), W("without"), W("woman"), W("work"), W("works"), W("would"), W("year"), W("year-old"),
    W("years"), W("you"), W("your"), W("zip"),
};
static const ac_sv spanish[] = {
    W("acude"), W("afebril"), W("ahora"), W("al"), W("alergia"), W("alergias"), W("algo"), W("ambas"),
    W("ambos"), W("ambulante"), W("ante"), W("antecedente"), W("antecedentes"), W("aparece"), W("apartado"),
    W("apellidos"), W("aproximadamente"), W("así"), W("aunque"), W("avenida"), W("año"), W("años"), W("bajo"),
    W("bien"), W("buen"), W("buena"), W("buenos"), W("cabeza"), W("cada"), W("calle"), W("casa"), W("casi"),
    W("caso"), W("ceguera"), W("cirugía"), W("cita"), W("clara"), W("claras"), W("claro"), W("claros"),
    W("clínica"), W("clínico"), W("come"), W("comer"), W("como"), W("comprimido"), W("comprimidos"), W("con"),
    W("consulta"), W("corazón"), W("correo"), W("crónica"), W("crónico"), W("cuadro"), W("cual"), W("cuando"),
    W("cuerpo"), W("cuál"), W("cuántos"), W("código"), W("cómo"), W("de"), W("debido"), W("del"), W("derecha"),
    W("derechas"), W("derecho"), W("derechos"), W("desde"), W("desea"), W("después"), W("diagnóstico"),
    W("dirección"), W("doctora"), W("dolor"), W("domicilio"), W("donde"), W("dos"), W("durante"), W("día"),
    W("días"), W("dónde"), W("edad"), W("el"), W("ella"), W("en"), W("enfermedad"), W("entre"), W("episodio"),
    W("es"), W("esta"), W("este"), W("estudio"), W("está"), W("evolución"), W("exploración"), W("familiar"),
    W("familiares"), W("fecha"), W("fevi"), W("fiebre"), W("fue"), W("fueron"), W("fumador"), W("gracias"),
    W("ha"), W("habitual"), W("habituales"), W("habla"), W("hablar"), W("había"), W("hace"), W("hacia"),
    W("han"), W("hasta"), W("hay"), W("hija"), W("hijo"), W("hipertensión"), W("historia"), W("hola"),
    W("hombre"), W("horas"), W("hoy"), W("hta"), W("hábitos"), W("ingresa"), W("ingreso"), W("izda"), W("izdo"),
    W("izq"), W("izquierda"), W("izquierdo"), W("la"), W("las"), W("le"), W("leche"), W("les"), W("lesiones"),
    W("lesión"), W("leve"), W("leves"), W("ligera"), W("ligero"), W("lo"), W("los"), W("luego"), W("madre"),
    W("mano"), W("manos"), W("mantiene"), W("marcha"), W("mejor"), W("mejoría"), W("menos"), W("mes"),
    W("meses"), W("mi"), W("miembro"), W("miembros"), W("misma"), W("mismo"), W("mostró"), W("muestra"),
    W("mujer"), W("muy"), W("más"), W("médico"), W("nada"), W("necesita"), W("negativa"), W("negativas"),
    W("negativo"), W("negativos"), W("ni"), W("niega"), W("niegan"), W("ninguna"), W("ningún"), W("niña"),
    W("niño"), W("nombre"), W("nos"), W("o"), W("ojo"), W("ojos"), W("otra"), W("otras"), W("otro"), W("otros"),
    W("paciente"), W("pacientes"), W("padre"), W("para"), W("parches"), W("pauta"), W("pecho"), W("pero"),
    W("persona"), W("pie"), W("piel"), W("pierna"), W("piernas"), W("por"), W("porque"), W("presenta"),
    W("presentaba"), W("presión"), W("previa"), W("previo"), W("primera"), W("primero"), W("prueba"),
    W("pulmonar"), W("que"), W("quirúrgica"), W("quirúrgico"), W("qué"), W("realiza"), W("realizó"),
    W("reciente"), W("refiere"), W("reposo"), W("resto"), W("revisión"), W("rodilla"), W("sala"), W("sangre"),
    W("se"), W("segundo"), W("según"), W("semana"), W("semanas"), W("ser"), W("señor"), W("señora"), W("si"),
    W("sido"), W("siendo"), W("siguiente"), W("sin"), W("sobre"), W("su"), W("sus"), W("sí"), W("síntomas"),
    W("también"), W("tanto"), W("tener"), W("tengo"), W("tensión"), W("tiene"), W("tipo"), W("toda"),
    W("todas"), W("todo"), W("todos"), W("tolera"), W("toma"), W("tomar"), W("tos"), W("tras"),
    W("tratamiento"), W("tres"), W("tuvo"), W("tóxicos"), W("un"), W("una"), W("uno"), W("urgencia"),
    W("urgencias"), W("urgente"), W("usted"), W("varón"), W("veces"), W("vez"), W("visión"), W("vive"),
    W("vía"), W("y"), W("ya"),
};
static const ac_sv english_endings[] = { W("tion"), W("tions"), W("ing"), W("ness"), W("ally"), W("ful"), W("ght"),
                                         W("ity"), W("ous"), W("ck"), W("sh"), W("th"), W("ly") };
static const ac_sv spanish_endings[] = {
    W("cion"), W("ciones"), W("ión"), W("dad"), W("miento"), W("mente"), W("ado"), W("ada"), W("ados"), W("adas"), W("ía"),
    W("ico"), W("ica"), W("icos"), W("icas"), W("osa"), W("oso"), W("osos"), W("osas"), W("ivo"), W("iva"), W("ivos"), W("ivas"),
    W("encia"), W("ancia"), W("illo"), W("illa"), W("idos"), W("idas"), W("patia"), W("grafia"), W("ares"), W("arios"), W("pino"),
};

/* Where the words of each first letter begin in a sorted list. */
typedef struct {
    uint16_t first[27];
} letter_index;

static letter_index index_of(const ac_sv *words, size_t n)
{
    letter_index x = { { 0 } };
    for (size_t i = 0, c = 0; c < 27; c++) {
        while (i < n && (unsigned char)words[i].p[0] < 'a' + c)
            i++;
        x.first[c] = (uint16_t)i;
    }
    return x;
}

static bool is_listed(const ac_sv *words, const letter_index *x, ac_sv word)
{
    if (!ac_is_lower(word.p[0]))
        return false;
    size_t lo = x->first[word.p[0] - 'a'], hi = x->first[word.p[0] - 'a' + 1];
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int c = ac_sv_cmp(words[mid], word);
        if (c == 0)
            return true;
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return false;
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
    letter_index en, es;
    int points[2]; /* English, Spanish */
} evidence;

static void judge_word(evidence *e, ac_sv word)
{
    if (is_listed(english, &e->en, word))
        e->points[AC_LANG_EN] += WORD_POINTS;
    else if (is_listed(spanish, &e->es, word))
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
    evidence e = { index_of(english, COUNT(english)), index_of(spanish, COUNT(spanish)), { 0, 0 } };
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
