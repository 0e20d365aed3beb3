using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Session;

/// <summary>One session and several threads at once.</summary>
public sealed class ManyThreadsTests
{
    [Fact]
    public void Disposal_while_others_read_ends_them_with_one_kind_of_exception()
    {
        var kernel = ScriptedKernel.OnLinux();
        for (var i = 0; i < 50; i++)
        {
            var session = Session(kernel);
            session.Attach(Target.Process(Environment.ProcessId));
            session.Start();
            var read = new int[3];
            var readers = Enumerable.Range(0, read.Length).Select(reader => Task.Run(() =>
            {
                var counts = new Count[2];
                for (; ; Interlocked.Increment(ref read[reader]))
                {
                    session.Read(counts);
                }
            })).ToList();
            SpinWait.SpinUntil(() => Volatile.Read(ref read[0]) > 3, TimeSpan.FromSeconds(10));
            session.Dispose();
            foreach (var reader in readers)
            {
                var failure = Assert.Throws<AggregateException>(() => reader.Wait(TimeSpan.FromSeconds(30))).InnerException;
                Assert.True(failure is ObjectDisposedException, $"{failure}");
            }
        }

        Assert.Empty(kernel.OpenDescriptors);
        Assert.Equal(0, kernel.WrongCloses);
    }

    [SkippableFact]
    public void Events_of_a_process_are_of_one_stretch_though_their_reader_is_held_up_between_two()
    {
        Requires.CCompiler();
        var kernel = ScriptedKernel.OnLinux();
        using var session = Session(kernel);
        session.Attach(Target.Command(CProgram.Named("spin"), "2000"));
        session.Start();
        kernel.PauseAfterRead = TimeSpan.FromMilliseconds(400);
        var reading = session.Read();
        Assert.Equal(TimeSpan.Zero, kernel.PauseAfterRead);

        // The pause is in neither, or in both.
        var apart = reading["task-clock"].Value - reading["page-faults"].TimeEnabled;
        Assert.InRange((long)apart, -100_000_000, 100_000_000);
        Assert.True(session.Command!.Signal(9));
    }

    [Fact]
    public void Everything_at_once_ends_in_results_or_refusals()
    {
        var kernel = ScriptedKernel.OnLinux();
        var session = Session(kernel);
        Action[] calls =
        [
            () => session.Attach(Target.CallingThread), session.Start, session.Stop, session.Detach, () => session.Read(),
            () => _ = session.State, () => session.TryReadMessage(out _), () => _ = session.MessageDescriptor,
        ];
        Parallel.For(0, 4, worker =>
        {
            for (var i = 0; i < 2000; i++)
            {
                var failure = Record.Exception(calls[((i * 7) + worker) % calls.Length]);
                Assert.True(failure is null or PerfmonException, $"{failure}");
            }
        });
        session.Dispose();
        Assert.Empty(kernel.OpenDescriptors);
        Assert.Equal(0, kernel.WrongCloses);
    }

    private static MonitoringSession Session(ScriptedKernel kernel) => MonitoringSession.Create(
        EventParser.ParseOrThrow("page-faults,task-clock", HostDescription.Current), SessionOptions.Default, kernel, HostDescription.Current);
}
