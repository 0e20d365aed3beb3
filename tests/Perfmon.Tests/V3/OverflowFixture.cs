using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Registers;
using Perfmon.Tests.Support;
using Perfmon.V3;

namespace Perfmon.Tests.V3;

/// <summary>A session of the five calls on a program that enters system calls as often as it is told.</summary>
internal sealed class OverflowFixture : IDisposable
{
    /// <summary>Counts the entries of getppid.</summary>
    public const ushort Calls = 256;

    /// <summary>Counts the exits: one fewer than entries, when an entry overflows.</summary>
    public const ushort Exits = 257;

    private const ulong Enabled = 1UL << 63;

    public OverflowFixture(PfmSessionFlags flags = PfmSessionFlags.None, string? format = null, byte[]? argument = null)
    {
        Counting.Needs();
        Session = Pfm.CreateSession(flags, out _, format, argument).OrThrow();
        Program = RunningProgram.Start("getppid_batches");
        Select(Calls, Counting.Getppid);
        Select(Exits, "syscalls:sys_exit_getppid");
    }

    public int Session { get; }

    public RunningProgram Program { get; }

    public PfargSetInfo Info(ushort set = 0)
    {
        PfargSetInfo[] vector = [new() { Id = set }];
        Pfm.ReadSets(Session, vector).OrThrow();
        return vector[0];
    }

    public void Select(ushort pmc, string tracepoint, ushort set = 0)
    {
        var id = EventParser.ParseOrThrow(tracepoint, HostDescription.Current)[0].Selection.Config;
        Pfm.WritePmrs(Session, PfmRegisterType.Pmc, [new PfargPmr { Set = set, Number = pmc, Value = Enabled | (2UL << 32) | id }]).OrThrow();
    }

    public void Write(ushort pmd, ulong value = 0, ushort set = 0) =>
        Pfm.WritePmrs(Session, PfmRegisterType.Pmd, [new PfargPmr { Set = set, Number = pmd, Value = value }]).OrThrow();

    public void Write(PfargPmdAttr attributes) => Pfm.WritePmrs(Session, [attributes]).OrThrow();

    /// <summary>A PMD that overflows every <paramref name="period"/> events.</summary>
    public static PfargPmdAttr Every(ulong period, ushort pmd = Calls, PfmRegisterFlags flags = PfmRegisterFlags.None) => new()
    {
        Number = pmd,
        Value = unchecked(0 - period),
        ShortReset = unchecked(0 - period),
        LongReset = unchecked(0 - period),
        Flags = flags,
    };

    public void Start()
    {
        Attach();
        Control(PfmControl.Start);
    }

    public void Attach() => Pfm.ControlSession(Session, PfmControl.Attach, Program.Pid).OrThrow();

    public void Control(PfmControl action) => Pfm.ControlSession(Session, action).OrThrow();

    /// <summary>Lets the program enter getppid, and waits until it has.</summary>
    public void Call(int calls)
    {
        Program.Go($"{calls}");
        Assert.Equal($"done {calls}", Program.ReadLine());
    }

    public ulong Read(ushort pmd, ushort set = 0) => ReadFull(pmd, set).Value;

    public PfargPmdAttr ReadFull(ushort pmd, ushort set = 0)
    {
        PfargPmdAttr[] vector = [new() { Number = pmd, Set = set }];
        Pfm.ReadPmrs(Session, vector).OrThrow();
        return vector[0];
    }

    /// <summary>Whether the session's descriptor is readable, or becomes so in time.</summary>
    public bool IsReadable(int milliseconds = 0) => Polling.Input(Session, milliseconds) == 1;

    public PfargMsg Message()
    {
        Assert.True(IsReadable(10_000));
        Pfm.ReadMessage(Session, out var message).OrThrow();
        return message;
    }

    /// <summary>The entries of the default format, each with its sampled values, read in place.</summary>
    public List<(PfmDflSmplEntry Entry, ulong[] Values)> Entries(int values)
    {
        var buffer = Pfm.SamplingBuffer(Session).Span;
        var header = MemoryMarshal.Read<PfmDflSmplHdr>(buffer);
        var entries = new List<(PfmDflSmplEntry, ulong[])>();
        var offset = Unsafe.SizeOf<PfmDflSmplHdr>();
        for (ulong i = 0; i < header.Count; i++)
        {
            var entry = MemoryMarshal.Read<PfmDflSmplEntry>(buffer[offset..]);
            offset += Unsafe.SizeOf<PfmDflSmplEntry>();
            entries.Add((entry, MemoryMarshal.Cast<byte, ulong>(buffer.Slice(offset, sizeof(ulong) * values)).ToArray()));
            offset += sizeof(ulong) * values;
        }

        Assert.Equal(header.CurrentOffset, (ulong)offset);
        return entries;
    }

    public static RegisterMask Mask(params int[] pmds) => RegisterMask.Of(pmds);

    public void Dispose()
    {
        Pfm.Close(Session);
        Program.Dispose();
    }
}
