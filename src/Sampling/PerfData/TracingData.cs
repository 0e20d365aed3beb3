using Perfmon.Host;
using Perfmon.Native.Abi;

namespace Perfmon.Sampling.PerfData;

/// <summary>
/// <c>HEADER_TRACING_DATA</c>: what the fields of tracepoints are, as tracefs describes them. perf opens no file with a tracepoint that lacks it.
/// </summary>
internal static class TracingData
{
    private const string FormatVersion = "0.5";

    /// <summary>Writes what is needed for these events.</summary>
    /// <returns>False where none is a tracepoint, or tracefs cannot be read: nothing is written then.</returns>
    public static bool Write(SectionWriter writer, IReadOnlyList<PerfDataEvent> events, HostRoots roots)
    {
        var traceFs = TraceFs.Find(roots);
        var tracepoints = events.Where(one => one.Type == (uint)PerfTypeId.Tracepoint).Select(one => Find(traceFs, one)).OfType<Tracepoint>().Distinct().ToList();
        if (tracepoints is [] || traceFs.Path is not { } root)
        {
            return false;
        }

        try
        {
            var folder = Path.Combine(root, "events");
            writer.Add([23, 8, 68, .. "tracing"u8]);
            writer.AddPlainText(FormatVersion);
            writer.Add((byte)0); // little endian
            writer.Add((byte)sizeof(long));
            writer.Add(Environment.SystemPageSize);
            AddFile(writer, folder, "header_page");
            AddFile(writer, folder, "header_event");
            writer.Add(0); // events of ftrace itself

            var systems = tracepoints.GroupBy(one => one.System, one => one.Name).ToList();
            writer.Add(systems.Count);
            foreach (var system in systems)
            {
                writer.AddPlainText(system.Key);
                writer.Add(system.Count());
                foreach (var name in system)
                {
                    AddSized(writer, File.ReadAllBytes(Path.Combine(folder, system.Key, name, "format")));
                }
            }

            writer.Add(0); // bytes of /proc/kallsyms
            writer.Add(0); // bytes of printk_formats
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            writer.Clear();
            return false;
        }
    }

    private static Tracepoint? Find(TraceFs traceFs, PerfDataEvent one)
    {
        // Mostly it is its name; otherwise all there are.
        if (one.Name.Split(':') is [var system, var name, ..] && Has(traceFs, system, name, one.Config))
        {
            return new Tracepoint(system, name);
        }

        return (from other in traceFs.Systems()
                from candidate in traceFs.Events(other)
                where Has(traceFs, other, candidate, one.Config)
                select new Tracepoint(other, candidate)).FirstOrDefault();
    }

    private static bool Has(TraceFs traceFs, string system, string name, ulong config) =>
        traceFs.TryGetTracepointId(system, name, out var id, out _) && (ulong)id == config;

    private static void AddFile(SectionWriter writer, string folder, string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(folder, name));
        writer.AddPlainText(name);
        AddSized(writer, bytes);
    }

    private static void AddSized(SectionWriter writer, byte[] bytes)
    {
        writer.Add((ulong)bytes.Length);
        writer.Add(bytes);
    }

    private sealed record Tracepoint(string System, string Name);
}
