using System.Diagnostics;

namespace Perfmon.Tests.Support;

/// <summary>A program of Programs/ that said <c>ready PID</c> and waits for what a test tells it. Disposing kills it.</summary>
internal sealed class RunningProgram : IDisposable
{
    private readonly Process _process;

    private RunningProgram(Process process) => _process = process;

    /// <summary>The process, which is also the thread id of its main thread.</summary>
    public int Pid => _process.Id;

    /// <summary>Starts the program and returns once it is ready. Skips the test when there is no C compiler.</summary>
    public static RunningProgram Start(string name, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(CProgram.Named(name), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var program = new RunningProgram(process);
        Assert.Equal($"ready {process.Id}", program.ReadLine());
        return program;
    }

    /// <summary>Lets the program go on to its next step.</summary>
    /// <param name="word">What the step is to do, for programs that ask.</param>
    public void Go(string word = "")
    {
        _process.StandardInput.WriteLine(word);
        _process.StandardInput.Flush();
    }

    /// <summary>The program's next line, or null when it has ended.</summary>
    public string? ReadLine() => _process.StandardOutput.ReadLine();

    /// <summary>Waits until the program's main thread sleeps: saying that it is ready is not yet to wait for what comes next.</summary>
    public void WaitUntilAsleep()
    {
        // The state follows the command in parentheses. Asked twice: a thread may sleep for its output's sake first.
        for (var asleep = 0; asleep < 2; Thread.Sleep(5))
        {
            var stat = File.ReadAllText($"/proc/{Pid}/stat");
            asleep = stat[stat.LastIndexOf(')') + 2] == 'S' ? asleep + 1 : 0;
        }
    }

    /// <summary>Closes the program's standard input, waits for its end and returns its exit code.</summary>
    public int End()
    {
        _process.StandardInput.Close();
        Assert.True(_process.WaitForExit(TimeSpan.FromSeconds(60)), $"{_process.StartInfo.FileName} did not end.");
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
