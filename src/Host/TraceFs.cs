using System.Diagnostics.CodeAnalysis;

namespace Perfmon.Host;

/// <summary>The kernel's tracepoints: tracefs's <c>events</c> folder. Nothing is kept: each call reads the folder as it is then.</summary>
public sealed class TraceFs
{
    private readonly string? _events;

    private TraceFs(string? path, bool isReadable)
    {
        Path = path;
        IsReadable = isReadable;
        _events = isReadable ? System.IO.Path.Combine(path!, "events") : null;
    }

    /// <summary>Where tracefs is mounted; null where it is not.</summary>
    public string? Path { get; }

    /// <summary>Whether tracefs is mounted.</summary>
    [MemberNotNullWhen(true, nameof(Path))]
    public bool IsMounted => Path is not null;

    /// <summary>Whether it is mounted and this user may enter it: by default only root may.</summary>
    [MemberNotNullWhen(true, nameof(Path))]
    public bool IsReadable { get; }

    /// <summary>Looks for tracefs at the folders of <see cref="HostRoots.TraceFs"/>.</summary>
    public static TraceFs Find(HostRoots roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        if (roots.TraceFs.FirstOrDefault(root => Directory.Exists(System.IO.Path.Combine(root, "events"))) is { } mounted)
        {
            return new TraceFs(mounted, isReadable: true);
        }

        return new TraceFs(roots.TraceFs.FirstOrDefault(IsClosed), isReadable: false);
    }

    /// <summary>The id of a tracepoint: <c>perf_event_attr.config</c> of an event of type PERF_TYPE_TRACEPOINT.</summary>
    /// <param name="system">The system, such as <c>sched</c>; a name, no path.</param>
    /// <param name="name">The event's name in it, such as <c>sched_switch</c>; a name, no path.</param>
    /// <param name="id">The id; 0 where there is none.</param>
    /// <param name="problem">Why there is none.</param>
    public bool TryGetTracepointId(string system, string name, out int id, out TraceFsProblem problem)
    {
        id = 0;
        problem = Locate(system, name, out var folder);
        if (problem != TraceFsProblem.None)
        {
            return false;
        }

        try
        {
            using var file = new StreamReader(System.IO.Path.Combine(folder!, "id"));
            Span<char> text = stackalloc char[16];
            var length = file.ReadBlock(text);
            problem = int.TryParse(text[..length], out id) && id > 0 ? TraceFsProblem.None : TraceFsProblem.Malformed;
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = TraceFsProblem.NoSuchEvent;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problem = TraceFsProblem.NotReadable;
        }

        id = problem == TraceFsProblem.None ? id : 0;
        return problem == TraceFsProblem.None;
    }

    /// <summary>The names of the systems, sorted; none where tracefs cannot be read.</summary>
    public IReadOnlyList<string> Systems() => _events is null ? [] : Folders(_events);

    /// <summary>The names of the events of <paramref name="system"/> that perf can open, sorted; none without such a system.</summary>
    public IReadOnlyList<string> Events(string system)
    {
        if (_events is null || !IsName(system))
        {
            return [];
        }

        var folder = System.IO.Path.Combine(_events, system);
        return [.. Folders(folder).Where(name => File.Exists(System.IO.Path.Combine(folder, name, "id")))];
    }

    private TraceFsProblem Locate(string system, string name, out string? folder)
    {
        folder = null;
        if (_events is null)
        {
            return IsMounted ? TraceFsProblem.NotReadable : TraceFsProblem.NotMounted;
        }

        if (!IsName(system) || !Directory.Exists(System.IO.Path.Combine(_events, system)))
        {
            return TraceFsProblem.NoSuchSystem;
        }

        if (!IsName(name) || !Directory.Exists(System.IO.Path.Combine(_events, system, name)))
        {
            return TraceFsProblem.NoSuchEvent;
        }

        folder = System.IO.Path.Combine(_events, system, name);
        return TraceFsProblem.None;
    }

    // Names come from users: none may lead out of the folder.
    private static bool IsName(string name) => name is not (null or "" or "." or "..") && name.AsSpan().IndexOfAny('/', '\0') < 0;

    // Before tracefs is mounted its folder is there too, empty and open to all; mounted, it is by default open to root only.
    private static bool IsClosed(string root)
    {
        try
        {
            using var entries = Directory.EnumerateFileSystemEntries(root).GetEnumerator();
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            // Below a closed debugfs nothing is known, not even whether the folder exists.
            return Directory.Exists(root);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static List<string> Folders(string path)
    {
        try
        {
            var names = Directory.EnumerateDirectories(path).Select(folder => System.IO.Path.GetFileName(folder)).ToList();
            names.Sort(StringComparer.Ordinal);
            return names;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
