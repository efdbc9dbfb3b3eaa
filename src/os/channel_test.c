#include "os/channel.h"

#include "kit/test.h"

#include <unistd.h>

AC_TEST(channel, packets_stay_apart_and_files_travel)
{
    int ends[2] = { -1, -1 }, files[AC_CHANNEL_FILES_MAX] = { -1, -1 }, pipe_ends[2] = { -1, -1 };
    char packet[16] = { 0 };
    size_t n = 9;
    CHECK(ac_channel_pair(ends, NULL) == AC_OK && pipe(pipe_ends) == 0);
    CHECK(ac_channel_send(ends[0], AC_SV("one"), &pipe_ends[1], 1, NULL) == AC_OK);
    CHECK(ac_channel_send(ends[0], AC_SV("two"), NULL, 0, NULL) == AC_OK);
    CHECK(ac_channel_receive(ends[1], 1000, packet, sizeof packet, &n, files, NULL) == AC_OK);
    CHECK(ac_sv_eq((ac_sv) { packet, n }, AC_SV("one")) && files[0] >= 0 && files[1] == -1);
    CHECK(write(files[0], "x", 1) == 1 && read(pipe_ends[0], packet, 1) == 1);
    ac_channel_close(&files[0]);
    CHECK(ac_channel_receive(ends[1], -1, packet, sizeof packet, &n, NULL, NULL) == AC_OK && n == 3);
    CHECK(ac_channel_receive(ends[1], 10, packet, sizeof packet, &n, NULL, NULL) == AC_EBUSY);
    CHECK(ac_channel_put(&ends[0], AC_SV("four")));
    CHECK(ac_channel_receive(ends[1], -1, packet, sizeof packet, &n, NULL, NULL) == AC_OK && n == 4);
    CHECK(ac_channel_send(ends[0], AC_SV("longer than the room"), NULL, 0, NULL) == AC_OK);
    CHECK(ac_channel_receive(ends[1], -1, packet, 5, &n, NULL, NULL) == AC_EINPUT);
    ac_channel_close(&ends[0]);
    CHECK(ac_channel_receive(ends[1], -1, packet, sizeof packet, &n, NULL, NULL) == AC_OK && n == 0);
    CHECK(ac_channel_send(ends[1], AC_SV("x"), NULL, 0, NULL) == AC_EIO && !ac_channel_put(&ends[1], AC_SV("x")));
    CHECK(!ac_channel_is_none(ends[1]) && ac_channel_is_none(pipe_ends[0]));
    ac_channel_close(&ends[1]);
    CHECK(ends[1] == -1);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}

AC_TEST(channel, many_packets_travel_in_one)
{
    static ac_channel_batch batch;
    static char packet[AC_CHANNEL_PACKET_MAX], large[AC_CHANNEL_PACKET_MAX / 2];
    int ends[2] = { -1, -1 };
    size_t n = 0;
    CHECK(ac_channel_pair(ends, NULL) == AC_OK);
    ac_channel_batch_init(&batch, ends[0], '#');
    CHECK(ac_channel_batch_send(&batch)); /* of nothing: nothing comes */
    CHECK(ac_channel_receive(ends[1], 10, packet, sizeof packet, &n, NULL, NULL) == AC_EBUSY);
    CHECK(ac_channel_batch_put(&batch, AC_SV("one")) && ac_channel_batch_put(&batch, AC_SV("")) && ac_channel_batch_send(&batch));
    const char want[] = "#\3\0\0\0one\0\0\0\0";
    size_t got = 0;
    while (got < sizeof want - 1 && ac_channel_receive(ends[1], 1000, packet + got, sizeof packet - got, &n, NULL, NULL) == AC_OK && n) {
        const size_t again = got > 0; /* a slow machine may have sent them apart */
        memmove(packet + got, packet + got + again, n - again);
        got += n - again;
    }
    CHECK(ac_sv_eq((ac_sv) { packet, got }, (ac_sv) { want, sizeof want - 1 }));
    CHECK(ac_channel_batch_put(&batch, (ac_sv) { large, sizeof large }) && ac_channel_batch_put(&batch, (ac_sv) { large, sizeof large }));
    CHECK(ac_channel_receive(ends[1], 1000, packet, sizeof packet, &n, NULL, NULL) == AC_OK && n == sizeof large + 5 && packet[0] == '#');
    CHECK(!ac_channel_batch_put(&batch, (ac_sv) { packet, sizeof large + 1 }));
    ac_channel_close(&ends[1]);
    CHECK(ac_channel_batch_put(&batch, AC_SV("x")) + ac_channel_batch_send(&batch) < 2);
    ac_channel_close(&ends[0]);
}
