using System.Diagnostics;
using System.Runtime.InteropServices;
using Perfmon.Session;
using Perfmon.Sets;

// More than the machine counts at once: writes to twelve variables, by a CPU that can watch four addresses.
var variables = GC.AllocateArray<long>(12, pinned: true);
var events = variables.Select((_, i) => $"mem:0x{Marshal.UnsafeAddrOfPinnedArrayElement(variables, i):x}/8:w:u").ToArray();

// Three sets of four, which take turns of 2 ms.
using var session = EventSetSession.Create(
    [.. events.Chunk(4).Select(four => string.Join(',', four))],
    new EventSetOptions { Switch = SetSwitch.After(TimeSpan.FromMilliseconds(2)) });
session.Attach(Target.CallingThread);
session.Start();
var written = Work();
session.Stop();

var reading = session.Read();
Console.WriteLine("set  estimate         95 %   of the time   really written");
foreach (var set in reading.Sets)
{
    foreach (var count in set.Counts)
    {
        var error = count.Interval?.High - count.Count.Value;
        var truth = written[Array.IndexOf(events, count.Name)];
        Console.WriteLine($"{set.Id,3} {count.Count.Value,9:N0} ± {error?.ToString("N0") ?? "?",7} {count.Count.ShareOfTime,13:P1} {truth,16:N0}");
    }
}

Console.WriteLine($"{reading.Switching.Switches} switches in {reading.ActiveTime.TotalSeconds:N2} s of CPU time");

// A second in five phases, in each of which every variable is written at a rate of its own. A round lasts 100 µs, also where a watched write takes ten.
long[] Work()
{
    var written = new long[variables.Length];
    for (var round = 0; round < 10_000; round++)
    {
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < variables.Length; i++)
        {
            if (round % (1 + (i + 1) * (1 + round / 2_000) % 7) == 0)
            {
                variables[i] = ++written[i];
            }
        }

        while (Stopwatch.GetElapsedTime(began).TotalMicroseconds < 100)
        {
        }
    }

    return written;
}
