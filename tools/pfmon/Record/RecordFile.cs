using Perfmon.Sampling;
using Perfmon.Sampling.PerfData;
using Perfmon.Sampling.Records;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Stat;

namespace Perfmon.Tool.Record;

/// <summary>
/// The file of a recording, in its place from the beginning: one whose writer was killed can be read. What was there before is kept beside it, as perf
/// does. What is no ordinary file, such as a pipe, is written without seeking.
/// </summary>
internal sealed class RecordFile : IDisposable
{
    /// <summary>The path that stands for standard output.</summary>
    public const string Pipe = "-";

    private readonly string _path;
    private readonly PerfDataRecorder _recorder;
    private readonly Stream? _stream;

    private RecordFile(string path, SamplingSession session)
    {
        _path = path;
        var features = PerfDataFeatures.OfThisMachine(Version, ["pfmon", .. Environment.GetCommandLineArgs()[1..]]);
        _stream = path == Pipe ? Console.OpenStandardOutput() : OpenSpecial(path);
        if (_stream is null)
        {
            KeepOld(path);
            _recorder = PerfDataRecorder.Create(path, session, features);
        }
        else
        {
            _recorder = PerfDataRecorder.ToPipe(_stream, session, features);
        }
    }

    /// <summary>How long it is; in a pipe, how many bytes of records there are.</summary>
    public long Length => _stream is null ? new FileInfo(_path).Length : BytesWritten;

    /// <summary>How many bytes of records were written.</summary>
    public long BytesWritten => _recorder.BytesWritten;

    private static string Version => $"pfmon {typeof(RecordFile).Assembly.GetName().Version}";

    /// <summary>Refuses what cannot be meant.</summary>
    /// <exception cref="ToolException">Standard output is a terminal.</exception>
    public static void Check(string path) => OptionValues.Refuse(
        path == Pipe && !Console.IsOutputRedirected, "-o - writes data that is no text, and standard output is a terminal.\nAn example:  pfmon record -o - ls | perf script -i -");

    /// <summary>Opens the file.</summary>
    /// <exception cref="ToolException">It cannot be written.</exception>
    public static RecordFile Open(string path, SamplingSession session)
    {
        try
        {
            return new RecordFile(path, session);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw ResultFile.CannotWrite(path, failure);
        }
    }

    /// <summary>Writes all that the session samples.</summary>
    /// <exception cref="ToolException">It cannot be written any more.</exception>
    public void Record(Action<PerfRecord> onRecord)
    {
        try
        {
            _recorder.Run(onRecord);
            _stream?.Flush();
        }
        catch (IOException failure)
        {
            throw new ToolException(
                $"Cannot write {(_path == Pipe ? "to standard output" : _path)} any more.\n{failure.Message}{(_stream is null ? "\nWhat was written by then can be read." : "")}",
                ExitCode.Failure);
        }
    }

    public void Dispose()
    {
        try
        {
            _recorder.Dispose();
            _stream?.Dispose();
        }
        catch (IOException)
        {
            // What is left has no room; that was said.
        }
    }

    // Null for an ordinary file. To open a named pipe waits for its reader.
    private static FileStream? OpenSpecial(string path)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            return null;
        }

        var stream = new FileStream(full, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        if (!stream.CanSeek || full.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal))
        {
            return stream;
        }

        stream.Dispose();
        return null;
    }

    private static void KeepOld(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > 0 })
        {
            File.Move(path, $"{path}.old", overwrite: true);
        }
    }
}
