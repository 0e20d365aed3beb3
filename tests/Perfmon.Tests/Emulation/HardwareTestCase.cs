using Xunit.Abstractions;
using Xunit.Sdk;

namespace Perfmon.Tests.Emulation;

/// <summary>A hardware test: run in its machine, and reported from there everywhere else.</summary>
internal sealed class HardwareTestCase : SkippableFactTestCase
{
    /// <summary>Called by xunit, which fills it by <see cref="Deserialize"/>.</summary>
    [Obsolete("For deserialization only")]
    public HardwareTestCase()
    {
    }

    public HardwareTestCase(
        IMessageSink diagnosticMessageSink, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method, Machine machine)
        : base([typeof(Xunit.SkipException).FullName!], diagnosticMessageSink, display, options, method) => Machine = machine;

    public Machine Machine { get; private set; }

    public override Task<RunSummary> RunAsync(
        IMessageSink diagnosticMessageSink,
        IMessageBus messageBus,
        object[] constructorArguments,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource) =>
        Machines.Current == Machine
            ? base.RunAsync(diagnosticMessageSink, messageBus, constructorArguments, aggregator, cancellationTokenSource)
            : ReportAsync(messageBus);

    public override void Serialize(IXunitSerializationInfo data)
    {
        base.Serialize(data);
        data.AddValue(nameof(Machine), Machine.ToString());
    }

    public override void Deserialize(IXunitSerializationInfo data)
    {
        base.Deserialize(data);
        Machine = Enum.Parse<Machine>(data.GetValue<string>(nameof(Machine)));
    }

    // The messages that xunit's own runner of a test case sends.
    private async Task<RunSummary> ReportAsync(IMessageBus messageBus)
    {
        var report = await EmulatedRun.ReportAsync(Machine, DisplayName).ConfigureAwait(false);
        var test = new XunitTest(this, DisplayName);
        messageBus.QueueMessage(new TestCaseStarting(this));
        messageBus.QueueMessage(new TestStarting(test));
        messageBus.QueueMessage(report.Outcome switch
        {
            TestOutcome.Passed => new TestPassed(test, report.Seconds, report.Output),
            TestOutcome.Skipped => new TestSkipped(test, report.Message),
            _ => new TestFailed(test, report.Seconds, report.Output, [report.ExceptionType], [report.Message], [report.StackTrace], [-1]),
        });
        messageBus.QueueMessage(new TestFinished(test, report.Seconds, report.Output));
        var summary = new RunSummary
        {
            Total = 1,
            Failed = report.Outcome == TestOutcome.Failed ? 1 : 0,
            Skipped = report.Outcome == TestOutcome.Skipped ? 1 : 0,
            Time = report.Seconds,
        };
        messageBus.QueueMessage(new TestCaseFinished(this, summary.Time, summary.Total, summary.Failed, summary.Skipped));
        return summary;
    }
}
