#include "main/cli.h"

int main(int argc, char **argv) { return ac_main(argc, argv); }
