/*
 * Reads the counters of an event group from user space: what read(2) on the group's leader would give, for the price of some loads and
 * one instruction a counter. C, because no .NET code can execute that instruction.
 *
 * Only the thread that the events count may call it. Each page is the first of an event's mapping (struct perf_event_mmap_page); its
 * layout and the arithmetic are those of linux/perf_event.h.
 */
#include <linux/perf_event.h>
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))

/* The kernel writes a page only from the CPU that its reader runs on, so what must not be reordered is the compiler's output. */
#define barrier() __asm__ volatile("" ::: "memory")

/* A page that keeps changing under its reader is left to the kernel, which has a lock. */
enum { MOST_TRIES = 100 };

#if defined(__x86_64__)

static uint64_t clock_now(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

static int read_counter(uint32_t number, uint64_t *value)
{
    uint32_t low, high;
    __asm__ volatile("rdpmc" : "=a"(low), "=d"(high) : "c"(number));
    *value = (uint64_t)high << 32 | low;
    return 1;
}

#elif defined(__aarch64__)

static uint64_t clock_now(void)
{
    uint64_t now;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(now));
    return now;
}

/* The number of a system register is a part of the instruction, and the selector register is shared with the kernel. */
#define EVENT_COUNTER(n) \
    case n: \
        __asm__ volatile("mrs %0, pmevcntr" #n "_el0" : "=r"(*value)); \
        return 1;

static int read_counter(uint32_t number, uint64_t *value)
{
    switch (number) {
    EVENT_COUNTER(0) EVENT_COUNTER(1) EVENT_COUNTER(2) EVENT_COUNTER(3) EVENT_COUNTER(4) EVENT_COUNTER(5) EVENT_COUNTER(6)
    EVENT_COUNTER(7) EVENT_COUNTER(8) EVENT_COUNTER(9) EVENT_COUNTER(10) EVENT_COUNTER(11) EVENT_COUNTER(12) EVENT_COUNTER(13)
    EVENT_COUNTER(14) EVENT_COUNTER(15) EVENT_COUNTER(16) EVENT_COUNTER(17) EVENT_COUNTER(18) EVENT_COUNTER(19)
    EVENT_COUNTER(20) EVENT_COUNTER(21) EVENT_COUNTER(22) EVENT_COUNTER(23) EVENT_COUNTER(24) EVENT_COUNTER(25)
    EVENT_COUNTER(26) EVENT_COUNTER(27) EVENT_COUNTER(28) EVENT_COUNTER(29) EVENT_COUNTER(30)
    case 31:
        __asm__ volatile("mrs %0, pmccntr_el0" : "=r"(*value));
        return 1;
    default:
        return 0; /* the fixed instruction counter of PMUv3p9, whose register older assemblers do not know */
    }
}

#else
#error "No user-space reads on this architecture"
#endif

/* Nanoseconds since the kernel wrote the page's times. */
static uint64_t since_update(const volatile struct perf_event_mmap_page *page)
{
    uint64_t now = clock_now();
    if (page->cap_user_time_short)
        now = page->time_cycles + ((now - page->time_cycles) & page->time_mask);
    uint64_t quotient = now >> page->time_shift;
    uint64_t remainder = now & (((uint64_t)1 << page->time_shift) - 1);
    return page->time_offset + quotient * page->time_mult + ((remainder * page->time_mult) >> page->time_shift);
}

/* One counter: 1 when it was read, 0 when only the kernel can tell. */
static int read_one(const volatile struct perf_event_mmap_page *page, uint64_t *value, uint64_t *enabled, uint64_t *running)
{
    for (int tries = 0; tries < MOST_TRIES; tries++) {
        uint32_t sequence = page->lock;
        barrier();

        /* No index: the event is not on the PMU now. */
        uint32_t index = page->index;
        if (index == 0 || !page->cap_user_rdpmc || !page->cap_user_time)
            return 0;

        uint64_t counter;
        if (!read_counter(index - 1, &counter))
            return 0;

        /* The counter has pmc_width bits and may stand below zero: the kernel starts it at minus the distance to its interrupt. */
        unsigned unused = 64 - page->pmc_width;
        *value = (uint64_t)(page->offset + ((int64_t)(counter << unused) >> unused));
        uint64_t delta = since_update(page);
        *enabled = page->time_enabled + delta;
        *running = page->time_running + delta;
        barrier();
        if (page->lock == sequence)
            return 1;
    }
    return 0;
}

/*
 * Fills `words` as a read of PERF_FORMAT_GROUP | TOTAL_TIME_ENABLED | TOTAL_TIME_RUNNING does: the number of members, the two times of
 * the leader, and a value for each member. 0 when any of them must be asked of the kernel.
 */
EXPORT int perfmon_read_user(const struct perf_event_mmap_page *const *pages, int members, uint64_t *words)
{
    uint64_t enabled, running;
    words[0] = (uint64_t)members;
    if (!read_one(pages[0], &words[3], &words[1], &words[2]))
        return 0;
    for (int i = 1; i < members; i++)
        if (!read_one(pages[i], &words[3 + i], &enabled, &running))
            return 0;
    return 1;
}
