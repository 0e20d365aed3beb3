using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Perfmon.Symbols;

/// <summary>
/// <c>c++filt</c> of the GNU binutils, started at the first name, which answers a line with a line. A name can be made so that it fills
/// the memory: the program may have little of it, and little time; then the name stays as it is.
/// </summary>
internal sealed class CxxFilt : IDisposable
{
    private const string Program = "c++filt";
    private const int MostFailures = 8;
    private const int LongestAnswer = 64 << 10;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private static readonly SearchValues<char> s_characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.$");

    private byte[] _answer = [];
    private Process? _process;
    private int _failures;
    private bool? _isInstalled;

    public bool IsAvailable => (_isInstalled ??= IsInPath()) && _failures < MostFailures;

    /// <summary>What c++filt makes of <paramref name="name"/>; null where it does not know it.</summary>
    public string? Demangle(string name)
    {
        // Of these names are made; others would be two for it, or a line of their own.
        if (!IsAvailable || name.AsSpan().ContainsAnyExcept(s_characters))
        {
            return null;
        }

        try
        {
            if (_process is null)
            {
                // A read of an ended one may still be under way, into the buffer that it was given.
                _answer = new byte[LongestAnswer];
                _process = Start();
            }

            var input = _process.StandardInput.BaseStream;
            input.Write(Encoding.ASCII.GetBytes(name + "\n"));
            input.Flush();
            if (ReadLine(_process.StandardOutput.BaseStream) is { } answer)
            {
                return answer == name ? null : answer;
            }
        }
        catch (Exception failure) when (failure is IOException or Win32Exception or AggregateException)
        {
            // It could not be started, or has ended: for want of memory, with this name.
        }

        _failures++;
        Stop();
        return null;
    }

    public void Dispose() => Stop();

    private string? ReadLine(Stream output)
    {
        for (var length = 0; length < _answer.Length;)
        {
            var read = output.ReadAsync(_answer, length, _answer.Length - length);
            if (!read.Wait(s_patience) || read.Result == 0)
            {
                return null;
            }

            length += read.Result;
            if (_answer[length - 1] == (byte)'\n')
            {
                return Encoding.UTF8.GetString(_answer, 0, length - 1);
            }
        }

        return null;
    }

    private static Process Start()
    {
        const string limited = $"ulimit -v 524288; exec {Program}";
        return Process.Start(new ProcessStartInfo("/bin/sh", ["-c", limited])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private void Stop()
    {
        if (_process is null)
        {
            return;
        }

        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }

        _process.Dispose();
        _process = null;
    }

    private static bool IsInPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Join(folder, Program)));
}
