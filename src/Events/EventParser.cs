using Perfmon.Diagnostics;
using Perfmon.Events.Families;
using Perfmon.Events.Syntax;
using Perfmon.Host;

namespace Perfmon.Events;

/// <summary>
/// Turns names of events into what the kernel counts. The syntax is perf's: a list with commas; groups <c>{a,b}:u</c>; modifiers
/// <c>:u</c>, <c>:k</c>, <c>:h</c>, <c>:G</c>, <c>:H</c>, <c>:p</c> to <c>:ppp</c> and <c>:period=N</c>; terms <c>pmu/event=0x3c,edge/</c>;
/// and <c>*</c> and <c>?</c> in the names of tracepoints and PMUs. No event is opened.
/// </summary>
public static class EventParser
{
    /// <summary>The events that <paramref name="text"/> asks for on <paramref name="host"/>, or where and why it is wrong.</summary>
    public static EventParseResult Parse(string text, HostDescription host)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(host);
        var syntaxes = EventSyntaxReader.Read(text, out var error);
        if (error is not null)
        {
            return new EventParseResult(error);
        }

        var context = new ParseContext(host);
        foreach (var syntax in syntaxes)
        {
            _ = EventFamilies.All.Any(family => family.TryRead(syntax, context))
                || EventFamilies.All.Any(family => family.Explain(syntax, context))
                || FailUnknown(syntax, context);
            if (context.Error is not null)
            {
                return new EventParseResult(context.Error);
            }
        }

        return new EventParseResult(context.Requests);
    }

    /// <summary>The events that <paramref name="text"/> asks for on <paramref name="host"/>; at least one.</summary>
    /// <exception cref="PerfmonException">The text is wrong; the message shows where and why.</exception>
    public static IReadOnlyList<EventRequest> ParseOrThrow(string text, HostDescription host)
    {
        var result = Parse(text, host);
        return result.IsSuccess ? result.Events : throw new PerfmonException(result.Error.Reason, result.Error.ToString());
    }

    private static bool FailUnknown(EventSyntax syntax, ParseContext context)
    {
        var names = EventFamilies.All.SelectMany(family => family.Names(context.Host));
        var suggestion = NearestName.Find(syntax.Name.ToString(), names);
        return context.Fail(syntax.Name, $"unknown event {syntax.Name.Quoted}", suggestion, PerfmonReason.UnknownEvent);
    }
}
