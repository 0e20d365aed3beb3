using Perfmon.Host;
using Perfmon.Sampling;
using Perfmon.Session;

namespace Perfmon.Tool.Sample;

/// <summary>What must be known of samples, and what to do about it.</summary>
internal static class SampleNotes
{
    private const int MoreRoom = 4;
    private const int MostNamed = 5;
    private const int MostReasons = 3;

    public static IReadOnlyList<string> Of(SampleRequest request, SamplingSession session, int? goesOn, CommandExit? exit, JitMapSwitch? jit)
    {
        var notes = new List<string>();
        if (session.Notice is { } notice)
        {
            notes.Add(notice);
        }

        if (request.Events.Zip(session.Events).Any(pair => pair.First.HasExplicitPrivileges != pair.Second.HasExplicitPrivileges))
        {
            notes.Add($"""
                Kernel mode is left out (:u): kernel.perf_event_paranoid is {HostDescription.Current.Settings.PerfEventParanoid}.
                Sample it too:  sudo sysctl kernel.perf_event_paranoid=1
                """);
        }

        notes.AddRange(session.Events.Where(one => one.Note is not null).Select(one => $"{one.Name}: {one.Note}."));
        notes.AddRange(OfNames(request, jit));
        if (goesOn is { } pid)
        {
            notes.Add($"Process {pid} was not waited for, and goes on.");
        }

        if (exit?.Signal is { } signal)
        {
            notes.Add($"Signal {signal} ended the command.");
        }

        return notes;
    }

    /// <summary>What was lost, and how it can be had next time.</summary>
    public static IEnumerable<string> Of(SampleLedger ledger, SamplingOptions options)
    {
        var lessOften = "sample less often, by a lower -F or a higher -c";
        if (ledger.Lost > 0)
        {
            yield return $"{Number(ledger.Lost, "record")} had no room in the rings and {(ledger.Lost == 1 ? "is" : "are")} lost{(ledger.LostSideBand > 0 ? $", {ledger.LostSideBand:N0} of them of mappings, threads and names" : "")}.\n"
                + $"Give larger rings, such as -m {options.RingSize.Pages * MoreRoom}, or {lessOften}.";
        }

        if (ledger.LostByHardware > 0)
        {
            yield return $"{Number(ledger.LostByHardware, "sample")} the hardware or its driver had no room for.\nTo have them, {lessOften}.";
        }

        if (ledger.Throttled > 0)
        {
            yield return $"The kernel held sampling back {Number(ledger.Throttled, "time")}, as it took too long; what would have been sampled meanwhile, nobody knows.\nTo avoid that, {lessOften}.";
        }

        if (ledger.Dropped > 0)
        {
            yield return $"{Number(ledger.Dropped, "sample")} {(ledger.Dropped == 1 ? "was" : "were")} read, and dropped for want of time.\nTo have them, {lessOften}.";
        }

        if (ledger.OutOfOrder > 0)
        {
            yield return $"{Number(ledger.OutOfOrder, "record")} came late, behind newer ones. Names may be wrong for moments.";
        }

        if (ledger.CorruptBytes > 0)
        {
            yield return $"{Number(ledger.CorruptBytes, "byte")} of the rings were no records. The kernel writes none such: something else wrote there.";
        }
    }

    /// <summary>Why addresses have no names: the first reasons, and how many there are besides.</summary>
    public static IEnumerable<string> Shortened(IReadOnlyList<string> notes)
    {
        foreach (var note in notes.Take(MostReasons))
        {
            yield return note;
        }

        if (notes.Count > MostReasons)
        {
            yield return $"And {notes.Count - MostReasons:N0} more such reasons.";
        }
    }

    private static IEnumerable<string> OfNames(SampleRequest request, JitMapSwitch? jit)
    {
        if (jit is null)
        {
            yield break;
        }

        foreach (var problem in jit.Problems)
        {
            yield return $"{problem.Message}\nMethods that it has compiled have no names.";
        }

        if (request.JitMaps == JitMapUse.Hint && jit.WithoutMap is { Count: > 0 } without)
        {
            var some = string.Join(", ", without.Take(MostNamed)) + (without.Count > MostNamed ? $" and {without.Count - MostNamed:N0} more" : "");
            yield return $".NET compiles methods in {(without.Count == 1 ? "process" : "processes")} {some}; they have no names.\nTo have them, add --jit: the perf maps are switched on while it samples.";
        }
    }

    private static string Number(ulong count, string what) => $"{count:N0} {what}{(count == 1 ? "" : "s")}";
}
