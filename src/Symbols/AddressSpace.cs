using System.Collections.Immutable;

namespace Perfmon.Symbols;

/// <summary>A process as a <see cref="Symbolizer"/> knows it: its mappings, its perf map, and the names already found.</summary>
internal sealed class AddressSpace(int pid) : IDisposable
{
    private const int MostCached = 1 << 20;

    private readonly Dictionary<ulong, CachedFrames> _cache = [];
    private MappingTable _mappings = new();

    public int Pid { get; } = pid;

    public string? Name { get; set; }

    public bool HasExited { get; set; }

    /// <summary>When the process was first heard of, UTC.</summary>
    public DateTime KnownSince { get; } = DateTime.UtcNow;

    /// <summary>The perf map, once it was found.</summary>
    public JitMap? Jit { get; set; }

    /// <summary>How often the perf map has told something new.</summary>
    public int JitState { get; set; }

    /// <summary>The process whose perf map tells of this one's code: a fork runs what its parent compiled.</summary>
    public int JitPid { get; private init; } = pid;

    /// <summary>When procfs was last asked, in ms of <see cref="Environment.TickCount64"/>.</summary>
    public long AskedAt { get; set; } = long.MinValue;

    /// <summary>Which files its paths mean: <see cref="ImageFiles"/>. Null: not asked yet.</summary>
    public string? FileSystem { get; set; }

    public AddressSpace Fork(int child) =>
        new(child) { Name = Name, _mappings = new(_mappings), JitPid = JitPid, FileSystem = FileSystem };

    public Mapping? Find(ulong address) => _mappings.Find(address);

    public void Map(Mapping mapping)
    {
        _mappings.Add(mapping);
        foreach (var address in _cache.Keys)
        {
            if (mapping.Contains(address))
            {
                _cache.Remove(address);
            }
        }
    }

    public void Map(IReadOnlyList<ProcessMapping> mappings)
    {
        foreach (var mapping in mappings)
        {
            _mappings.Add(new Mapping(mapping.Start, mapping.Length, mapping.FileOffset, mapping.Path, default));
        }

        _cache.Clear();
    }

    public bool TryGetCached(ulong address, out CachedFrames frames) => _cache.TryGetValue(address, out frames);

    public ImmutableArray<SymbolizedFrame> Cache(ulong address, SymbolizedFrame frame, bool isSettled)
    {
        if (_cache.Count >= MostCached)
        {
            _cache.Clear();
        }

        ImmutableArray<SymbolizedFrame> frames = [frame];
        _cache[address] = new(frames, isSettled, JitState);
        return frames;
    }

    /// <summary>Forgets the names from the perf map, some of which it has taken back.</summary>
    public void ForgetJitNames()
    {
        foreach (var (address, cached) in _cache)
        {
            if (cached.Frames[0].Kind == FrameKind.Jit)
            {
                _cache.Remove(address);
            }
        }
    }

    public void Dispose()
    {
        Jit?.Dispose();
        Jit = null;
    }
}
