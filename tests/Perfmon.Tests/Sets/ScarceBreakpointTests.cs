using Perfmon.Diagnostics;
using Perfmon.Session;
using Perfmon.Sets;
using Perfmon.Sets.Estimation;
using Perfmon.Tests.Sets.Experiments;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sets;

/// <summary>More watched addresses than the machine has debug registers for: real scarce hardware. <c>bench -- scarce</c> does a hundred of these runs.</summary>
public sealed class ScarceBreakpointTests
{
    [SkippableFact]
    public void Sets_of_four_estimate_what_one_session_cannot_count()
    {
        Counting.Needs();
        var outcomes = Enumerable.Range(1, 4)
            .SelectMany(seed => ScarceRun.Of(CProgram.Named("phased_writes"), seed, 1200, 5, TimeSpan.FromMilliseconds(10))).ToList();
        foreach (var kind in EstimatorKinds.All)
        {
            var own = outcomes.Where(outcome => outcome.Kind == kind).ToList();
            var missed = own.Where(outcome => !outcome.IsCovered).Select(outcome => $"{outcome.Truth}: {outcome.Estimate}").ToList();
            Assert.True(own.Count == 4 * ScarceRun.Variables);
            Assert.True(missed.Count <= own.Count / 10, $"{kind}: {string.Join("; ", missed)}");
        }

        double Error(EstimatorKind kind) => outcomes.Where(outcome => outcome.Kind == kind).Average(outcome => outcome.Error);
        Assert.True(
            Error(ReferenceRatio.Description) <= Error(ConstantRatio.Description) / 2,
            $"{Error(ReferenceRatio.Description):P3} of {Error(ConstantRatio.Description):P3}");
    }

    [SkippableFact]
    public void One_set_of_five_is_refused_by_the_event_that_does_not_fit()
    {
        Requires.CCompiler();
        using var program = RunningProgram.Start("phased_writes", "10", "1");
        string[] events = [.. Enumerable.Range(0, 5).Select(_ => $"mem:{program.ReadLine()}/8:w:u")];
        using var session = EventSetSession.Create([events[0], string.Join(',', events)]);
        var refused = Assert.Throws<PerfmonException>(() => session.Attach(Target.Thread(program.Pid)));
        Assert.Equal(PerfmonReason.Busy, refused.Reason);
        Assert.Equal(
            $"""
            Cannot count {events[4]} in set 1 on thread {program.Pid}.
            perf_event_open: ENOSPC. All hardware breakpoint slots are taken (4 on x86-64), by this session or by a debugger.
            Put it into another set.
            """,
            refused.Message);
        Assert.Equal(SessionState.Unloaded, session.State);

        // Nothing of it holds a register.
        using var other = MonitoringSession.Create(string.Join(',', events[..4]));
        other.Attach(Target.Thread(program.Pid));
    }
}
