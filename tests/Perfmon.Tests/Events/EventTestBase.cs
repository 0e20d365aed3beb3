using Perfmon.Events;
using Perfmon.Host;

namespace Perfmon.Tests.Events;

/// <summary>Parses on a machine of files.</summary>
public abstract class EventTestBase(EventMachine machine)
{
    protected HostDescription Machine => machine.Description;

    protected IReadOnlyList<EventRequest> Parse(string text)
    {
        var result = EventParser.Parse(text, Machine);
        Assert.True(result.IsSuccess, result.Error?.ToString());
        return result.Events;
    }

    protected EventRequest ParseOne(string text) => Assert.Single(Parse(text));

    /// <summary>
    /// Asserts that the text is refused, that the carets of <paramref name="carets"/> stand where the error points, and that the
    /// message holds <paramref name="message"/>.
    /// </summary>
    protected EventSyntaxError Refuse(string text, string carets, string message)
    {
        var result = EventParser.Parse(text, Machine);
        Assert.False(result.IsSuccess);
        Assert.Empty(result.Events);
        var error = result.Error;
        Assert.Equal(carets, new string(' ', error.Position) + new string('^', error.Length));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Same(text, error.Text);
        return error;
    }
}
