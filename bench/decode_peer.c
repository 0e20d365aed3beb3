// What a C program would write to take the fields of samples out of a buffer of records: the baseline of the decoder. Of one event it knows the layout when
// it is compiled: IP, TID, TIME, CPU, PERIOD and, where asked, CALLCHAIN. Of several it looks each sample's up by its IDENTIFIER. It checks that records lie
// within the buffer.
#include <linux/perf_event.h>
#include <string.h>

struct sample {
    struct perf_event_header header;
    __u64 ip;
    __u32 pid, tid;
    __u64 time;
    __u32 cpu, reserved;
    __u64 period;
    __u64 frames;
    __u64 callchain[];
};

// The sum over all fields of all samples; -1 where a record is damaged.
__u64 peer_decode(const char *records, long size, int has_callchain)
{
    __u64 sum = 0;
    while (size >= (long)sizeof(struct perf_event_header)) {
        const struct perf_event_header *header = (const void *)records;
        if (header->size < sizeof *header || header->size > size)
            return -1;
        if (header->type == PERF_RECORD_SAMPLE) {
            const struct sample *sample = (const void *)records;
            const char *end = records + header->size;
            if ((const char *)&sample->frames > end)
                return -1;
            sum += sample->ip + sample->pid + sample->tid + sample->time + sample->cpu + sample->period;
            if (has_callchain) {
                if ((const char *)sample->callchain > end || sample->frames > (end - (const char *)sample->callchain) / sizeof(__u64))
                    return -1;
                for (__u64 i = 0; i < sample->frames; i++)
                    sum += sample->callchain[i];
            }
        }
        records += header->size;
        size -= header->size;
    }
    return sum;
}

// Where the fields of an event's samples lie, in words from the header's end; 0 for none.
struct layout {
    __u64 id;
    int ip, tid, time, addr, cpu, period, frames;
};

#define LAYOUTS 16

static struct layout layouts[LAYOUTS];

static struct layout *place(__u64 id)
{
    unsigned at = (id * 0x9E3779B97F4A7C15ull) >> 60;
    while (layouts[at].id && layouts[at].id != id)
        at = (at + 1) % LAYOUTS;
    return &layouts[at];
}

// An event with IDENTIFIER, IP, TID, TIME, CPU, PERIOD, ADDR and CALLCHAIN where asked.
void peer_add_event(__u64 id, int has_addr, int has_callchain)
{
    int word = 1;
    struct layout *layout = place(id);
    layout->id = id;
    layout->ip = word++;
    layout->tid = word++;
    layout->time = word++;
    layout->addr = has_addr ? word++ : 0;
    layout->cpu = word++;
    layout->period = word++;
    layout->frames = has_callchain ? word : 0;
}

// The sum over all fields of all samples; -1 where a record is damaged.
__u64 peer_decode_by_id(const char *records, long size)
{
    __u64 sum = 0;
    while (size >= (long)sizeof(struct perf_event_header)) {
        const struct perf_event_header *header = (const void *)records;
        if (header->size < sizeof *header || header->size > size)
            return -1;
        if (header->type == PERF_RECORD_SAMPLE) {
            const __u64 *words = (const void *)(header + 1);
            long count = (header->size - sizeof *header) / sizeof(__u64);
            const struct layout *layout;
            if (count < 1 || !(layout = place(words[0]))->id || layout->period >= count)
                return -1;
            sum += words[layout->ip] + (__u32)words[layout->tid] + (words[layout->tid] >> 32) + words[layout->time] + (__u32)words[layout->cpu]
                + words[layout->period];
            if (layout->addr)
                sum += words[layout->addr];
            if (layout->frames) {
                if (layout->frames >= count || words[layout->frames] > (__u64)(count - layout->frames - 1))
                    return -1;
                for (__u64 i = 0; i < words[layout->frames]; i++)
                    sum += words[layout->frames + 1 + i];
            }
        }
        records += header->size;
        size -= header->size;
    }
    return sum;
}

void peer_copy(char *destination, const char *source, long size)
{
    memcpy(destination, source, size);
}
