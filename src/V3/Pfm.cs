using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CommunityToolkit.HighPerformance.Buffers;
using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Registers;
using Perfmon.Sampling.Formats;
using Perfmon.Session;
using Perfmon.Sets;

namespace Perfmon.V3;

/// <summary>
/// The five calls of perfmon v3.0, with their layouts, flags, states and errno, on registers. A session is a descriptor; it is readable
/// while a message waits, so it works with poll and epoll. A failed call changes nothing, but for vectors: elements before the one that
/// failed stay applied, and the result says which that is.
/// </summary>
public static partial class Pfm
{
    private const PfmSessionFlags KnownFlags =
        PfmSessionFlags.NotifyBlock | PfmSessionFlags.SystemWide | PfmSessionFlags.SamplingFormat | PfmSessionFlags.OverflowNoMessage;

    private static readonly ConcurrentDictionary<int, SessionEngine> s_sessions = new();

    /// <summary><c>pfm_create_session</c>: a session in state UNLOADED, and the registers it may use.</summary>
    /// <param name="flags">The kind of session.</param>
    /// <param name="sinfo">The registers available.</param>
    /// <param name="samplingFormat">The sampling format's name, with <see cref="PfmSessionFlags.SamplingFormat"/>; see <see cref="SamplingFormats"/>.</param>
    /// <param name="formatArgument">The format's own argument: for <c>default</c> a <see cref="PfmDflSmplArg"/>.</param>
    /// <returns>The descriptor; close it with <see cref="Close"/>.</returns>
    public static PfmResult CreateSession(
        PfmSessionFlags flags, out PfargSinfo sinfo, string? samplingFormat = null, ReadOnlyMemory<byte> formatArgument = default)
    {
        var information = default(PfargSinfo);
        var result = Call(() =>
        {
            CheckFlags(flags, samplingFormat);
            var format = samplingFormat is null ? null : SamplingFormats.Make(samplingFormat, formatArgument.Span);
            var host = HostDescription.Current;
            var kind = flags.HasFlag(PfmSessionFlags.SystemWide) ? SessionKinds.SystemWide : SessionKinds.Thread;
            var options = new SessionOptions { Following = Following.Nothing, Scheduling = Scheduling.Together };
            var engine = new SessionEngine(
                LinuxKernel.Instance, host, HardwareModels.Map(host), kind, options, new SetSwitcher(LinuxKernel.Instance, new RoundRobin(), beforeOthers: true, tellsTime: false),
                format: format, hasMessages: !flags.HasFlag(PfmSessionFlags.OverflowNoMessage));
            information.AvailablePmcs = engine.AvailablePmcs;
            information.AvailablePmds = engine.AvailablePmds;
            var descriptor = engine.MessageDescriptor.Descriptor;

            // A number that is still listed was closed behind our back: its session is over.
            _ = s_sessions.TryRemove(descriptor, out var stale);
            s_sessions[descriptor] = engine;
            stale?.Abandon();
            return descriptor;
        });
        sinfo = information;
        return result;
    }

    /// <summary><c>pfm_write_pmrs</c>: writes a vector of PMCs or PMDs, as bytes of the structure that <paramref name="type"/> names.</summary>
    public static PfmResult WritePmrs(int session, PfmRegisterType type, ReadOnlySpan<byte> vector) => type switch
    {
        PfmRegisterType.Pmc or PfmRegisterType.Pmd when IsVector<PfargPmr>(vector) => WritePmrs(session, type, MemoryMarshal.Cast<byte, PfargPmr>(vector)),
        PfmRegisterType.PmdAttributes when IsVector<PfargPmdAttr>(vector) => WritePmrs(session, MemoryMarshal.Cast<byte, PfargPmdAttr>(vector)),
        _ => Fail(PfmErrors.NotAVector(type, vector.Length)),
    };

    /// <summary><c>pfm_write_pmrs</c>: writes a vector of PMCs, or of PMDs that keep their attributes.</summary>
    public static PfmResult WritePmrs(int session, PfmRegisterType type, ReadOnlySpan<PfargPmr> vector)
    {
        if (vector.IsEmpty || type is not (PfmRegisterType.Pmc or PfmRegisterType.Pmd))
        {
            return Fail(PfmErrors.NotAVector(type, vector.Length));
        }

        var allowed = type == PfmRegisterType.Pmc ? PfmRegisterFlags.NoEmulation64 : PfmRegisterFlags.None;
        var good = 0;
        while (good < vector.Length && (vector[good].Flags & ~allowed) == 0)
        {
            good++;
        }

        using var pmcs = SpanOwner<PmcWrite>.Allocate(type == PfmRegisterType.Pmc ? good : 0);
        using var pmds = SpanOwner<PmdWrite>.Allocate(type == PfmRegisterType.Pmd ? good : 0);
        for (var i = 0; i < pmcs.Length; i++)
        {
            pmcs.Span[i] = new PmcWrite(vector[i].Set, vector[i].Number, vector[i].Value);
        }

        for (var i = 0; i < pmds.Length; i++)
        {
            pmds.Span[i] = new PmdWrite(vector[i].Set, vector[i].Number, vector[i].Value);
        }

        var written = type == PfmRegisterType.Pmc
            ? Call(pmcs.Span, (Span<PmcWrite> writes, out int applied) => Find(session).WritePmcs(writes, out applied))
            : Call(pmds.Span, (Span<PmdWrite> writes, out int applied) => Find(session).WritePmds(writes, out applied));
        return written.Errno != 0 || good == vector.Length ? written : Fail(PfmErrors.UnknownFlags(vector[good].Number, vector[good].Flags), written.Applied);
    }

