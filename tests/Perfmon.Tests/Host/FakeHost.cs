using Perfmon.Host;

namespace Perfmon.Tests.Host;

/// <summary>A machine of files in a temporary folder: <c>proc/…</c> and <c>sys/…</c> below it. Disposing deletes it.</summary>
public sealed class FakeHost : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("perfmon-host-").FullName;

    public HostRoots Roots => new()
    {
        Proc = PathOf("proc"),
        Sys = PathOf("sys"),
        DebugFs = PathOf("sys/kernel/debug"),
        TraceFs = [PathOf("sys/kernel/tracing"), PathOf("sys/kernel/debug/tracing")],
    };

    /// <summary>A new description of the machine as its files are now.</summary>
    public HostDescription Read() => HostDescription.Read(Roots);

    /// <summary>Where the file or folder <paramref name="path"/>, such as <c>sys/devices</c>, really is.</summary>
    public string PathOf(string path) => Path.Combine(_folder, path);

    /// <summary>Writes a file with its folders; its content ends with a newline, as the kernel's do.</summary>
    public FakeHost File(string path, string content)
    {
        Folder(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(PathOf(path), content + "\n");
        return this;
    }

    public FakeHost Folder(string path)
    {
        Directory.CreateDirectory(PathOf(path));
        return this;
    }

    /// <summary>A PMU with its type; <paramref name="files"/> are paths in its folder and their contents.</summary>
    public FakeHost Pmu(string name, uint type, params ReadOnlySpan<(string Path, string Content)> files)
    {
        File($"sys/bus/event_source/devices/{name}/type", $"{type}");
        foreach (var (path, content) in files)
        {
            File($"sys/bus/event_source/devices/{name}/{path}", content);
        }

        return this;
    }

    /// <summary>A process with open files: what its descriptors' links say.</summary>
    public FakeHost Process(int pid, string name, params ReadOnlySpan<string> links)
    {
        File($"proc/{pid}/comm", name).Folder($"proc/{pid}/fd").Folder($"proc/{pid}/fdinfo");
        for (var descriptor = 0; descriptor < links.Length; descriptor++)
        {
            File($"proc/{pid}/fdinfo/{descriptor}", "pos:\t0");
            System.IO.File.Delete(PathOf($"proc/{pid}/fd/{descriptor}"));
            System.IO.File.CreateSymbolicLink(PathOf($"proc/{pid}/fd/{descriptor}"), links[descriptor]);
        }

        return this;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
