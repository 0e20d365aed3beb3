using System.Globalization;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Session;

namespace Perfmon.Bench;

/// <summary>
/// Many sessions one after another, each created, attached to the calling thread, started, read, stopped and disposed; in between, what
/// the process holds. What leaks once in a session, or once in a thousand, shows.
/// </summary>
internal static class Soak
{
    private const int Sessions = 100_000;
    private const int Between = 10_000;

    // So much may a reading of the second half exceed those of the first: the runtime's own doings. 50,000 sessions lie between, so that
    // the smallest object leaked by each is twelve times the first limit.
    private const long ManagedSlack = 100 * 1024;
    private const long ResidentSlack = 4 * 1024 * 1024;
    private const long MappingSlack = 8;

    public static int Run()
    {
        Console.WriteLine($"{Machine.Description}\n");
        Console.WriteLine("| sessions | descriptors | mappings | managed KiB | resident KiB |");
        Console.WriteLine("|--:|--:|--:|--:|--:|");
        var requests = EventParser.ParseOrThrow("page-faults,context-switches,cpu-migrations,task-clock", HostDescription.Current);

        // What is made once for the process, compiled code above all, is not a session's.
        Use(requests, Between);
        var holdings = new List<Holding>();
        for (var done = 0; ; done += Between)
        {
            var holding = Holding.Now();
            holdings.Add(holding);
            Console.WriteLine(
                $"| {done:N0} | {holding.Descriptors:N0} | {holding.Mappings:N0} | {holding.Managed / 1024:N0} | {holding.Resident / 1024:N0} |");
            if (done == Sessions)
            {
                break;
            }

            Use(requests, Between);
        }

        string[] grown =
        [
            .. Grown("descriptors", holdings, holding => holding.Descriptors, 0),
            .. Grown("mappings", holdings, holding => holding.Mappings, MappingSlack),
            .. Grown("managed memory", holdings, holding => holding.Managed, ManagedSlack),
            .. Grown("resident memory", holdings, holding => holding.Resident, ResidentSlack),
        ];
        Console.WriteLine(grown.Length == 0 ? "\nNothing grew." : $"\nGrew: {string.Join(", ", grown)}.");
        return grown.Length == 0 ? 0 : 1;
    }

    private static void Use(IReadOnlyList<EventRequest> requests, int sessions)
    {
        Span<Count> counts = stackalloc Count[requests.Count];
        for (var i = 0; i < sessions; i++)
        {
            using var session = MonitoringSession.Create(requests);
            session.Attach(Target.CallingThread);
            session.Start();
            session.Read(counts);
            session.Stop();
            if (counts[3].State != CountState.Counted)
            {
                throw new InvalidOperationException($"Session {i}: task-clock was not counted.");
            }
        }
    }

    private static IEnumerable<string> Grown(string what, List<Holding> holdings, Func<Holding, long> of, long slack)
    {
        var half = (holdings.Count + 1) / 2;
        return holdings.Skip(half).Max(of) > holdings.Take(half).Max(of) + slack ? [what] : [];
    }

    private readonly record struct Holding(int Descriptors, int Mappings, long Managed, long Resident)
    {
        public static Holding Now()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            return new Holding(
                Directory.GetFileSystemEntries("/proc/self/fd").Length,
                File.ReadLines("/proc/self/maps").Count(),
                GC.GetTotalMemory(forceFullCollection: true),
                ResidentBytes());
        }

        private static long ResidentBytes()
        {
            var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return 1024 * long.Parse(line.AsSpan(6).TrimEnd("kB"), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite);
        }
    }
}
