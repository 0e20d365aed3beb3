using System.Diagnostics;
using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Sampling.Records;
using Perfmon.Symbols;

namespace Perfmon.Sampling;

/// <summary>
/// Finds the .NET processes among what is sampled, those that run already and those that records tell of, and switches their perf maps on
/// (<see cref="JitMaps"/>), so that their compiled methods have names; off again when it is disposed. Processes that were told to write a map at their start
/// are left alone. It may be asked by any thread; it works on others.
/// </summary>
/// <param name="isOn">Whether maps are switched on; otherwise the processes are only found.</param>
public sealed class JitMapSwitch(bool isOn) : IDisposable
{
    // The runtime answers a while after it is mapped.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    // Mapped by the first lines of C# that run: what is asked for earlier would meet a runtime that is not made up yet.
    private static ReadOnlySpan<byte> FirstOfManaged => "libSystem.Native.so"u8;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Task> _known = [];
    private readonly List<EnabledJitMap> _enabled = [];
    private readonly List<PerfmonException> _problems = [];
    private readonly List<int> _without = [];
    private readonly CancellationTokenSource _end = new();
    private bool _isOver;

    /// <summary>The .NET processes found whose methods have no names: all where maps are not switched on.</summary>
    public IReadOnlyList<int> WithoutMap => Locked(() => _without.ToArray());

    /// <summary>The processes whose maps were switched on.</summary>
    public IReadOnlyList<int> WithMap => Locked(() => _enabled.Select(one => one.Pid).ToArray());

    /// <summary>Why maps of others could not be.</summary>
    public IReadOnlyList<PerfmonException> Problems => Locked(() => _problems.ToArray());

    /// <summary>Looks at a process that runs.</summary>
    public void Look(int pid)
    {
        if (DotNetProcess.Is(pid))
        {
            Found(pid, waits: false);
        }
    }

    /// <summary>Looks at all processes that run but this one.</summary>
    public void LookAtAll()
    {
        foreach (var folder in Directory.EnumerateDirectories(HostRoots.System.Proc))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), out var pid) && pid != Environment.ProcessId)
            {
                Look(pid);
            }
        }
    }

    /// <summary>Takes a record of the session: one tells of .NET that starts.</summary>
    public void Take(PerfRecord record)
    {
        if (record.Type == RecordType.Mmap2 && record.TryAsMmap(out var mmap) && mmap.FileName.EndsWith(FirstOfManaged) && mmap.Pid != Environment.ProcessId)
        {
            Found(mmap.Pid, waits: true);
        }
    }

    /// <summary>Switches off what was switched on. The files stay.</summary>
    public void Dispose()
    {
        if (!_isOver)
        {
            _isOver = true;
            _end.Cancel();
            Task.WaitAll(Locked(_known.Values.ToArray));
            Parallel.ForEach(_enabled, one => one.Disable());
        }
    }

    private void Found(int pid, bool waits)
    {
        lock (_gate)
        {
            if (!_known.ContainsKey(pid) && !_end.IsCancellationRequested)
            {
                _known[pid] = Task.Run(() => EnableAsync(pid, waits ? s_patience : TimeSpan.Zero));
            }
        }
    }

    private async Task EnableAsync(int pid, TimeSpan patience)
    {
        if (DotNetProcess.WasToldToWriteMap(pid))
        {
            return;
        }

        if (!isOn)
        {
            _ = Locked(() => Add(_without, pid));
            return;
        }

        for (var began = Stopwatch.GetTimestamp(); ;)
        {
            if (JitMaps.TryEnable(pid, out var enabled, out var problem))
            {
                _ = Locked(() => Add(_enabled, enabled));
                return;
            }

            // One that has ended needs no names any more, and none is to blame.
            if (problem.Reason == PerfmonReason.NoSuchTarget || !ProcessThreads.Exists(HostRoots.System, pid))
            {
                return;
            }

            if (problem.Reason != PerfmonReason.NotSupported || Stopwatch.GetElapsedTime(began) >= patience || _end.IsCancellationRequested)
            {
                _ = Locked(() => Add(_without, pid) && Add(_problems, problem));
                return;
            }

            await Task.Delay(s_pause, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static bool Add<T>(List<T> list, T item)
    {
        list.Add(item);
        return true;
    }

    private T Locked<T>(Func<T> get)
    {
        lock (_gate)
        {
            return get();
        }
    }
}
