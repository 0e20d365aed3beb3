using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Session;

/// <summary>Commands that a session starts: held, let go, waited for, and never left behind.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task A_command_that_is_never_started_is_ended_and_waited_for()
    {
        var kernel = ScriptedKernel.OnLinux();
        MonitoredCommand command;
        using (var session = On(kernel))
        {
            session.Attach(Target.Command("touch", "/nowhere"));
            command = session.Command!;
            Assert.True(Exists(command.ProcessId));
            Assert.Equal(SessionState.Loaded, session.State);
        }

        Assert.False(Exists(command.ProcessId));
        Assert.Equal(125, (await command.WaitForExitAsync()).ExitCode);
        Assert.False(command.Signal(15));
        Assert.Empty(kernel.OpenDescriptors);
        Assert.Equal(0, kernel.WrongCloses);
    }

    [Theory]
    [InlineData("exit 0", 0, null)]
    [InlineData("exit 17", 17, null)]
    [InlineData("kill -9 $$", null, 9)]
    [InlineData("kill -15 $$", null, 15)]
    public async Task The_way_a_command_ends_is_told_to_all_who_ask(string script, int? exitCode, int? signal)
    {
        var kernel = ScriptedKernel.OnLinux();
        using var session = On(kernel);
        session.Attach(Target.Command("sh", "-c", script));
        var command = session.Command!;
        session.Start();
        var waits = Enumerable.Range(0, 8).Select(_ => command.WaitForExitAsync()).ToList();
        foreach (var exit in await Task.WhenAll(waits))
        {
            Assert.Equal((exitCode, signal), (exit.ExitCode, exit.Signal));
        }

        Assert.True(session.HasTargetEnded);
        Assert.False(Exists(command.ProcessId));
        Assert.Empty(kernel.OpenDescriptors);
    }

    [Fact]
    public async Task A_signal_reaches_the_command()
    {
        using var session = MonitoringSession.Create("page-faults");
        session.Attach(Target.Command("sleep", "60"));
        session.Start();
        Assert.True(session.Command!.Signal(15));
        Assert.Equal(15, (await session.Command!.WaitForExitAsync()).Signal);
        Assert.False(session.Command!.Signal(15));
    }

    [Fact]
    public async Task A_command_that_ended_unasked_is_no_zombie()
    {
        using var session = MonitoringSession.Create("page-faults");
        session.Attach(Target.Command("true"));
        session.Start();
        Counting.WaitForEnd(session);
        Assert.False(Exists(session.Command!.ProcessId));
        Assert.Equal(0, (await session.Command!.WaitForExitAsync()).ExitCode);
    }

    [Fact]
    public async Task A_command_goes_on_when_its_session_is_disposed()
    {
        MonitoredCommand command;
        using (var session = MonitoringSession.Create("page-faults"))
        {
            session.Attach(Target.Command("sleep", "0.2"));
            command = session.Command!;
            session.Start();
        }

        Assert.Equal(0, (await command.WaitForExitAsync()).ExitCode);
    }

    [Fact]
    public void A_command_that_outlives_its_session_is_no_zombie_though_nobody_asks()
    {
        var kernel = ScriptedKernel.OnLinux();
        using (var session = On(kernel))
        {
            session.Attach(Target.Command("sleep", "0.1"));
            session.Start();
        }

        var process = Assert.Single(kernel.SpawnedProcesses);
        Assert.True(Exists(process));
        Assert.True(SpinWait.SpinUntil(() => !Exists(process) && kernel.OpenDescriptors.Count == 0, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Waiting_can_be_given_up()
    {
        using var session = MonitoringSession.Create("page-faults");
        session.Attach(Target.Command("sleep", "60"));
        session.Start();
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.Command!.WaitForExitAsync(soon.Token));
        session.Command!.Signal(9);
        Assert.Equal(9, (await session.Command!.WaitForExitAsync()).Signal);
    }

    /// <summary>.NET ignores SIGPIPE, and what is ignored stays ignored in a program: it would be told of an error instead.</summary>
    [Fact]
    public async Task A_pipe_that_is_closed_ends_its_writer_by_the_signal()
    {
        var file = Path.GetTempFileName();
        using var session = MonitoringSession.Create("page-faults");
        session.Attach(Target.Command("sh", "-c", "(yes; echo $? >\"$0\") | head -n 1 >/dev/null", file));
        session.Start();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.Equal(0, (await session.Command!.WaitForExitAsync(limit.Token)).ExitCode);
        Assert.Equal($"{128 + 13}\n", await File.ReadAllTextAsync(file, limit.Token));
        File.Delete(file);
    }

    [Fact]
    public async Task Arguments_and_environment_arrive_as_they_are()
    {
        var file = Path.GetTempFileName();
        using var session = MonitoringSession.Create("page-faults");
        session.Attach(Target.Command("sh", "-c", "printf '%s|' \"$@\" \"$PATH\" >\"$0\"", file, "a b", "", "'$x'\n\"é"));
        session.Start();
        await session.Command!.WaitForExitAsync();
        Assert.Equal($"a b||'$x'\n\"é|{Environment.GetEnvironmentVariable("PATH")}|", await File.ReadAllTextAsync(file));
        File.Delete(file);
    }

    [SkippableFact]
    public async Task The_time_it_used_is_told()
    {
        Requires.CCompiler();
        var (reading, exit) = await Counting.Command("task-clock", SessionOptions.Default, CProgram.Named("spin"), "100");
        var used = (exit.UserTime + exit.SystemTime).TotalMilliseconds;
        Assert.InRange(used, 90, 1000);
        Assert.InRange(reading[0].Count.Value / 1e6, 100, 1000);
    }

    [Fact]
    public void A_command_that_is_not_there_or_cannot_run_is_no_target()
    {
        using var session = MonitoringSession.Create("page-faults");
        var file = Path.GetTempFileName();
        foreach (var (program, errno, why) in new[]
        {
            ("no-such-command-anywhere", Errno.ENOENT, "No folder in PATH has a program of this name."),
            ("/no/such/file", Errno.ENOENT, "There is no such file."),
            (file, Errno.EACCES, $"chmod +x {file}"),
        })
        {
            var refusal = Assert.Throws<PerfmonException>(() => session.Attach(Target.Command(program)));
            Assert.Equal((PerfmonReason.NoSuchTarget, (int)errno), (refusal.Reason, refusal.Errno));
            Assert.StartsWith($"Cannot start {program}.\n", refusal.Message, StringComparison.Ordinal);
            Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
            Assert.Equal((SessionState.Unloaded, null), (session.State, session.Command));
        }

        File.Delete(file);
    }

    /// <summary>Whatever fails after the process was made: it is gone, and so are all descriptors.</summary>
    [Theory]
    [InlineData((int)KernelCall.SpawnWaiting, (int)Errno.EMFILE, 1)]
    [InlineData((int)KernelCall.PidfdOpen, (int)Errno.EMFILE, 1)]
    [InlineData((int)KernelCall.PidfdOpen, (int)Errno.EMFILE, 2)]
    [InlineData((int)KernelCall.PerfEventOpen, (int)Errno.EMFILE, 2)]
    [InlineData((int)KernelCall.WaitForExit, (int)Errno.EINTR, 1)]
    public void An_attach_that_fails_leaves_no_process(int call, int error, int nth)
    {
        var kernel = ScriptedKernel.OnLinux();
        using var session = On(kernel);
        kernel.Fail((KernelCall)call, (Errno)error, nth);
        kernel.Fail(KernelCall.PerfEventOpen, Errno.EMFILE, 2);

        var refusal = Assert.Throws<PerfmonException>(() => session.Attach(Target.Command("sleep", "60")));
        Assert.Equal((PerfmonReason.LimitReached, (int)Errno.EMFILE), (refusal.Reason, refusal.Errno));
        Assert.Empty(kernel.OpenDescriptors);
        Assert.Equal(0, kernel.WrongCloses);
        Assert.All(kernel.SpawnedProcesses, process => Assert.False(Exists(process)));
    }

    private static bool Exists(int processId) => Directory.Exists($"/proc/{processId}");

    private static MonitoringSession On(ScriptedKernel kernel) => MonitoringSession.Create(
        EventParser.ParseOrThrow("{page-faults,cs},{task-clock}", HostDescription.Current), SessionOptions.Default, kernel, HostDescription.Current);
}
