using Perfmon.Native;
using Perfmon.Registers;
using Perfmon.Session;
using Perfmon.Sets;
using Perfmon.Tests.Sets;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Session;

/// <summary>What switches leave until somebody looks: events that happen when a test says so.</summary>
public sealed class SwitchJournalTests : IDisposable
{
    private const ulong Timeout = 1_000_000;

    private static readonly string[] s_sets = ["page-faults,minor-faults", "context-switches", "cpu-migrations,major-faults,page-faults"];

    private readonly ScriptedKernel _kernel = ScriptedKernel.Fake();
    private readonly Slices _slices = new();
    private readonly SessionEngine _session;

    public SwitchJournalTests()
    {
        _session = SetEngine.Create(_kernel, Timeout, _slices, new NoDriver(), s_sets);
        _session.Attach(Target.CallingThread);
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Turns_are_told_when_somebody_looks()
    {
        _session.Start();
        for (var turn = 0; turn < 5; turn++)
        {
            _kernel.Events.Happen((ulong)turn + 1, enabled: 1000, running: 1000);
            Switch();
        }

        Assert.Empty(_slices.All);
        using (_session.Hold())
        {
            _session.TellSlices();
        }

        Assert.Equal(
            [(0, 0, 1000, 1), (1, 1000, 1000, 2), (2, 2000, 1000, 3), (0, 3000, 1000, 4), (1, 4000, 1000, 5)],
            _slices.All.Select(slice => ((int)slice.Set, (int)slice.Start, (int)slice.Duration, (int)slice.Counts[^1])));
        Assert.Equal([2, 2, 1], s_sets.Select((_, id) => (int)_slices.All.Count(slice => slice.Set == id)));
        Assert.Equal([(2UL, 2000UL), (2UL, 2000UL), (2UL, 1000UL)], Statistics());
    }

    [Fact]
    public void No_more_than_sixteen_turns_wait()
    {
        _session.Start();
        for (var turn = 1; turn <= 100; turn++)
        {
            _kernel.Events.Happen(1);
            Switch();
            Assert.Equal(turn / 16 * 16, _slices.All.Count);
        }
    }

    /// <summary>Whoever stops, starts, cuts and asks between switches: the slices tile the time, and have what happened.</summary>
    [Fact]
    public void Any_order_of_things_gives_each_set_what_happened_in_its_turns()
    {
        var random = new Random(20261121);
        var (times, runs) = (new ulong[3], new ulong[] { 1, 0, 0 });
        var (active, turn, started) = (0, 0UL, false);
        for (var step = 0; step < 20_000; step++)
        {
            switch (random.Next(8))
            {
                case 0 when started:
                    _session.Stop(toleratesEnd: false);
                    started = false;
                    break;
                case 0 or 1:
                    _session.Start();
                    started = true;
                    break;
                case 2 when random.Next(4) == 0:
                    _ = _session.CutSlice();
                    break;
                case 3:
                    Assert.Equal(runs.Zip(times), Statistics());
                    Assert.Equal(Timeout - turn, _session.Statistics((ushort)active).TimeLeft);
                    break;
                case 4 or 5:
                    Switch();
                    active = (active + 1) % 3;
                    runs[active]++;
                    turn = 0;
                    break;
                default:
                    var time = (ulong)random.Next(1, 1_000);
                    _kernel.Events.Happen(2 * time, time, time);
                    times[active] += started ? time : 0;
                    turn += started ? time : 0;
                    break;
            }
        }

        var whole = _session.CutSlice();
        Assert.Equal(times.Aggregate((sum, time) => sum + time), whole);
        Assert.Equal(0UL, _slices.All[0].Start);
        Assert.All(_slices.All.Zip(_slices.All.Skip(1)), pair => Assert.Equal(pair.First.Start + pair.First.Duration, pair.Second.Start));
        for (var id = 0; id < 3; id++)
        {
            var own = _slices.All.Where(slice => slice.Set == id).ToList();
            Assert.Equal(times[id], own.Aggregate(0UL, (sum, slice) => sum + slice.Duration));
            Assert.All(own, slice => Assert.Equal(Enumerable.Repeat(2 * slice.Duration, s_sets[id].Split(',').Length), slice.Counts));
        }
    }

    [Fact]
    public void Counters_that_cannot_be_read_are_read_once_more()
    {
        _session.Start();
        _kernel.Events.Happen(7);
        Switch();
        _kernel.Events.Happen(8);
        _kernel.Fail(KernelCall.Read, Errno.EIO);
        Switch();
        _kernel.Events.Happen(9);
        Switch();
        _ = _session.CutSlice();
        Assert.Equal([7UL, 8, 9], _slices.All.Select(slice => slice.Counts[0]));
        Assert.Null(_session.SwitchFailure);
    }

    [Fact]
    public void A_turn_whose_counters_cannot_be_read_ends_switching_and_loses_no_other()
    {
        _session.Start();
        _kernel.Events.Happen(7);
        Switch();
        _kernel.Events.Happen(8);

        _kernel.Fail(KernelCall.Read, Errno.EIO, nth: 1).Fail(KernelCall.Read, Errno.EIO, nth: 2);
        using (_session.Hold())
        {
            Assert.False(_session.SwitchSet(new RoundRobin()));
        }

        Assert.Contains("EIO", _session.SwitchFailure!.Message, StringComparison.Ordinal);
        Assert.Equal(_session.SwitchFailure.Message, _session.Notice);
        Assert.Equal([7UL], _slices.All[0].Counts[..1]);
        using (_session.Hold())
        {
            Assert.False(_session.SwitchSet(new RoundRobin()));
        }
    }

    private void Switch()
    {
        using var held = _session.Hold();
        Assert.True(_session.SwitchSet(new RoundRobin()));
    }

    private IEnumerable<(ulong Runs, ulong ActiveTime)> Statistics() =>
        s_sets.Select((_, id) => _session.Statistics((ushort)id)).Select(set => (set.Runs, set.ActiveTime));

    private sealed class Slices : ISliceSink
    {
        public List<(ushort Set, ulong Start, ulong Duration, ulong[] Counts)> All { get; } = [];

        public void Add(in SliceCut slice)
        {
            var counts = new ulong[slice.Counts.Length];
            for (var i = 0; i < counts.Length; i++)
            {
                counts[i] = slice.Counts[i].Raw;
            }

            All.Add((slice.Set, slice.Start, slice.Duration, counts));
        }
    }

    // The test switches.
    private sealed class NoDriver : ISetDriver
    {
        public bool KeepsTurns => true;

        public void Attach(SessionEngine session, Attachment attachment, IReadOnlyList<SessionSet> sets)
        {
        }

        public void Begin(in TurnStart turn)
        {
        }

        public void EndTurn(in RegisterMask overflowed, ulong due) => Assert.Fail("No turn here is over by its time.");

        public void CatchUp()
        {
        }

        public void Stop()
        {
        }

        public void Detach()
        {
        }
    }
}
