using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Registers;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Session;

/// <summary>Registers written while a session is attached: the counters are replaced wholly, or everything stays as it was.</summary>
public sealed class ReplaceTests
{
    private const int ContextSwitches = 3;
    private const int PageFaults = 2;
    private const int Dummy = 9;

    private static readonly HostDescription s_host = HostDescription.Current;

    private readonly ScriptedKernel _kernel = ScriptedKernel.Fake();

    [Fact]
    public void A_pmc_written_while_started_switches_the_event_and_keeps_the_count()
    {
        using var session = Started(PageFaults);
        _kernel.Events.Happen(100);
        session.WritePmcs([new PmcWrite(0, 256, Pmc(ContextSwitches))], out var applied);
        Assert.Equal(1, applied);
        Assert.Equal((ulong)ContextSwitches, Assert.Single(_kernel.Events.Open).Attr.Config);

        Assert.Equal(100UL, Pmd(session, 256));
        _kernel.Events.Happen(7);
        Assert.Equal(107UL, Pmd(session, 256));
        Assert.True(session.IsStarted);
    }

    [Fact]
    public void A_session_that_is_stopped_stays_stopped()
    {
        using var session = Started(PageFaults);
        session.Stop(toleratesEnd: false);
        session.WritePmcs([new PmcWrite(0, 256, Pmc(ContextSwitches))], out _);
        Assert.False(Assert.Single(_kernel.Events.Open).IsEnabled);
    }

    /// <summary>Whatever fails, and wherever: a short read of the old counters, or any open of the new ones.</summary>
    [Theory]
    [InlineData((int)KernelCall.Read, 1)]
    [InlineData((int)KernelCall.PerfEventOpen, 1)]
    [InlineData((int)KernelCall.PerfEventOpen, 2)]
    [InlineData((int)KernelCall.PerfEventOpen, 3)]
    public void A_refused_write_leaves_counters_counts_and_pmcs(int call, int nth)
    {
        using var session = Started(PageFaults, ContextSwitches, Dummy);
        _kernel.Events.Happen(100);
        var open = _kernel.OpenDescriptors;
        _kernel.Fail((KernelCall)call, Errno.EMFILE, nth);

        var refusal = Assert.Throws<PerfmonException>(() => session.WritePmcs([new PmcWrite(0, 257, Pmc(Dummy))], out _));
        Assert.Equal((int)Errno.EMFILE, refusal.Errno);

        Assert.Equal(open, _kernel.OpenDescriptors);
        Assert.Equal([PageFaults, ContextSwitches, Dummy], _kernel.Events.Open.Select(one => (int)one.Attr.Config));
        _kernel.Events.Happen(10);
        Assert.Equal([110UL, 110UL, 110UL], new[] { 256, 257, 258 }.Select(number => Pmd(session, number)));

        // The PMCs are those of before: an attach opens the same events again.
        session.Detach(toleratesEnd: false);
        session.Attach(Target.CallingThread);
        Assert.Equal([PageFaults, ContextSwitches, Dummy], _kernel.Events.Open.Select(one => (int)one.Attr.Config));
        Assert.Equal(0, _kernel.WrongCloses);
    }

    [Fact]
    public void A_pmd_that_cannot_start_to_count_stays_unused()
    {
        using var session = Started(PageFaults);
        session.WritePmcs([new PmcWrite(0, 257, Pmc(Dummy))], out _);
        _kernel.Fail(KernelCall.PerfEventOpen, Errno.EMFILE, 2);
        var attributes = new PmdAttributes { SampledPmds = RegisterMask.Of(300) };
        Assert.Throws<PerfmonException>(() => session.WritePmds([new PmdWrite(0, 257, 5, attributes)], out _));

        Assert.Equal([256], Readable(session));
        session.WritePmds([new PmdWrite(0, 257, 5, attributes)], out _);
        Assert.Equal([256, 257, 300], Readable(session));
        Assert.Equal(5UL, Pmd(session, 257));
    }

    [Fact]
    public void A_pmd_that_a_mask_names_starts_to_count_at_once()
    {
        using var session = Started(PageFaults);
        session.WritePmcs([new PmcWrite(0, 300, Pmc(Dummy))], out _);
        session.WritePmds([new PmdWrite(0, 256, 0, new PmdAttributes { SampledPmds = RegisterMask.Of(300) })], out _);
        _kernel.Events.Happen(12);
        Assert.Equal(12UL, Pmd(session, 300));
    }

    /// <summary>
    /// No thread can watch a descriptor that only a test knows. The old counters are gone by then: counts and registers stay, and the session can be attached again.
    /// </summary>
    [Fact]
    public void Counters_whose_overflows_cannot_be_watched_are_closed()
    {
        using var session = Started(PageFaults, Dummy);
        _kernel.Events.Happen(100);
        var notifies = new PmdWrite(0, 256, unchecked((ulong)-1000), new PmdAttributes { Notifies = true });
        var refusal = Assert.Throws<PerfmonException>(() => session.WritePmds([notifies], out _));
        Assert.Equal((int)Errno.EBADF, refusal.Errno);
        Assert.Equal((SessionState.Unloaded, false), (session.State, session.IsStarted));
        Assert.Empty(_kernel.Events.Open);
        Assert.Equal([100UL, 100UL], [Pmd(session, 256), Pmd(session, 257)]);

        session.WritePmds([new PmdWrite(0, 256, 5)], out _);
        session.Attach(Target.CallingThread);
        session.Start();
        _kernel.Events.Happen(7);
        Assert.Equal([12UL, 107UL], [Pmd(session, 256), Pmd(session, 257)]);
        Assert.Equal(0, _kernel.WrongCloses);
    }

    [SkippableFact]
    public async Task A_pmc_written_while_a_command_is_held_counts_it_from_its_first_instruction()
    {
        Requires.TraceFs();
        Requires.CCompiler();
        var getppid = Perfmon.Events.EventParser.ParseOrThrow("syscalls:sys_enter_getppid", s_host)[0].Selection;
        using var session = new SessionEngine(LinuxKernel.Instance, s_host, new RegisterMap(), SessionKinds.Thread, SessionOptions.Default);
        Program(session, PageFaults);
        session.Attach(Target.Command(CProgram.Named("getppid_calls"), "1000"));
        session.WritePmcs([new PmcWrite(0, 256, (1UL << 63) | ((ulong)getppid.Type << 32) | getppid.Config)], out _);
        session.Start();
        await session.Command!.WaitForExitAsync();
        Assert.Equal(1000UL, Pmd(session, 256));
    }

    private static IEnumerable<int> Readable(SessionEngine session) =>
        Enumerable.Range(256, 64).Where(number => Record.Exception(() => Pmd(session, number)) is null);

    private SessionEngine Started(params int[] events)
    {
        var session = new SessionEngine(_kernel, s_host, new RegisterMap(), SessionKinds.Thread, SessionOptions.Default);
        Program(session, events);
        session.Attach(Target.CallingThread);
        session.Start();
        return session;
    }

    private static void Program(SessionEngine session, params int[] events)
    {
        session.WritePmcs([.. events.Select((one, i) => new PmcWrite(0, 256 + i, Pmc(one)))], out _);
        session.WritePmds([.. events.Select((_, i) => new PmdWrite(0, 256 + i, 0))], out _);
    }

    private static ulong Pmc(int softwareEvent) => (1UL << 63) | (1UL << 32) | (uint)softwareEvent;

    private static ulong Pmd(SessionEngine session, int number)
    {
        PmdRead[] read = [new PmdRead(0, number)];
        session.ReadPmds(read, out _);
        return read[0].Value;
    }
}
