using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Session;

/// <summary>The END message: by asking, by poll, as a stream; once, and for others only.</summary>
public sealed class MessageTests
{
    [Fact]
    public async Task A_stream_ends_with_the_message()
    {
        using var session = MonitoringSession.Create("page-faults");
        session.Attach(Target.Command("sleep", "0.05"));
        session.Start();
        Assert.Equal([SessionMessageKind.End], await ReadAll(session));
        Assert.False(session.TryReadMessage(out _));
        Assert.Equal(SessionState.Unloaded, session.State);
        Assert.Equal(CountState.Counted, session.Read()[0].Count.State);
    }

    [Fact]
    public void The_descriptor_is_readable_while_a_message_waits()
    {
        using var session = MonitoringSession.Create("page-faults");
        var descriptor = (int)session.MessageDescriptor.DangerousGetHandle();
        session.Attach(Target.Command("true"));
        Assert.Equal(0, Polling.Input(descriptor, 0));
        Assert.False(session.TryReadMessage(out _));
        session.Start();
        Assert.Equal(1, Polling.Input(descriptor, 60_000));
        Assert.True(session.TryReadMessage(out var message));
        Assert.Equal(SessionMessageKind.End, message.Kind);
        Assert.Equal(0, Polling.Input(descriptor, 0));
        Assert.False(session.TryReadMessage(out _));
    }

    [Fact]
    public async Task The_end_can_be_waited_for_and_given_up()
    {
        using var session = MonitoringSession.Create("page-faults");
        session.Attach(Target.Command("sleep", "0.05"));
        using (var given = new CancellationTokenSource())
        {
            var waiting = session.WaitForEndAsync(given.Token);
            await given.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }

        session.Start();
        var before = session.Read();
        await session.WaitForEndAsync();
        Assert.True(session.HasTargetEnded);
        Assert.Equal(session.Read()[0].Count.Value - before[0].Count.Value, session.Read().Since(before)[0].Count.Value);
        using var other = MonitoringSession.Create("task-clock");
        Assert.Throws<ArgumentException>(() => other.Read().Since(before));
    }

    /// <summary>Whoever notices the end first: the message still waits, and still shows.</summary>
    [Fact]
    public async Task The_end_that_another_call_noticed_is_told_all_the_same()
    {
        using var session = MonitoringSession.Create("page-faults");
        session.Attach(Target.Command("true"));
        session.Start();
        await session.Command!.WaitForExitAsync();
        Assert.Equal(SessionState.Unloaded, session.State);
        Assert.Equal(1, Polling.Input((int)session.MessageDescriptor.DangerousGetHandle(), 0));
        Assert.Equal([SessionMessageKind.End], await ReadAll(session));
        Assert.Equal(0, Polling.Input((int)session.MessageDescriptor.DangerousGetHandle(), 0));
    }

    [Fact]
    public void An_attach_forgets_the_message_of_the_target_before()
    {
        using var session = MonitoringSession.Create("page-faults");
        session.Attach(Target.Command("true"));
        session.Start();
        Counting.WaitForEnd(session);
        session.Attach(Target.CallingThread);
        Assert.False(session.HasTargetEnded);
        Assert.False(session.TryReadMessage(out _));
        Assert.Equal(0, Polling.Input((int)session.MessageDescriptor.DangerousGetHandle(), 0));
    }

    [Fact]
    public void The_end_of_the_calling_thread_is_told_to_nobody()
    {
        using var session = MonitoringSession.Create("page-faults");
        var thread = new Thread(() =>
        {
            session.Attach(Target.CallingThread);
            session.Start();
        });
        thread.Start();
        thread.Join();
        Assert.Equal(0, Polling.Input((int)session.MessageDescriptor.DangerousGetHandle(), 50));
        Assert.False(session.TryReadMessage(out _));
        Assert.Equal((SessionState.Loaded, false), (session.State, session.HasTargetEnded));
    }

    [Fact]
    public async Task A_detached_session_hears_no_more_of_its_target()
    {
        using var session = MonitoringSession.Create("page-faults");
        session.Attach(Target.Command("true"));
        session.Start();
        var descriptor = (int)session.MessageDescriptor.DangerousGetHandle();
        using (var other = MonitoringSession.Create("page-faults"))
        {
            other.Attach(Target.Command("sleep", "60"));
            other.Start();
            _ = other.MessageDescriptor;
            other.Detach();
            Assert.True(other.Command!.Signal(9));
            await other.Command!.WaitForExitAsync();
            Assert.False(other.TryReadMessage(out _));
            Assert.Equal(0, Polling.Input((int)other.MessageDescriptor.DangerousGetHandle(), 0));
        }

        Assert.Equal(1, Polling.Input(descriptor, 60_000));
    }

    [Fact]
    public async Task A_stream_can_be_given_up()
    {
        using var session = MonitoringSession.Create("page-faults");
        session.Attach(Target.CallingThread);
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadAll(session, soon.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadAll(session, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Several_may_wait_and_one_is_told()
    {
        using var session = MonitoringSession.Create("page-faults");
        session.Attach(Target.Command("sleep", "0.05"));
        var waits = Enumerable.Range(0, 4).Select(_ => ReadAll(session)).ToList();
        session.Start();
        await Task.WhenAny(waits);
        Counting.WaitForEnd(session);
        session.Dispose();
        var all = await Task.WhenAll(waits);
        Assert.Equal([SessionMessageKind.End], all.SelectMany(one => one));
    }

    [Fact]
    public async Task Disposal_ends_a_stream_at_whatever_point_it_comes()
    {
        var kernel = ScriptedKernel.OnLinux();
        for (var i = 0; i < 200; i++)
        {
            var session = MonitoringSession.Create(
                EventParser.ParseOrThrow("page-faults", HostDescription.Current), SessionOptions.Default, kernel, HostDescription.Current);
            session.Attach(Target.Thread(Environment.ProcessId));
            var stream = Task.Run(() => ReadAll(session));
            if (i % 2 == 0)
            {
                await Task.Delay(i / 50);
            }

            session.Dispose();
            Assert.Empty(await stream.WaitAsync(TimeSpan.FromSeconds(30)));
        }

        Assert.Empty(kernel.OpenDescriptors);
        Assert.Equal(0, kernel.WrongCloses);
    }

    private static async Task<List<SessionMessageKind>> ReadAll(MonitoringSession session, CancellationToken cancellationToken = default)
    {
        var kinds = new List<SessionMessageKind>();
        await foreach (var message in session.ReadMessagesAsync(cancellationToken))
        {
            kinds.Add(message.Kind);
        }

        return kinds;
    }
}
