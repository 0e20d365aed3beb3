using Perfmon.Events;
using Perfmon.Native;
using Perfmon.Session;
using Perfmon.Tests.Events;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Session;

/// <summary>
/// Reads from user space where they cannot be: the kernel is asked, and the session says why. Where they can is tested on an emulated PMU.
/// </summary>
public sealed class UserSpaceReadTests(ServerMachine machine) : IClassFixture<ServerMachine>
{
    private static readonly SessionOptions s_options = new() { UserSpaceReads = UserSpaceReads.WhenPossible };

    [Fact]
    public void Events_of_the_kernel_are_read_by_it()
    {
        using var session = MonitoringSession.Create("page-faults", s_options);
        Assert.Equal("The session is not attached.", session.UserSpaceReadObstacle);
        session.Attach(Target.CallingThread);
        session.Start();
        Assert.Equal(ReadPath.Kernel, session.Read()[0].Count.Path);
        Assert.Equal("These events are counted by the kernel, not by a counter of the CPU.", session.UserSpaceReadObstacle);
    }

    [Fact]
    public void A_session_that_was_not_asked_maps_nothing()
    {
        var kernel = ScriptedKernel.Fake();
        using var session = Attached(kernel, Target.CallingThread, SessionOptions.Default);
        Assert.Equal(0, kernel.Calls(KernelCall.MapEvent));
        Assert.StartsWith("The session was not asked to.", session.UserSpaceReadObstacle, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_thread_itself_can()
    {
        var kernel = ScriptedKernel.Fake();
        using var session = Attached(kernel, Target.Cpu(0), s_options);
        Assert.Equal(0, kernel.Calls(KernelCall.MapEvent));
        Assert.Equal(
            "Only a thread that counts itself can read its counters. Attach it to Target.CallingThread.", session.UserSpaceReadObstacle);
    }

    [SkippableFact]
    public void A_kernel_that_does_not_allow_it_is_asked()
    {
        NeedsLibrary();
        var kernel = ScriptedKernel.Fake();
        using (var session = Attached(kernel, Target.CallingThread, s_options))
        {
            Assert.Equal(2, kernel.Mappings);
            Assert.StartsWith("The kernel does not let user space read this PMU.", session.UserSpaceReadObstacle, StringComparison.Ordinal);
            session.Start();
            kernel.Events.Happen(5);
            Assert.All(session.Read(), count => Assert.Equal((5UL, ReadPath.Kernel), (count.Count.Value, count.Count.Path)));
        }

        Assert.Equal(0, kernel.Mappings);
        Assert.Empty(kernel.OpenDescriptors);
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void Pages_that_cannot_be_mapped_are_no_failure_and_nothing_leaks(int nth)
    {
        NeedsLibrary();
        var kernel = ScriptedKernel.Fake().Fail(KernelCall.MapEvent, Errno.EPERM, nth);
        using (var session = Attached(kernel, Target.CallingThread, s_options))
        {
            Assert.Equal(0, kernel.Mappings);
            Assert.StartsWith("mmap: EPERM. ", session.UserSpaceReadObstacle, StringComparison.Ordinal);
            session.Start();
            kernel.Events.Happen(5);
            Assert.All(session.Read(), count => Assert.Equal(5UL, count.Count.Value));
        }

        Assert.Equal(0, kernel.Mappings);
        Assert.Empty(kernel.OpenDescriptors);
    }

    private static void NeedsLibrary() =>
        Skip.IfNot(UserReadLibrary.IsAvailable, $"{UserReadLibrary.FileName} was not built. Run: sudo apt-get install gcc libc6-dev linux-libc-dev");

    private MonitoringSession Attached(ScriptedKernel kernel, Target target, SessionOptions options)
    {
        var events = EventParser.ParseOrThrow("{cycles,instructions}", machine.Description);
        var session = MonitoringSession.Create(events, options, kernel, machine.Description);
        session.Attach(target);
        return session;
    }
}
