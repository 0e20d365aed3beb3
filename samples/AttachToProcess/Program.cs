using Perfmon.Diagnostics;
using Perfmon.Session;

// Counts a process that runs already, with every thread that it has and will have: each second what was counted in it, and in the end all of it.
if (args.Length is < 1 or > 2 || !int.TryParse(args[0], out var process) || process <= 0)
{
    Console.Error.WriteLine("Usage: AttachToProcess PID [EVENT,...]");
    return 2;
}

try
{
    using var session = MonitoringSession.Create(args.Length > 1 ? args[1] : "task-clock,page-faults,context-switches");
    session.Attach(Target.Process(process));
    using var interruption = new CancellationTokenSource();
    Console.CancelKeyPress += (_, pressed) =>
    {
        pressed.Cancel = true;
        interruption.Cancel();
    };
    var reading = session.Read();
    session.Start();
    Console.WriteLine($"Counting {session.Target} until it ends, or Ctrl-C.");

    var over = session.WaitForEndAsync(interruption.Token);
    for (var isOver = false; !isOver;)
    {
        isOver = await Task.WhenAny(over, Task.Delay(TimeSpan.FromSeconds(1))) == over;
        var earlier = reading;
        reading = session.Read();
        Console.WriteLine(string.Join(", ", reading.Since(earlier)));
    }

    Console.WriteLine(session.HasTargetEnded ? "The process has ended. In all:" : "In all:");
    foreach (var count in reading)
    {
        Console.WriteLine($"{count.Count.State,-10} {count}");
    }

    return 0;
}
catch (PerfmonException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}
