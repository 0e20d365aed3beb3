using System.Reflection;
using System.Text.Json;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Perfmon.Tests.Emulation;

/// <summary>
/// The test assembly as a program, for a machine that has a .NET runtime and nothing else: runs the tests that ask for this machine, one
/// after the other, and appends a <see cref="TestReport"/> for each to the file that is its first argument. Further arguments choose
/// tests by parts of their names.
/// </summary>
internal static class GuestProgram
{
    public static int Main(string[] args)
    {
        if (args is not [var results, .. var parts] || Machines.Current is not { } machine)
        {
            Console.Error.WriteLine("The tests run by:  dotnet test");
            return 2;
        }

        var assembly = typeof(GuestProgram).Assembly;
        using var framework = new XunitTestFramework(new Xunit.Sdk.NullMessageSink());
        using var discoverer = framework.GetDiscoverer(Reflector.Wrap(assembly));
        var tests = TypesWithHardwareTests(assembly)
            .SelectMany(type => Discover(discoverer, type))
            .Where(test => test.Machine == machine && (parts.Length == 0 || parts.Any(part => test.DisplayName.Contains(part, StringComparison.Ordinal))))
            .ToList();

        using var writer = new StreamWriter(results) { AutoFlush = true };
        using var execution = new Collector(report => writer.WriteLine(JsonSerializer.Serialize(report)));
        using var executor = framework.GetExecutor(assembly.GetName());
        var options = new Options();
        options.SetValue("xunit.execution.DisableParallelization", true);
        executor.RunTests(tests, execution, options);
        execution.Wait();
        return 0;
    }

    // The other tests are not looked at: to list them alone takes long here.
    private static IEnumerable<string> TypesWithHardwareTests(Assembly assembly) =>
        from type in assembly.GetTypes()
        where type.GetMethods().Any(method => method.GetCustomAttribute<HardwareFactAttribute>() is not null)
        select type.FullName;

    private static List<HardwareTestCase> Discover(ITestFrameworkDiscoverer discoverer, string type)
    {
        using var discovery = new Collector(_ => { });
        discoverer.Find(type, includeSourceInformation: false, discovery, new Options());
        discovery.Wait();
        return discovery.Cases;
    }

    /// <summary>Takes xunit's messages: the tests that were found, or what became of them.</summary>
    private sealed class Collector(Action<TestReport> report) : LongLivedMarshalByRefObject, IMessageSink, IDisposable
    {
        private readonly ManualResetEventSlim _finished = new();

        public List<HardwareTestCase> Cases { get; } = [];

        public bool OnMessage(IMessageSinkMessage message)
        {
            switch (message)
            {
                case ITestCaseDiscoveryMessage { TestCase: HardwareTestCase found }:
                    Cases.Add(found);
                    break;
                case ITestPassed passed:
                    report(Of(passed, TestOutcome.Passed));
                    break;
                case ITestSkipped skipped:
                    report(Of(skipped, TestOutcome.Skipped) with { Message = skipped.Reason });
                    break;
                case ITestFailed failed:
                    report(Of(failed, TestOutcome.Failed) with
                    {
                        ExceptionType = failed.ExceptionTypes[0],
                        Message = string.Join(Environment.NewLine, failed.Messages),
                        StackTrace = string.Join(Environment.NewLine, failed.StackTraces),
                    });
                    break;
                case IErrorMessage error:
                    // No test's own: a class that cannot be disposed, for one.
                    Console.Error.WriteLine(string.Join(Environment.NewLine, [.. error.Messages, .. error.StackTraces]));
                    break;
                case IDiscoveryCompleteMessage or ITestAssemblyFinished:
                    _finished.Set();
                    break;
            }

            return true;
        }

        public void Wait() => _finished.Wait();

        public void Dispose() => _finished.Dispose();

        private static TestReport Of(ITestResultMessage result, TestOutcome outcome) =>
            new(result.Test.DisplayName, outcome) { Seconds = result.ExecutionTime, Output = result.Output ?? "" };
    }

    /// <summary>xunit's options, which its runners keep to themselves.</summary>
    private sealed class Options : LongLivedMarshalByRefObject, ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        private readonly Dictionary<string, object?> _values = [];

        public TValue GetValue<TValue>(string name) => _values.TryGetValue(name, out var value) ? (TValue)value! : default!;

        public void SetValue<TValue>(string name, TValue value) => _values[name] = value;
    }
}
