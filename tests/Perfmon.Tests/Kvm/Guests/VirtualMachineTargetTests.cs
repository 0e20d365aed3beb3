using Perfmon.Diagnostics;
using Perfmon.Sampling;
using Perfmon.Sampling.Records;
using Perfmon.Session;
using Perfmon.Sets;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Kvm.Guests;

/// <summary>A virtual machine, and one vCPU of it, as targets of every kind of session.</summary>
public sealed class VirtualMachineTargetTests
{
    private const string Exits = "kvm:kvm_userspace_exit";

    [SkippableFact]
    public void A_session_counts_all_vcpus_or_one()
    {
        Requires.TraceFs();
        using var guest = SmallGuest.Start(3, SmallGuest.QemuNames);
        using var all = MonitoringSession.Create(Exits);
        using var one = MonitoringSession.Create(Exits);
        all.Attach(Target.VirtualMachine(guest.Pid));
        one.Attach(Target.Vcpu(guest.Pid, 2));
        all.Start();
        one.Start();
        guest.Out(0, 100);
        guest.Out(2, 50);
        Counting.Exactly(152, all.Read()[Exits]);
        Counting.Exactly(51, one.Read()[Exits]);
        Assert.Null(all.Notice);

        guest.EndThread(2);
        Counting.WaitForEnd(one);
        Assert.False(all.HasTargetEnded);
        guest.End();
        Counting.WaitForEnd(all);
        Counting.Exactly(152, all.Read()[Exits]);
    }

    [SkippableFact]
    public void Event_sets_take_turns_on_it()
    {
        Requires.TraceFs();
        using var guest = SmallGuest.Start(2, SmallGuest.QemuNames);
        using var session = EventSetSession.Create([Exits, "kvm:kvm_emulate_insn"]);
        session.Attach(Target.VirtualMachine(guest.Pid));
        session.Start();
        for (var i = 0; i < 50; i++)
        {
            guest.Out(i % 2, 1000);
        }

        session.Stop();
        var reading = session.Read();
        Assert.Equal(2, reading.Sets.Count);
        Assert.InRange(reading.Sets.Sum(set => (long)set.Counts[0].Count.Raw), 1, 50 * (1001 + 3001));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Samples_are_of_its_threads_and_none_is_missing(bool isWhole)
    {
        Requires.TraceFs();
        using var guest = SmallGuest.Start(2, SmallGuest.QemuNames);
        var threads = guest.Threads;
        using var session = SamplingSession.Create(Exits, new SamplingOptions { Rate = SampleRate.EachEvent });
        session.Attach(isWhole ? Target.VirtualMachine(guest.Pid) : Target.Vcpu(guest.Pid, 1));
        session.Start();
        guest.Out(0, 300);
        guest.Out(1, 200);
        guest.End();
        var samples = new List<int>();
        await foreach (var sample in session.ReadAllAsync(CancellationToken.None))
        {
            samples.Add(sample.Tid);
        }

        Assert.Equal(isWhole ? 301 : 0, samples.Count(thread => thread == threads[0]));
        Assert.Equal(201, samples.Count(thread => thread == threads[1]));
        Assert.Equal(isWhole ? 502 : 201, samples.Count);
    }

    [SkippableFact]
    public async Task Samples_tell_the_guest_by_their_mode()
    {
        using var machine = QemuMachine.Start(names: true);
        using var session = SamplingSession.Create("cpu-clock", new SamplingOptions { Rate = SampleRate.Frequency(2000) });
        session.Attach(Target.VirtualMachine(machine.Pid));
        session.Start();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var sample in session.ReadAllAsync(patience.Token))
        {
            if (sample.Fields.CpuMode is CpuMode.GuestKernel or CpuMode.GuestUser)
            {
                return;
            }
        }

        Assert.Fail("no sample was in the guest");
    }

    [SkippableFact]
    public void Vcpus_that_there_are_not_are_refused_with_those_that_there_are()
    {
        using var guest = SmallGuest.Start(2, SmallGuest.QemuNames);
        using var session = MonitoringSession.Create("page-faults");
        var refused = Assert.Throws<PerfmonException>(() => session.Attach(Target.Vcpu(guest.Pid, 5)));
        Assert.Equal(PerfmonReason.NoSuchTarget, refused.Reason);
        Assert.StartsWith(
            $"Cannot count vCPU 5 of the virtual machine of process {guest.Pid}.\nNo thread of small_guest", refused.Message, StringComparison.Ordinal);
        Assert.Contains("The vCPUs whose threads are known are 0, 1.", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Target.Vcpu(1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Target.VirtualMachine(0));
    }
}
