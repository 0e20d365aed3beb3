using System.Globalization;
using Perfmon.Session;
using Perfmon.Sets;
using Perfmon.Tests.Emulation;
using Perfmon.Tests.Sets.Experiments;
using Perfmon.Tests.Support;
using Xunit.Abstractions;

namespace Perfmon.Tests.Hardware;

/// <summary>Event sets on a PMU, beside the kernel's rotation of the same events, and beside the truth.</summary>
public sealed class EventSetTests(ITestOutputHelper output)
{
    // Twelve counters of user mode in two sets. The emulation counts instructions and cycles, so that there are several of each; what the kernel does is left out, since
    // switching is some of it. The other set's are raw events of the PMU by its name, and so others to the kernel and to estimators.
    private static readonly string[] s_first = ["r8:u", "r8:u", "r8:u", "r11:u", "r11:u", "r11:u"];
    private static readonly string[] s_second =
        [.. s_first.Select(name => name.Replace("r", "armv8_pmuv3/event=0x", StringComparison.Ordinal).Replace(":u", "/u", StringComparison.Ordinal))];

    private static readonly SetSwitch s_turn = SetSwitch.After(TimeSpan.FromMilliseconds(1));

    [HardwareFact]
    public void Sets_err_no_more_than_the_kernels_rotation()
    {
        var truth = Alone();
        var rotated = Rotated();
        using var session = EventSetSession.Create([string.Join(',', s_first), string.Join(',', s_second)], new EventSetOptions { Switch = s_turn });
        EventCount[] inSets = [.. InSets(session).Sets.SelectMany(set => set.Counts)];

        output.WriteLine("| event | truth | sets | error | the kernel's rotation | error |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|");
        var (ofSets, ofRotation, missed) = (0.0, 0.0, 0);
        for (var i = 0; i < inSets.Length; i++)
        {
            var (right, estimate, rotation) = (truth[i % s_first.Length], inSets[i], rotated[i]);
            var (error, rotationsError) = (Off(estimate.Count, right), Off(rotation, right));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {estimate.Name} | {right:N0} | {estimate.Count.Value:N0} ± {estimate.Interval!.High - estimate.Count.Value:N0} | {error:P2} | {rotation.Value:N0} | {rotationsError:P2} |"));
            ofSets += error / inSets.Length;
            ofRotation += rotationsError / inSets.Length;
            missed += estimate.Interval.Low <= right && right <= estimate.Interval.High ? 0 : 1;
            Assert.Equal(CountState.Estimated, estimate.Count.State);
            Assert.InRange(estimate.Count.ShareOfTime, 0.45, 0.55);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| mean | | | {ofSets:P2} | | {ofRotation:P2} |"));
        Assert.Equal(12, inSets.Length);
        Assert.True(ofSets <= ofRotation, $"{ofSets:P2} and {ofRotation:P2}");
        Assert.True(missed <= 1, $"{missed} of 12 intervals do not hold the truth");
    }

    [HardwareFact]
    public void A_set_gives_way_after_a_number_of_cycles()
    {
        const ulong period = 200_000;
        const ulong count = 5;
        var trigger = EventSet.Of("r11:u").Events[0];
        using var session = EventSetSession.Create(["r8:u,r8:k", "r8:u,r11:k"], new EventSetOptions { Switch = SetSwitch.OnOverflow(trigger, period, count), SliceCapacity = 10_000 });
        var reading = InSets(session);
        var slices = SliceReplay.Take(session);

        // The interrupt comes some instructions after the overflow.
        Assert.True(slices.Count > 20, $"{slices.Count} slices");
        var late = slices[..^1].Select(slice => slice.Counts[2].Value - (count * period)).ToList();
        output.WriteLine($"{slices.Count} slices of {count * period} cycles, longer by {late.Min()} to {late.Max()}");
        Assert.All(late, cycles => Assert.InRange(cycles, 0UL, 20_000UL));
        Assert.All(slices[..^1], slice => Assert.Equal(slice.Counts[2].Value, slice.Counts[0].Value * 2));
        Assert.Equal(reading["r11:u"].Count.Raw, reading["r8:u"].Count.Raw * 2);
    }

    [HardwareFact]
    public void Sets_of_a_process_hand_the_counters_on()
    {
        const int threads = 4;
        ulong Truth()
        {
            using var session = MonitoringSession.Create("r8:u");
            Run(session, threads);
            return session.Read()[0].Count.Value;
        }

        var truth = Truth();
        using var session = EventSetSession.Create(
            ["r8:u,r8:u,r8:u,r8:u,r8:u,r8:u,r11:u", "r11:u,r8:k,r8:k,r8:k,r8:k,r8:k,r8:k"], new EventSetOptions { Switch = s_turn });
        Run(session, threads);
        var reading = session.Read();
        var count = reading["r8:u"];
        output.WriteLine($"{truth} instructions, {count.Count.Value} estimated, {count.Interval}; {reading.Switching}");
        Assert.Null(session.Notice);
        Assert.True(reading.Switching.Switches > 10, $"{reading.Switching}");
        Assert.Equal(CountState.Estimated, count.Count.State);
        Assert.InRange((double)count.Count.Value, truth * 0.95, truth * 1.05);

        // Cycles are in both sets, and so counted all the time.
        Assert.InRange((double)reading["r11:u"].Count.Value, truth * 2 * 0.98, truth * 2 * 1.001);
    }

    private static double Off(Count count, ulong truth) => Math.Abs(((double)count.Value / truth) - 1);

    private static ulong[] Alone()
    {
        using var session = MonitoringSession.Create(string.Join(',', s_first), new SessionOptions { Scheduling = Scheduling.Together });
        Run(session);
        var counts = session.Read();
        Assert.All(counts, count => Assert.Equal(CountState.Counted, count.Count.State));
        return [.. counts.Select(count => count.Count.Value)];
    }

    private static Count[] Rotated()
    {
        using var session = MonitoringSession.Create(string.Join(',', s_first.Concat(s_second)));
        Run(session);
        var counts = session.Read();
        Assert.All(counts, count => Assert.Equal(CountState.Estimated, count.Count.State));
        return [.. counts.Select(count => count.Count)];
    }

    private static EventSetReading InSets(EventSetSession session)
    {
        Run(session);
        Assert.Null(session.Notice);
        return session.Read();
    }

    private static void Run(EventSession session, int threads = 1)
    {
        using var program = RunningProgram.Start("phased_work", "9", $"{20_000_000 / threads}", $"{threads}");
        session.Attach(threads == 1 ? Target.Thread(program.Pid) : Target.Process(program.Pid));

        // The program says that it is ready, and then begins to wait.
        Thread.Sleep(100);
        session.Start();
        program.Go();
        Assert.Equal(0, program.End());
        for (var waited = 0; !session.HasTargetEnded && waited < 10_000; waited++)
        {
            Thread.Sleep(1);
        }

        Assert.True(session.HasTargetEnded);
    }
}
