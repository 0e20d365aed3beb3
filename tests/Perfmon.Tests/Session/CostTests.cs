using Perfmon.Diagnostics;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Session;

/// <summary>What a session leaves behind in this process, and what a reading allocates: nothing.</summary>
[Collection(OneAtATime.Name)]
public sealed class CostTests
{
    [SkippableFact]
    public void Sessions_leave_no_descriptor_and_no_mapping()
    {
        Requires.Root();
        Once();
        var before = Files();
        for (var i = 0; i < 2000; i++)
        {
            Once();
        }

        Assert.Equal(before, Files());
        Assert.DoesNotContain(File.ReadLines("/proc/self/maps"), line => line.Contains("perf_event", StringComparison.Ordinal));

        static void Once()
        {
            using var session = MonitoringSession.Create("page-faults,context-switches,task-clock");
            session.Attach(Target.CallingThread);
            session.Start();
            _ = session.Read();
            session.Detach();
            session.Attach(Target.AllCpus);
            _ = session.MessageDescriptor;
        }
    }

    [Fact]
    public void Nor_do_attaches_that_fail_and_commands_that_end()
    {
        Once();
        var before = Files();
        for (var i = 0; i < 50; i++)
        {
            Once();
        }

        Assert.Equal(before, Files());

        static void Once()
        {
            using var session = MonitoringSession.Create("page-faults,context-switches");
            for (var i = 0; i < 20; i++)
            {
                Assert.Throws<PerfmonException>(() => session.Attach(Target.Thread(int.MaxValue)));
                Assert.Throws<PerfmonException>(() => session.Attach(Target.Cpu(60_000)));
            }

            session.Attach(Target.Command("true"));
            session.Start();
            Counting.WaitForEnd(session);
        }
    }

    [Theory]
    [InlineData("page-faults")]
    [InlineData("{page-faults,task-clock},{context-switches,cpu-migrations},minor-faults")]
    public void A_reading_allocates_nothing(string events)
    {
        using var session = MonitoringSession.Create(events);
        session.Attach(Target.CallingThread);
        session.Start();
        Assert.Equal(0, AllocatedBy(session));
    }

    [Fact]
    public void Nor_does_one_of_many_threads_after_another_attachment()
    {
        using var session = MonitoringSession.Create("page-faults,task-clock");
        session.Attach(Target.CallingThread);
        session.Start();
        session.Detach();
        session.Attach(Target.Process(Environment.ProcessId));
        session.Start();
        Assert.Equal(0, AllocatedBy(session));
        session.Detach();
        Assert.Equal(0, AllocatedBy(session));
    }

    private static long AllocatedBy(MonitoringSession session)
    {
        var counts = new Count[session.Events.Count];
        session.Read(counts);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            session.Read(counts);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    // What events and sessions are made of; other parts of the process may open files of theirs.
    private static string[] Files()
    {
        // What tests before left to the garbage collector.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return [.. Directory.GetFileSystemEntries("/proc/self/fd")
            .Select(entry => new FileInfo(entry).LinkTarget)
            .OfType<string>()
            .Where(target => target.StartsWith("anon_inode:", StringComparison.Ordinal) || target.StartsWith("pipe:", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
    }
}
