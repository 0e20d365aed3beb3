using System.Text;
using CommunityToolkit.HighPerformance.Buffers;
using Perfmon.Sampling.Records;
using Perfmon.Symbols;

namespace Perfmon.Profiles;

/// <summary>
/// From records to symbolised samples: takes the records of a session or of a perf.data file in the order of their times, follows processes and their mappings, and gives
/// each sample with the names of its stack. For one thread at a time; the symbolizer is the caller's.
/// </summary>
public sealed class SampleSymbolizer
{
    private const string GuestKernel = "[guest.kernel]";
    private const string GuestUser = "[guest.user]";

    private readonly Symbolizer _symbolizer;
    private readonly Dictionary<int, string> _comms = [];
    private readonly Dictionary<string, byte[]?> _buildIds = [];
    private readonly StringPool _names = new();
    private ProfileFrame[] _frames = new ProfileFrame[128];
    private int _count;

    /// <summary>One that asks <paramref name="symbolizer"/> for names, which it tells what happens to processes.</summary>
    public SampleSymbolizer(Symbolizer symbolizer)
    {
        ArgumentNullException.ThrowIfNull(symbolizer);
        _symbolizer = symbolizer;
    }

    /// <summary>What the records tell of others that are missing.</summary>
    public ProfileLosses Losses { get; private set; } = ProfileLosses.None;

    /// <summary>Takes a record.</summary>
    /// <param name="record">The next in the order of time.</param>
    /// <param name="profileEvent">For samples: which of the profile's events it is of.</param>
    /// <param name="period">For samples that do not carry their period: how many events one stands for.</param>
    /// <param name="sample">The sample. Its stack is this object's, until the next call.</param>
    /// <returns>Whether the record is a sample.</returns>
    public bool TryTake(PerfRecord record, int profileEvent, ulong period, out ProfileSample sample)
    {
        if (record.TryAsSample(out var raw))
        {
            Walk(raw);
            var weight = raw.Period > 0 ? raw.Period : Math.Max(period, 1);
            sample = new ProfileSample
            {
                Event = profileEvent,
                ProcessId = raw.Pid,
                ThreadId = raw.Tid,
                Comm = CommOf(raw.Pid, raw.Tid),
                Time = (long)raw.Time,
                Cpu = (raw.Fields & SampleFields.Cpu) != 0 ? raw.Cpu : -1,
                Weight = (long)Math.Min(weight, long.MaxValue),
                Frames = _frames.AsSpan(0, _count),
            };
            return true;
        }

        sample = default;
        Follow(record);
        return false;
    }

    /// <summary>Says what a thread is called, where no record did.</summary>
    public void ThreadNamed(int tid, string comm) => _comms[tid] = comm;

    /// <summary>Says which build of a file ran, for mappings whose records do not tell. Where a path had several, none of them counts.</summary>
    /// <param name="path">The file's path, as the records have it.</param>
    /// <param name="buildId">Its build id.</param>
    public void FileBuilt(string path, ReadOnlySpan<byte> buildId) =>
        _buildIds[path] = !_buildIds.TryGetValue(path, out var known) || known.AsSpan().SequenceEqual(buildId) ? buildId.ToArray() : null;

    private void Follow(PerfRecord record)
    {
        if (record.TryAsMmap(out var mmap))
        {
            if (!mmap.IsData)
            {
                var path = Text(mmap.FileName);
                var buildId = mmap.HasBuildId ? mmap.BuildId : _buildIds.GetValueOrDefault(path);
                _symbolizer.MappingAdded(mmap.Pid, mmap.Address, mmap.Length, mmap.FileOffset, path, buildId);
            }
        }
        else if (record.TryAsComm(out var comm))
        {
            Name(comm);
        }
        else if (record.TryAsTask(out var task))
        {
            Follow(task);
        }
        else if (record.TryAsLost(out var lost))
        {
            Losses = Losses with { LostRecords = Losses.LostRecords + (long)lost.Lost };
        }
        else if (record.TryAsLostSamples(out var samples))
        {
            Losses = Losses with { LostSamples = Losses.LostSamples + (long)samples.Lost };
        }
        else if (record.Type == RecordType.Throttle)
        {
            Losses = Losses with { Throttled = Losses.Throttled + 1 };
        }
    }

    private void Name(CommRecord comm)
    {
        var name = Text(comm.Name);
        _comms[comm.Tid] = name;
        if (comm.IsExec)
        {
            _symbolizer.ProcessExecuted(comm.Pid);
        }

        if (comm.Tid == comm.Pid)
        {
            _symbolizer.ProcessNamed(comm.Pid, name);
        }
    }

    private void Follow(TaskRecord task)
    {
        if (task.IsFork)
        {
            if (_comms.TryGetValue(task.ParentTid, out var name))
            {
                _comms[task.Tid] = name;
            }
            else
            {
                // The id may have been another thread's.
                _comms.Remove(task.Tid);
            }

            _symbolizer.ProcessForked(task.Pid, task.ParentPid);
        }
        else if (task.Tid == task.Pid)
        {
            _symbolizer.ProcessExited(task.Pid);
        }
    }

    private string CommOf(int pid, int tid) =>
        _comms.TryGetValue(tid, out var comm) ? comm : tid == 0 ? "swapper" : _symbolizer.ProcessName(pid) ?? $":{tid}";

    private void Walk(SampleRecord sample)
    {
        _count = 0;

        // A frame behind another holds where the call returns to: an address of the next instruction, which may be another function's.
        var mode = sample.CpuMode;
        var isCaller = false;
        var isKnown = true;
        foreach (var entry in sample.Callchain)
        {
            if (CallchainContext.IsContext(entry))
            {
                // What follows a context that is not known need not even be an address.
                mode = entry == CallchainContext.Guest ? CpuMode.GuestUser : CallchainContext.ModeOf(entry);
                isKnown = mode != CpuMode.Unknown;
                isCaller = false;
            }
            else if (isKnown)
            {
                Resolve(sample.Pid, entry, mode, isCaller);
                isCaller = true;
            }
        }

        // Without a chain, and where the kernel was not to write the part of it that the sample is in.
        if (_count == 0 && (sample.Fields & SampleFields.Ip) != 0)
        {
            Resolve(sample.Pid, sample.Ip, sample.CpuMode, isCaller: false);
        }
    }

    private void Resolve(int pid, ulong address, CpuMode mode, bool isCaller)
    {
        if (mode is CpuMode.GuestKernel or CpuMode.GuestUser)
        {
            Push(new ProfileFrame("", mode == CpuMode.GuestKernel ? GuestKernel : GuestUser, FrameKind.Guest, address));
            return;
        }

        var frames = _symbolizer.Resolve(pid, isCaller && address > 0 ? address - 1 : address, mode is CpuMode.Kernel or CpuMode.Hypervisor);
        for (var i = 0; i < frames.Length; i++)
        {
            var frame = frames[i];
            Push(new ProfileFrame(frame.Function ?? "", frame.Module, frame.Kind, address, IsInlined: i < frames.Length - 1));
        }
    }

    private void Push(in ProfileFrame frame)
    {
        if (_count == _frames.Length)
        {
            Array.Resize(ref _frames, 2 * _count);
        }

        _frames[_count++] = frame;
    }

    private string Text(ReadOnlySpan<byte> bytes) => _names.GetOrAdd(bytes, Encoding.UTF8);
}
