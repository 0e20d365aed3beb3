using Perfmon.Tool.Output;

namespace Perfmon.Tool.Stat;

/// <summary>The line <c>run 2/5</c>, which is gone when the work is done; on a terminal only.</summary>
internal sealed class Progress(int? runs) : IDisposable
{
    private readonly bool _isShown = runs is not null && Terminal.IsErrorStyled;

    public void Show(int run)
    {
        if (_isShown)
        {
            Console.Error.Write($"\e[2mrun {run}/{runs}\e[0m\e[K\r");
        }
    }

    public void Dispose()
    {
        if (_isShown)
        {
            Console.Error.Write("\e[K");
        }
    }
}
