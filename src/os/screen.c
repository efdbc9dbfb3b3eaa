#include "os/screen.h"

#include "os/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { COLUMNS = 80, ROWS = 24 };

/* What a signal handler has to know to give the terminal back. */
static struct termios before, ours;
static volatile sig_atomic_t shown, resized;

static const char ENTER[] = "\033[?1049h\033[?25l\033[H\033[2J", LEAVE[] = "\033[?25h\033[?1049l";

static const int deadly[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS };

void ac_terminal_size(int fd, unsigned *columns, unsigned *rows)
{
    struct winsize w;
    const bool known = ioctl(fd, TIOCGWINSZ, &w) == 0;
    *columns = known && w.ws_col ? w.ws_col : COLUMNS;
    *rows = known && w.ws_row ? w.ws_row : ROWS;
}

/* Both are all right in a signal handler. */
static void enter(void)
{
    shown = 1;
    (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &ours);
    (void)!write(STDOUT_FILENO, ENTER, sizeof ENTER - 1);
}

static void leave(void)
{
    if (!shown)
        return;
    shown = 0;
    (void)!write(STDOUT_FILENO, LEAVE, sizeof LEAVE - 1);
    (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
}

static void on_resize(int number)
{
    (void)number;
    resized = 1;
}

/* The action is the system's own again by now. */
static void on_deadly(int number)
{
    leave();
    (void)raise(number);
}

static void on_stop(int number)
{
    const int kept = errno;
    (void)number;
    leave();
    (void)raise(SIGSTOP); /* and comes back here when it goes on */
    enter();
    resized = 1;
    errno = kept;
}

static void set(int number, void (*handler)(int), int flags)
{
    struct sigaction a;
    memset(&a, 0, sizeof a);
    a.sa_handler = handler;
    a.sa_flags = flags;
    (void)sigaction(number, &a, NULL);
}

static void handle(void)
{
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        set(deadly[i], on_deadly, (int)(SA_RESETHAND | SA_NODEFER));
    set(SIGTSTP, on_stop, 0);
    set(SIGWINCH, on_resize, 0);
}

ac_rc ac_screen_begin(ac_err *err)
{
    const char *term = getenv("TERM");
    if (!ac_is_terminal(STDIN_FILENO) || !ac_is_terminal(STDOUT_FILENO) || !term || strcmp(term, "dumb") == 0 ||
        tcgetattr(STDIN_FILENO, &before) != 0)
        return ac_fail(err, AC_EINPUT, "no terminal");
    ours = before;
    ours.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    ours.c_cc[VMIN] = 0;
    ours.c_cc[VTIME] = 0;
    handle();
    enter();
    return AC_OK;
}

void ac_screen_end(void)
{
    leave();
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        set(deadly[i], SIG_DFL, 0);
    set(SIGTSTP, SIG_DFL, 0);
    set(SIGWINCH, SIG_DFL, 0);
}

int ac_screen_key(int64_t ms)
{
    struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
    unsigned char c;
    const int n = resized ? -1 : poll(&in, 1, ms < 0 ? 0 : (int)ms);
    if (resized) {
        resized = 0;
        return AC_KEY_RESIZED;
    }
    if (n <= 0)
        return AC_KEY_NONE;
    if (in.revents & POLLIN)
        return read(STDIN_FILENO, &c, 1) == 1 ? c : AC_KEY_CLOSED;
    return AC_KEY_CLOSED;
}