    /// <summary><c>pfm_write_pmrs</c>: writes a vector of PMDs with their attributes.</summary>
    public static PfmResult WritePmrs(int session, ReadOnlySpan<PfargPmdAttr> vector)
    {
        if (vector.IsEmpty)
        {
            return Fail(PfmErrors.NotAVector(PfmRegisterType.PmdAttributes, 0));
        }

        return Call(vector, (ReadOnlySpan<PfargPmdAttr> elements, out int applied) =>
        {
            applied = 0;
            var engine = Find(session);
            foreach (ref readonly var element in elements)
            {
                engine.WritePmds([new PmdWrite(element.Set, element.Number, element.Value, Attributes(element))], out _);
                applied++;
            }
        });
    }

    /// <summary><c>pfm_read_pmrs</c>: reads a vector of PMDs, as bytes of the structure that <paramref name="type"/> names.</summary>
    public static PfmResult ReadPmrs(int session, PfmRegisterType type, Span<byte> vector) => type switch
    {
        PfmRegisterType.Pmc => Fail(PfmErrors.PmcsCannotBeRead()),
        PfmRegisterType.Pmd when IsVector<PfargPmr>(vector) => ReadPmrs(session, MemoryMarshal.Cast<byte, PfargPmr>(vector)),
        PfmRegisterType.PmdAttributes when IsVector<PfargPmdAttr>(vector) => ReadPmrs(session, MemoryMarshal.Cast<byte, PfargPmdAttr>(vector)),
        _ => Fail(PfmErrors.NotAVector(type, vector.Length)),
    };

    /// <summary><c>pfm_read_pmrs</c>: fills in the values of a vector of PMDs.</summary>
    public static PfmResult ReadPmrs(int session, Span<PfargPmr> vector) => ReadElements(session, vector);

    /// <summary><c>pfm_read_pmrs</c>: fills in the values and last reset values of a vector of PMDs.</summary>
    public static PfmResult ReadPmrs(int session, Span<PfargPmdAttr> vector) => ReadElements(session, vector);

    /// <summary><c>pfm_control_session</c>: attach, start, stop, restart or detach.</summary>
    /// <param name="session">The descriptor.</param>
    /// <param name="action">Exactly one action.</param>
    /// <param name="target">For an attach: the thread's id, or the CPU's number in a system-wide session.</param>
    public static PfmResult ControlSession(int session, PfmControl action, int target = 0) => Call(() =>
    {
        var engine = Find(session);
        switch (action)
        {
            case PfmControl.Attach:
                engine.Attach(AttachTarget(engine, target));
                break;
            case PfmControl.Start:
                engine.Start();
                break;
            case PfmControl.Stop:
                engine.Stop(toleratesEnd: false);
                break;
            case PfmControl.Restart:
                engine.Restart();
                break;
            case PfmControl.Detach:
                engine.Detach(toleratesEnd: false);
                break;
            default:
                throw PfmErrors.UnknownAction((uint)action);
        }

        return 0;
    });

    /// <summary>Reads a message, as <c>read(2)</c> does on perfmon's descriptor; EAGAIN when none waits.</summary>
    public static PfmResult ReadMessage(int session, out PfargMsg message)
    {
        var read = default(PfargMsg);
        var result = Call(() =>
        {
            if (!Find(session).TryReadMessage(out var queued))
            {
                throw PfmErrors.NoMessage();
            }

            read = new PfargMsg
            {
                Type = (uint)queued.Kind,
                OverflowPid = (uint)queued.ProcessId,
                OverflowTid = (uint)queued.ThreadId,
                OverflowCpu = (ushort)queued.Cpu,
                OverflowIp = queued.Ip,
                OverflowPmds = queued.Pmds,
                ActiveSet = queued.Set,
            };
            return 0;
        });
        message = read;
        return result;
    }

    /// <summary>The session's state; perfmon's own tools had to remember it.</summary>
    public static SessionState? State(int session) => s_sessions.TryGetValue(session, out var engine) ? engine.State : null;

    /// <summary>The sampling format of a session, for what it has collected; null where it has none.</summary>
    public static ISamplingFormat? SamplingFormat(int session) => s_sessions.TryGetValue(session, out var engine) ? engine.Format : null;

    /// <summary>
    /// The buffer of a session with the format <c>default</c>, to be read in place, as perfmon's was mapped: <see cref="PfmDflSmplHdr"/> and the entries behind it. It outlives the
    /// session. Empty where the session has another format or none.
    /// </summary>
    public static ReadOnlyMemory<byte> SamplingBuffer(int session) => SamplingFormat(session) is DefaultFormat format ? format.Buffer : default;

