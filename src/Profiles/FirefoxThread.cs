namespace Perfmon.Profiles;

/// <summary>
/// A thread as Firefox Profiler has it: one event of one. The viewer knows threads by their tid, so that each has its own: the second with the same
/// number, for another name or another event, is <c>4711.1</c>.
/// </summary>
internal sealed record FirefoxThread(TimelineLane Lane, string Name, string ProcessName, string Pid, string Tid, bool IsMain)
{
    public static IEnumerable<FirefoxThread> Of(IReadOnlyList<TimelineLane> lanes, ProfileDescription description)
    {
        var seen = new Dictionary<int, int>();
        var processes = new Dictionary<int, string>();
        foreach (var lane in lanes.Where(lane => lane.Thread.ProcessId == lane.Thread.ThreadId))
        {
            processes[lane.Thread.ProcessId] = lane.Thread.Comm;
        }

        foreach (var lane in lanes)
        {
            var thread = lane.Thread;
            var times = seen[thread.ThreadId] = seen.GetValueOrDefault(thread.ThreadId, -1) + 1;
            yield return new FirefoxThread(
                lane,
                description.Events.Count == 1 ? thread.Comm : $"{thread.Comm} ({description.Events[lane.Event].Name})",
                processes.GetValueOrDefault(thread.ProcessId, thread.Comm),
                $"{thread.ProcessId}",
                times == 0 ? $"{thread.ThreadId}" : $"{thread.ThreadId}.{times}",
                thread.ProcessId == thread.ThreadId && times == 0);
        }
    }
}
