using System.Diagnostics;
using System.Text;
using Perfmon.Sampling;
using Perfmon.Sampling.Records;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sampling;

/// <summary>What a session can be asked for, on the running kernel: each option does what it says.</summary>
public sealed class SampleOptionTests
{
    [SkippableTheory]
    [InlineData(CallchainSource.KernelAndUser, true, true)]
    [InlineData(CallchainSource.User, false, true)]
    [InlineData(CallchainSource.Kernel, true, false)]
    public void Call_chains_of_whom_is_asked_for(CallchainSource source, bool ofKernel, bool ofUser)
    {
        // Chains of a tracepoint of one system call begin in the program; those of all of them, in the kernel.
        var samples = Commanded(new SamplingOptions { Callchain = new CallchainOptions { Source = source } }, "raw_syscalls:sys_enter");
        Assert.All(samples, sample =>
        {
            var marks = sample.Callchain.ToArray().Where(CallchainContext.IsContext).ToList();
            Assert.Equal((ofKernel, ofUser), (marks.Contains(CallchainContext.Kernel), marks.Contains(CallchainContext.User)));
        });
    }

    [SkippableFact]
    public void Call_chains_of_so_many_frames()
    {
        var samples = Commanded(new SamplingOptions { Callchain = new CallchainOptions { MaxFrames = 2 } });
        Assert.All(samples, sample => Assert.InRange(sample.Callchain.ToArray().Count(entry => !CallchainContext.IsContext(entry)), 1, 2));
        Assert.All(Commanded(new SamplingOptions()), sample => Assert.True(sample.Callchain.IsEmpty));
    }

    [SkippableFact]
    public void Registers_and_the_stack_to_unwind_it()
    {
        // Bit 8 is the instruction pointer of x86; of Arm, a register like others.
        var samples = Commanded(new SamplingOptions { UserStack = new UserStackOptions(1 << 8, 512) });
        Assert.All(samples, sample =>
        {
            var fields = sample.Fields;
            Assert.True(fields.IsComplete);
            Assert.InRange(fields.UserStack.Length, 8, 512);
            Assert.Equal(SampleFields.UserRegisters | SampleFields.UserStack, fields.Fields & (SampleFields.UserRegisters | SampleFields.UserStack));
        });
    }

    /// <summary>Times are those of the clock that was asked for.</summary>
    [SkippableTheory]
    [InlineData(SamplingClock.Monotonic)]
    [InlineData(SamplingClock.MonotonicRaw)]
    [InlineData(SamplingClock.Kernel)]
    public void Times_of_the_clock(SamplingClock clock)
    {
        static ulong Now() => (ulong)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));
        var before = Now();
        var samples = Commanded(new SamplingOptions { Clock = clock });
        var after = Now();
        Assert.Equal(samples.Select(sample => sample.Time).Order(), samples.Select(sample => sample.Time));
        if (clock == SamplingClock.Monotonic)
        {
            Assert.All(samples, sample => Assert.InRange(sample.Time, before - 1000, after + 1000));
        }
    }

    [SkippableFact]
    public async Task Build_ids_and_switches_where_they_are_asked_for()
    {
        Counting.Needs();
        var program = CProgram.Named("getppid_calls");
        using var session = SamplingSession.Create(Counting.Getppid, new SamplingOptions { SideBand = SideBand.Default | SideBand.BuildIds | SideBand.Switches });
        session.Attach(Target.Command(program, "1000", "3"));
        session.Start();
        var (ids, balance, switches) = (0, 0, 0);
        await foreach (var owned in session.ReadRecordsAsync())
        {
            if (owned.Record.TryAsMmap(out var mmap) && Encoding.UTF8.GetString(mmap.FileName) == program)
            {
                ids += mmap.HasBuildId && mmap.BuildId.Length >= 8 ? 1 : 0;
            }
            else if (owned.Record.TryAsSwitch(out var change))
            {
                switches++;
                balance += change.IsOut ? -1 : 1;
            }
        }

        Assert.Equal(1, ids);

        // Threads come as often as they go, but for each that was there at the start or the end.
        Assert.InRange(switches, 4, int.MaxValue);
        Assert.InRange(balance, -5, 5);
        Assert.True(session.Ledger.IsComplete, session.Ledger.ToString());
    }

    /// <summary>So many times a second of the CPU time that a thread has.</summary>
    [SkippableFact]
    public void As_often_as_asked_for()
    {
        Counting.Needs(tracepoints: false);
        using var session = SamplingSession.Create("task-clock,cpu-clock:period=2000000", new SamplingOptions { Rate = SampleRate.Frequency(1000), Following = Following.Nothing });
        session.Attach(Target.Command(CProgram.Named("spin"), "300"));
        session.Start();
        var counts = new Dictionary<string, int>();
        while (session.WaitToRead())
        {
            foreach (var record in session.ReadBatch())
            {
                if (record.TryAsSample(out var sample) && session.TryGetEvent(sample.Id, out var sampled))
                {
                    counts[sampled.Name] = counts.GetValueOrDefault(sampled.Name) + 1;
                }
            }
        }

        // A virtual machine's timers come late; never too often.
        Assert.InRange(counts["task-clock"], 100, 400);
        Assert.InRange(counts["cpu-clock:period=2000000"], 50, 200);
    }

    private static List<Sample> Commanded(SamplingOptions options, string events = Counting.Getppid)
    {
        Counting.Needs();
        using var session = SamplingSession.Create(events, options with { Rate = SampleRate.EachEvent });
        session.Attach(Target.Command(CProgram.Named("getppid_calls"), "50"));
        session.Start();
        var samples = new List<Sample>();
        while (session.WaitToRead())
        {
            foreach (var record in session.ReadBatch())
            {
                if (record.Type == RecordType.Sample)
                {
                    samples.Add(new Sample(record, null));
                }
            }
        }

        Assert.InRange(samples.Count, 50, events == Counting.Getppid ? 50 : 1000);
        return samples;
    }
}
