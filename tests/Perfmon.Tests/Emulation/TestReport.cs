namespace Perfmon.Tests.Emulation;

/// <summary>What became of one test in an emulated machine: a line of JSON on its way out.</summary>
internal sealed record TestReport(string Name, TestOutcome Outcome)
{
    public decimal Seconds { get; init; }

    /// <summary>What the test wrote.</summary>
    public string Output { get; init; } = "";

    /// <summary>The failure's message, or why the test was skipped.</summary>
    public string Message { get; init; } = "";

    public string ExceptionType { get; init; } = "";

    public string StackTrace { get; init; } = "";
}

internal enum TestOutcome
{
    Passed,
    Failed,
    Skipped,
}
