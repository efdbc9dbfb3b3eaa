#include "eval/eval.h"

static double ratio(uint64_t part, uint64_t whole) { return whole ? (double)part / (double)whole : 0; }

double ac_precision(ac_count c) { return ratio(c.tp, c.tp + c.fp); }

double ac_recall(ac_count c) { return ratio(c.tp, c.tp + c.fn); }

double ac_f_beta(ac_count c, double beta)
{
    double p = ac_precision(c), r = ac_recall(c), b = beta * beta;
    return p + r > 0 ? (1 + b) * p * r / (b * p + r) : 0;
}
