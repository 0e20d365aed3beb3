// What a C program would write to take the fields of samples out of a buffer of records: the baseline of the decoder. It knows one layout, of
// IP, TID, TIME, CPU, PERIOD and, where asked, CALLCHAIN, behind an IDENTIFIER where there is one; and it checks that records lie within the buffer.
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
__u64 peer_decode(const char *records, long size, int has_identifier, int has_callchain)
{
    __u64 sum = 0;
    while (size >= (long)sizeof(struct perf_event_header)) {
        const struct perf_event_header *header = (const void *)records;
        if (header->size < sizeof *header || header->size > size)
            return -1;
        if (header->type == PERF_RECORD_SAMPLE) {
            const struct sample *sample = (const void *)(records + (has_identifier ? sizeof(__u64) : 0));
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

void peer_copy(char *destination, const char *source, long size)
{
    memcpy(destination, source, size);
}
