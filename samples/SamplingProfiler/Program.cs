using System.Globalization;
using Perfmon.Diagnostics;
using Perfmon.Profiles;
using Perfmon.Sampling;
using Perfmon.Session;
using Perfmon.Symbols;

// Samples the call chains of a process for some seconds, tells in which functions it spent its time, and draws them: as a flame graph for a browser, for speedscope,
// the Firefox Profiler or pprof, by the end of the file's name.
if (args.Length != 3 || !int.TryParse(args[0], out var process) || process <= 0
    || !double.TryParse(args[1], CultureInfo.InvariantCulture, out var seconds) || seconds is not (> 0 and <= 86_400)
    || ProfileFormat.All.FirstOrDefault(one => args[2].EndsWith(one.Extension, StringComparison.Ordinal)) is not { } format)
{
    Console.Error.WriteLine($"Usage: SamplingProfiler PID SECONDS FILE, which ends in one of {string.Join(' ', ProfileFormat.All.Select(one => one.Extension))}");
    return 2;
}

try
{
    // Methods that .NET has compiled get names when their process is told to write them down; it is told to end that in the end.
    using var names = new JitMapSwitch(isOn: true);
    names.Look(process);

    // A sample's weight is its period: ns of CPU time.
    using var session = SamplingSession.Create("cpu-clock", new SamplingOptions { Rate = SampleRate.Frequency(1_000), Callchain = CallchainOptions.Default });
    session.Attach(Target.Process(process));
    var description = new ProfileDescription { Title = $"process {process}", Events = [new ProfileEvent("cpu-clock", ProfileUnit.Nanoseconds)] };
    var profile = new Profile(description);
    using var file = File.Create(args[2]);
    using var drawing = format.CreateExporter(file, description);

    // The records are over when the process ends, or when the session is disposed and what its rings had is read.
    session.Start();
    using var end = new Timer(_ => session.Dispose(), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
    using var symbolizer = new Symbolizer();
    var samples = new SampleSymbolizer(symbolizer);
    while (session.WaitToRead())
    {
        foreach (var record in session.ReadBatch())
        {
            if (samples.TryTake(record, profileEvent: 0, period: 0, out var sample))
            {
                profile.Add(in sample);
                drawing.Add(in sample);
            }
        }
    }

    drawing.Complete(samples.Losses);
    var functions = FlatView.Of(profile);
    Console.WriteLine($"{session.Ledger}, {functions.Total.Weight / 1e9:N2} s of CPU time");
    Console.WriteLine("  self   total  function");
    foreach (var row in functions.Rows.Take(10))
    {
        Console.WriteLine($"{row.SelfShare,6:P1} {row.TotalShare,7:P1}  {row.Name} ({Path.GetFileName(row.Function?.Module)})");
    }

    foreach (var note in names.Problems.Select(problem => problem.Message).Concat(symbolizer.Notes))
    {
        Console.Error.WriteLine(note);
    }

    return 0;
}
catch (Exception failure) when (failure is PerfmonException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}
