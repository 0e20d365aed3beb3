using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Client;

namespace Perfmon.TestSummary;

/// <summary>The VSTest logger <c>summary</c>: <see cref="Summary"/> is the last that a test run writes to standard output.</summary>
[FriendlyName("summary")]
[ExtensionUri("logger://perfmon/summary")]
public sealed class SummaryLogger : ITestLogger
{
    private readonly Summary _summary = new();

    /// <inheritdoc/>
    public void Initialize(TestLoggerEvents events, string testRunDirectory)
    {
        ArgumentNullException.ThrowIfNull(events);
        events.TestResult += (_, test) => Add(test.Result);
        events.TestRunComplete += (_, run) =>
        {
            // A crashed test host reports no result for the tests it took along.
            if (run.IsAborted || run.IsCanceled)
                _summary.AddFailed("the run was stopped: some tests have no result");
        };

        // The SDK always puts its console logger last, and that writes totals of its own. Each test project has a runner process.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Console.Out.WriteLine(ToText());
    }

    private string ToText() => string.Join(Environment.NewLine, _summary.Lines().Prepend(""));

    private void Add(TestResult result)
    {
        var name = result.DisplayName ?? result.TestCase.DisplayName;
        switch (result.Outcome)
        {
            case TestOutcome.Passed:
                _summary.AddPassed();
                break;
            case TestOutcome.Failed:
                _summary.AddFailed(name);
                break;
            default:
                _summary.AddSkipped(name, result.ErrorMessage ?? string.Join(' ', result.Messages.Select(message => message.Text)));
                break;
        }
    }
}
