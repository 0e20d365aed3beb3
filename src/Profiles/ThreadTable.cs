namespace Perfmon.Profiles;

/// <summary>Threads, each kept once, by their number. To add one that is known allocates nothing.</summary>
internal sealed class ThreadTable
{
    private readonly Dictionary<(int, int, string), int> _numbers = [];
    private readonly List<ProfileThread> _threads = [];

    public IReadOnlyList<ProfileThread> Threads => _threads;

    public int Add(int processId, int threadId, string comm)
    {
        var key = (processId, threadId, comm);
        if (!_numbers.TryGetValue(key, out var number))
        {
            number = _threads.Count;
            _numbers.Add(key, number);
            _threads.Add(new ProfileThread(processId, threadId, comm));
        }

        return number;
    }
}
