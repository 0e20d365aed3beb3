using System.Diagnostics;
using Perfmon.Profiles;
using Perfmon.Tool.Output;
using Perfmon.Tool.Sample;
using Spectre.Console;

namespace Perfmon.Tool.Top;

/// <summary>Reads samples and shows tables of them: on a terminal one after the other in the same place, else as plain text.</summary>
internal sealed class TopView : IDisposable
{
    private const int PlainRows = 20;
    private const int FewestRows = 3;

    // Terminals that nobody looks at have no size.
    private const int UsualWidth = 80;

    // The alternate screen, without a cursor; back again; and to its first line, with nothing on it.
    private const string Enter = "\e[?1049h\e[?25l";
    private const string Leave = "\e[?25h\e[?1049l";
    private const string Clear = "\e[H\e[J";

    private readonly TopRequest _request;
    private readonly SampleRun _run;
    private readonly LiveProfile _live;
    private readonly CancellationTokenSource _quit = new();
    private readonly bool _isLive;
    private ulong _lost;
    private bool _hasLeft;

    public TopView(TopRequest request, SampleRun run)
    {
        _request = request;
        _run = run;
        _live = new LiveProfile(run.Session, title: request.Sample.Subject);
        _isLive = request.Tables is null && Terminal.IsOutputStyled;
        if (_isLive)
        {
            Console.Out.Write(Enter);
            if (run.Command is null && !Console.IsInputRedirected)
            {
                new Thread(ReadKeys) { IsBackground = true, Name = "Keys" }.Start();
            }
        }
    }

    /// <summary>Shows tables until there are enough, or there is nothing more to be read.</summary>
    public void Run()
    {
        var isOver = false;
        var began = Stopwatch.GetTimestamp();
        for (var tables = 0; !isOver && tables != _request.Tables && !_quit.IsCancellationRequested; tables++)
        {
            isOver = !_live.ReadFor(_request.Delay, _run.Observe, _quit.Token);
            if (!_quit.IsCancellationRequested && !(isOver && tables > 0 && _live.Profile.Totals.Events.All(total => total.Samples == 0)))
            {
                // To show it takes time, too, in which samples come.
                var now = Stopwatch.GetTimestamp();
                Show(Stopwatch.GetElapsedTime(began, now));
                began = now;
                _live.Profile.Clear();
            }
        }
    }

    /// <summary>Leaves the terminal as it was, and says what must be known.</summary>
    public void Finish()
    {
        LeaveScreen();
        var ledger = _run.Session.Ledger;
        foreach (var note in SampleNotes.Of(ledger, _request.Sample.Options).Concat(_run.Finish()).Concat(SampleNotes.Shortened(_live.Notes)))
        {
            Terminal.Error.WriteLine(note, Terminal.Warning);
        }
    }

    public void Dispose()
    {
        LeaveScreen();
        _live.Dispose();
        _quit.Dispose();
    }

    private void Show(TimeSpan elapsed)
    {
        var console = Terminal.Output;
        var lost = _run.Session.Ledger.Lost;
        var table = new TopTable(_request.Sample, _live.Profile, elapsed, lost - Math.Min(lost, _lost), _run.WithoutNames.Count);
        _lost = lost;
        if (_isLive)
        {
            Console.Out.Write(Clear);
            console.Profile.Width = Console.WindowWidth is > 0 and var width ? width : UsualWidth;
        }

        var rows = _request.Rows ?? (_isLive && Console.WindowHeight is > 0 and var height ? Math.Max(FewestRows, height - table.HeaderLines - 1) : PlainRows);
        table.Write(console, rows);
        if (!_isLive)
        {
            console.WriteLine();
        }
    }

    private void ReadKeys()
    {
        try
        {
            while (Console.ReadKey(intercept: true).Key != ConsoleKey.Q)
            {
            }

            _quit.Cancel();
        }
        catch (Exception end) when (end is InvalidOperationException or ObjectDisposedException)
        {
            // No more keys: Ctrl-C is left.
        }
    }

    private void LeaveScreen()
    {
        if (_isLive && !_hasLeft)
        {
            _hasLeft = true;
            Console.Out.Write(Leave);
        }
    }
}