    /// <summary>What has become of a session's overflows; null where there is no such session.</summary>
    public static OverflowStatistics? Overflows(int session) => s_sessions.TryGetValue(session, out var engine) ? engine.Overflows : null;

    /// <summary>Closes the descriptor and ends the session, as <c>close(2)</c> does in perfmon.</summary>
    public static PfmResult Close(int session) => Call(() =>
    {
        if (!s_sessions.TryRemove(session, out var engine))
        {
            throw PfmErrors.NotASession(session);
        }

        engine.Dispose();
        return 0;
    });

    // Counts the elements that are done in applied, also where it throws.
    private delegate void VectorBody<TVector>(TVector vector, out int applied)
        where TVector : allows ref struct;

    private static PfmResult Call(Func<int> body)
    {
        var value = 0;
        var result = Call(body, (Func<int> call, out int applied) =>
        {
            applied = 0;
            value = call();
        });
        return result.Succeeded ? result with { Value = value } : result;
    }

    private static PfmResult Call<TVector>(TVector vector, VectorBody<TVector> body)
        where TVector : allows ref struct
    {
        var applied = 0;
        try
        {
            body(vector, out applied);
            return new PfmResult(0, applied, null);
        }
        catch (Exception exception) when (exception is PerfmonException or ObjectDisposedException)
        {
            return Fail(exception, applied);
        }
    }

    private static PfmResult Fail(Exception exception, int applied = 0)
    {
        // A session that another thread closed in the middle of a call is gone, as a descriptor would be.
        var error = exception as PerfmonException ?? PfmErrors.ClosedMeanwhile();

        // perfmon answers EPERM where perf_event_open answers EACCES.
        return new PfmResult(-(error.Errno == (int)Errno.EACCES ? (int)Errno.EPERM : error.Errno), applied, error);
    }

    private static PfmResult ReadElements<T>(int session, Span<T> vector)
        where T : struct, IPmdElement
    {
        if (vector.IsEmpty)
        {
            return Fail(PfmErrors.NotAVector(PfmRegisterType.Pmd, 0));
        }

        using var reads = SpanOwner<PmdRead>.Allocate(vector.Length);
        for (var i = 0; i < vector.Length; i++)
        {
            reads.Span[i] = new PmdRead(vector[i].Set, vector[i].Number);
        }

        var result = Call(reads.Span, (Span<PmdRead> elements, out int applied) => Find(session).ReadPmds(elements, out applied));
        for (var i = 0; i < result.Applied; i++)
        {
            vector[i].Take(reads.Span[i]);
        }

        return result;
    }

    private static SessionEngine Find(int session) =>
        s_sessions.TryGetValue(session, out var engine) ? engine : throw PfmErrors.NotASession(session);

    private static bool IsVector<T>(ReadOnlySpan<byte> bytes)
        where T : struct => !bytes.IsEmpty && bytes.Length % Unsafe.SizeOf<T>() == 0;

    private static void CheckFlags(PfmSessionFlags flags, string? samplingFormat)
    {
        if ((flags & ~KnownFlags) != 0)
        {
            throw PfmErrors.UnknownSessionFlags(flags & ~KnownFlags);
        }

        if (flags.HasFlag(PfmSessionFlags.NotifyBlock))
        {
            throw PfmErrors.CannotBlock(flags.HasFlag(PfmSessionFlags.SystemWide));
        }

        if (flags.HasFlag(PfmSessionFlags.SamplingFormat) != samplingFormat is not null)
        {
            throw PfmErrors.FormatAndFlag(samplingFormat);
        }
    }

    private static PmdAttributes Attributes(in PfargPmdAttr element)
    {
        const PfmRegisterFlags allowed = PfmRegisterFlags.OverflowNotify | PfmRegisterFlags.Random;
        if ((element.Flags & ~allowed) != 0)
        {
            throw PfmErrors.UnknownFlags(element.Number, element.Flags);
        }

        return new PmdAttributes
        {
            Notifies = element.Flags.HasFlag(PfmRegisterFlags.OverflowNotify),
            IsRandom = element.Flags.HasFlag(PfmRegisterFlags.Random),
            RandomMask = element.RandomMask,
            LongReset = element.LongReset,
            ShortReset = element.ShortReset,
            SampledPmds = element.SampledPmds,
            ResetPmds = element.ResetPmds,
            OverflowSwitchCount = element.OverflowSwitchCount,
            SampleEventId = element.SampleEventId,
        };
    }

    private static Target AttachTarget(SessionEngine engine, int target)
    {
        if (engine.Kind == SessionKinds.SystemWide)
        {
            return HostDescription.Current.Cpus.Online.Contains(target) ? Target.Cpu(target) : throw PfmErrors.NoSuchCpu(target);
        }

        return target == LinuxKernel.Instance.CurrentThread ? Target.CallingThread
            : target > 0 ? Target.Thread(target)
            : throw PfmErrors.NoSuchThread(target);
    }
}
