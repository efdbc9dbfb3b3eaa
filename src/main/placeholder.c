typedef int ac_placeholder;
