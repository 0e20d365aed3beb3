using Perfmon.Tool.Output;

namespace Perfmon.Tool.Recordings;

/// <summary>The line <c>read 42 %</c>, which is gone when the file is read; on a terminal only, and only of what takes a while.</summary>
internal sealed class ReadingProgress(long? length) : IDisposable
{
    private const long Delay = 500;
    private const long Interval = 100;

    private readonly bool _isShown = Terminal.IsErrorStyled;
    private long _next = Environment.TickCount64 + Delay;
    private bool _hasShown;

    public void Show(long position)
    {
        if (!_isShown || Environment.TickCount64 < _next)
        {
            return;
        }

        _next = Environment.TickCount64 + Interval;
        _hasShown = true;
        var part = length is > 0 and var all ? $"{Math.Min(1, (double)position / all):P0}" : $"{position >> 20:N0} MiB";
        Console.Error.Write($"\e[2mread {part}\e[0m\e[K\r");
    }

    public void Dispose()
    {
        if (_hasShown)
        {
            Console.Error.Write("\e[K");
        }
    }
}
