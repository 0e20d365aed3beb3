using System.Diagnostics;
using System.Globalization;
using Perfmon.Native;

namespace Perfmon.Bench.Sampling;

/// <summary><c>perf record</c>, in a process of its own, writing to a file.</summary>
internal sealed class PerfRecorder : IRecorder
{
    private const int Interrupt = 2;

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"perfmon-bench-{Environment.ProcessId}.data");
    private Process? _process;

    public static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "perf")));

    public long OwnTime => long.Parse(File.ReadAllText($"/proc/{_process!.Id}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);

    public void Start(int thread, int hertz)
    {
        File.Delete(_file);
        _process = Run("record", "-q", "-N", "-B", "-e", "cpu-clock", "-F", $"{hertz}", "-t", $"{thread}", "-o", _file);

        // It has begun when it has written what is there before the first sample.
        for (var written = 0L; written == 0; written = File.Exists(_file) ? new FileInfo(_file).Length : 0)
        {
            Thread.Sleep(10);
        }

        Thread.Sleep(50);
    }

    public long Stop()
    {
        using var pidfd = new SafeKernelHandle(LinuxKernel.Instance, (int)LinuxKernel.Instance.PidfdOpen(_process!.Id, thread: false).Value);
        _ = LinuxKernel.Instance.PidfdSendSignal(pidfd.Descriptor, Interrupt);
        End(_process);
        return Samples();
    }

    public long Flood(string program, int calls, int pages)
    {
        End(Run("record", "-q", "-N", "-B", "-e", "syscalls:sys_enter_getppid", "-c", "1", "-m", $"{pages}", "-o", _file, program, $"{calls}"));
        return Samples();
    }

    private static Process Run(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("perf", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static string End(Process process)
    {
        _ = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.Dispose();
        return output;
    }

    // "SAMPLE events:     123  (99.0%)": the total, before those of each event.
    private long Samples()
    {
        var stats = End(Run("report", "--stats", "-i", _file));
        File.Delete(_file);
        var line = stats.Split('\n').FirstOrDefault(line => line.Contains(" SAMPLE events:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split(':')[1].Split('(')[0].Trim(), CultureInfo.InvariantCulture);
    }
}
