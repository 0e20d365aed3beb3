using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Native;
using Perfmon.Session;
using Perfmon.Tests.Events;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Session;

/// <summary>What Arm's PMUs need beyond others: a group's leader is checked by a twin, and events of all types share a group.</summary>
public sealed class ArmGroupTests(ArmMachine machine) : IClassFixture<ArmMachine>
{
    private const string Group = "{cycles,r8,armv8_pmuv3_0/event=0x11/}";

    private readonly ScriptedKernel _kernel = ScriptedKernel.Fake();

    [Fact]
    public void A_group_is_opened_with_a_twin_of_its_leader_which_is_closed_again()
    {
        using var session = Create(Group);
        session.Attach(Target.CallingThread);
        var open = _kernel.Events.Open.ToList();
        Assert.Equal(3, open.Count);
        Assert.Single(open.Select(one => one.Leader).Distinct());
        Assert.Equal(CallsAtCreation + 4, _kernel.Calls(KernelCall.PerfEventOpen));
        Assert.Equal(0, _kernel.WrongCloses);
    }

    [Fact]
    public void A_leader_that_does_not_fit_is_told_as_the_last_member()
    {
        using var session = Create(Group);
        _kernel.Fail(KernelCall.PerfEventOpen, Errno.EINVAL, nth: 4);
        for (var attempt = 1; attempt < 50; attempt++)
        {
            // On a thread a group is tried again: what the kernel says may be of the moment.
            _kernel.Fail(KernelCall.PerfEventOpen, Errno.EINVAL, nth: 4 * (attempt + 1));
        }

        var refusal = Assert.Throws<PerfmonException>(() => session.Attach(Target.CallingThread));
        Assert.Contains("Cannot count armv8_pmuv3_0/event=0x11/", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("It does not fit into the group beside the 2 before it", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_kernel.Events.Open, one => one.Attr.Type == 12);
    }

    [Fact]
    public void User_space_reads_are_asked_for_in_the_event_and_given_up_where_it_cannot()
    {
        using var session = Create("r8", new SessionOptions { UserSpaceReads = UserSpaceReads.WhenPossible });
        session.Attach(Target.CallingThread);
        Assert.Equal(2UL, Assert.Single(_kernel.Events.Open).Attr.Config1);
        session.Detach();

        _kernel.Fail(KernelCall.PerfEventOpen, Errno.EOPNOTSUPP);
        session.Attach(Target.CallingThread);
        Assert.Equal(0UL, Assert.Single(_kernel.Events.Open).Attr.Config1);
    }

    // The model's counters are looked for once for each machine.
    private int CallsAtCreation { get; set; }

    private MonitoringSession Create(string events, SessionOptions? options = null)
    {
        var session = MonitoringSession.Create(
            EventParser.ParseOrThrow(events, machine.Description), options ?? SessionOptions.Default, _kernel, machine.Description);
        CallsAtCreation = _kernel.Calls(KernelCall.PerfEventOpen);
        return session;
    }
}
