using System.Runtime.InteropServices;
using Perfmon.Events;
using Perfmon.Host;

namespace Perfmon.Bench.Switches;

/// <summary>switch_peer.c, loaded into this process.</summary>
internal sealed class PeerSide : ISwitchingSide
{
    private static readonly nint s_library = NativeLibrary.Load(CCompiler.Compile("switch_peer.c", "libswitchpeer.so", "-shared", "-fPIC"));
    private static readonly StartFunction s_start = Function<StartFunction>("switch_peer_start");
    private static readonly SimpleFunction s_goFirst = Function<SimpleFunction>("switch_peer_go_first");
    private static readonly SimpleFunction s_switches = Function<SimpleFunction>("switch_peer_switches");
    private static readonly SimpleFunction s_stop = Function<SimpleFunction>("switch_peer_stop");

    private readonly CPeer.Event[] _events;
    private readonly int _sets;

    /// <param name="sets">The events of each set, as many in each.</param>
    public PeerSide(IReadOnlyList<string> sets)
    {
        _sets = sets.Count;
        _events = [.. sets.SelectMany(names => CPeer.Events(EventParser.ParseOrThrow(names, HostDescription.Current)))];
    }

    private delegate long StartFunction(int[] threads, int count, CPeer.Event[] events, int sets, int members, ulong turn, Strategy strategy);

    private delegate long SimpleFunction();

    /// <summary>Lets the calling thread run before all others, if it may: what it reads before and after a round is to be of one moment each.</summary>
    public static void GoFirst() => _ = s_goFirst();

    public string ThreadName => "Peer sets";

    public long Switches => s_switches();

    public void Start(IReadOnlyList<int> threads, TimeSpan turn, Strategy strategy) =>
        Check(s_start([.. threads], threads.Count, _events, _sets, _events.Length / _sets, (ulong)turn.TotalNanoseconds, strategy));

    public void Stop() => Check(s_stop());

    private static T Function<T>(string name)
        where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(s_library, name));

    private static void Check(long result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"The peer in C failed: {(Native.Errno)(-result)}.");
        }
    }
}
