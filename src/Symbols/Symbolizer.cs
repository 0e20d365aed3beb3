using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Perfmon.Diagnostics;

namespace Perfmon.Symbols;

/// <summary>
/// From addresses to names. It is told what happens to processes, in order of time, as the kernel's records tell it (PERF_RECORD_MMAP2,
/// _COMM, _FORK, _EXIT), and asked for the names of sampled addresses as of then. What it is not told, it reads from procfs, as long as
/// the process lives. One thread at a time may use it.
/// </summary>
public sealed class Symbolizer : IDisposable
{
    private const int MostExited = 1024;

    private readonly SymbolizerOptions _options;
    private readonly Notes _notes = new();
    private readonly Dictionary<int, AddressSpace> _spaces = [];
    private readonly Queue<AddressSpace> _exited = new();
    private readonly AddressNames _names;

    /// <summary>One that looks where <paramref name="options"/> say; on the running machine without.</summary>
    public Symbolizer(SymbolizerOptions? options = null)
    {
        _options = options ?? new();
        _names = new(_options, _notes);
    }

    /// <summary>What keeps names from being found, each said once: hidden kernel addresses, files that are gone or not those that ran.</summary>
    public IReadOnlyList<string> Notes => _notes.All;

    /// <summary>
    /// Process <paramref name="pid"/> was forked from <paramref name="parent"/>, whose mappings and compiled code it has. A new thread of a
    /// process (both the same) changes nothing.
    /// </summary>
    public void ProcessForked(int pid, int parent)
    {
        if (pid != parent)
        {
            Replace(pid, Known(parent).Fork(pid));
        }
    }

    /// <summary>Process <paramref name="pid"/> executed another program: all its mappings are gone.</summary>
    public void ProcessExecuted(int pid)
    {
        var name = ProcessName(pid);
        Replace(pid, new AddressSpace(pid) { Name = name });
    }

    /// <summary>Process <paramref name="pid"/> is called <paramref name="name"/> (comm) from now on.</summary>
    public void ProcessNamed(int pid, string name) => Known(pid).Name = name;

    /// <summary>A mapping was made, over whatever was mapped there.</summary>
    /// <param name="pid">The process. Mappings of the kernel (a negative id) are ignored: its symbols come from kallsyms.</param>
    /// <param name="start">The first address.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="fileOffset">The offset in the file of the byte at <paramref name="start"/>.</param>
    /// <param name="path">The file's path as the process sees it, a name in brackets, or <c>//anon</c>.</param>
    /// <param name="buildId">The file's build id where the kernel told it: a file with another is not used.</param>
    public void MappingAdded(int pid, ulong start, ulong length, ulong fileOffset, string path, ReadOnlySpan<byte> buildId = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (pid >= 0 && length > 0 && start + length - 1 >= start)
        {
            Known(pid).Map(new Mapping(start, length, fileOffset, path, buildId));
        }
    }

    /// <summary>Process <paramref name="pid"/> has ended. Its addresses can still be resolved, until its id is used again.</summary>
    public void ProcessExited(int pid)
    {
        if (!_spaces.TryGetValue(pid, out var space) || space.HasExited)
        {
            return;
        }

        space.HasExited = true;
        _exited.Enqueue(space);
        if (_exited.Count > MostExited)
        {
            Forget(_exited.Dequeue());
        }
    }

    /// <summary>Takes the mappings of a process that already runs from procfs.</summary>
    /// <exception cref="PerfmonException">As <see cref="ProcessMaps.Read(int)"/>.</exception>
    public void ProcessAttached(int pid)
    {
        var mappings = ProcessMaps.Read(_options.Roots, pid);
        Known(pid).Map(mappings);
    }

    /// <summary>The name of process <paramref name="pid"/> (comm) as of now; null where it was not told.</summary>
    public string? ProcessName(int pid) => _spaces.GetValueOrDefault(pid)?.Name;

    /// <summary>
    /// The frames at <paramref name="address"/>: innermost first, more than one only where a symbol source knows what was inlined. Never empty.
    /// The same address again is a look-up that allocates nothing.
    /// </summary>
    /// <param name="pid">The process that ran there; of no matter for the kernel's addresses.</param>
    /// <param name="address">
    /// An instruction's address. Of a caller's frame it is the return address: subtract one, so that a call at a function's end is not
    /// taken for the function that follows.
    /// </param>
    /// <param name="isKernel">Whether it is an address of the kernel.</param>
    public ImmutableArray<SymbolizedFrame> Resolve(int pid, ulong address, bool isKernel) =>
        isKernel ? _names.Kernel(address) : _names.User(Known(pid), address);

    /// <summary>Whether a perf map was found for process <paramref name="pid"/>, as far as its addresses were asked for.</summary>
    internal bool HasPerfMap(int pid) => _spaces.GetValueOrDefault(pid)?.Jit is not null;

    /// <summary>Ends what was started for it and closes files.</summary>
    public void Dispose()
    {
        foreach (var space in _spaces.Values)
        {
            space.Dispose();
        }

        _spaces.Clear();
        _names.Dispose();
    }

    private AddressSpace Known(int pid)
    {
        ref var space = ref CollectionsMarshal.GetValueRefOrAddDefault(_spaces, pid, out _);
        return space ??= new AddressSpace(pid);
    }

    private void Replace(int pid, AddressSpace space)
    {
        _spaces.GetValueOrDefault(pid)?.Dispose();
        _spaces[pid] = space;
    }

    // The id may be another process's by now.
    private void Forget(AddressSpace space)
    {
        if (_spaces.GetValueOrDefault(space.Pid) == space)
        {
            _spaces.Remove(space.Pid);
        }

        space.Dispose();
    }
}
