using System.Runtime.InteropServices;
using Perfmon.Events;

namespace Perfmon.Bench;

/// <summary>
/// peer.c, loaded into this process, so that both sides of a comparison run in one process and one run. Its loops take the number of
/// operations: a call through a delegate is paid once for all of them.
/// </summary>
internal static class CPeer
{
    private static readonly nint s_library = NativeLibrary.Load(CCompiler.Compile("peer.c", "libpeer.so", "-shared", "-fPIC"));

    private static readonly OpenFunction s_open = Function<OpenFunction>("peer_open");
    private static readonly CloseFunction s_close = Function<CloseFunction>("peer_close");
    private static readonly EnableFunction s_enable = Function<EnableFunction>("peer_enable");
    private static readonly ReadFunction s_read = Function<ReadFunction>("peer_read");
    private static readonly OpenCloseFunction s_openClose = Function<OpenCloseFunction>("peer_open_close");
    private static readonly SessionFunction s_session = Function<SessionFunction>("peer_session");
    private static readonly AttachFunction s_attach = Function<AttachFunction>("peer_attach");

    private delegate long OpenFunction(Event[] events, int count, int thread, Followed followed, [Out] int[] group);

    private delegate long CloseFunction(int[] group, int count);

    private delegate long EnableFunction(int leader);

    private delegate long ReadFunction(int leader, int members, long times);

    private delegate long OpenCloseFunction(Event[] events, long times);

    private delegate long SessionFunction(Event[] events, int count, long times);

    private delegate long AttachFunction(Event[] events, int count, int process, Followed followed);

    /// <summary>What C opens for a parsed event: the same type and config, nothing else.</summary>
    public static Event[] Events(IEnumerable<EventRequest> requests) =>
        [.. requests.Select(request => new Event(request.Selection.Type, request.Selection.Config))];

    /// <summary>Opens a group on the calling thread and starts it; gives its descriptors, the leader's first.</summary>
    public static int[] OpenStarted(Event[] events)
    {
        var group = new int[events.Length];
        Check(s_open(events, events.Length, thread: 0, Followed.Alone, group));
        Check(s_enable(group[0]));
        return group;
    }

    public static void Close(int[] group) => Check(s_close(group, group.Length));

    public static void Read(int[] group, long times) => Check(s_read(group[0], group.Length, times));

    public static void OpenAndClose(Event[] events, long times) => Check(s_openClose(events, times));

    public static void OpenStartStopClose(Event[] events, long times) => Check(s_session(events, events.Length, times));

    public static void AttachAndClose(Event[] events, int process, Followed followed) =>
        Check(s_attach(events, events.Length, process, followed));

    private static T Function<T>(string name)
        where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(s_library, name));

    private static void Check(long result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"The peer in C failed: {(Native.Errno)(-result)}.");
        }
    }

    /// <summary><c>enum followed</c> of peer.c: whether children inherit the events, and whether these run from the first moment.</summary>
    public enum Followed
    {
        Alone,
        Inherited,
        InheritedRunning,
    }

    /// <summary><c>struct event</c> of peer.c.</summary>
    public readonly record struct Event(ulong Type, ulong Config);
}
