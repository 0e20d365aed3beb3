using System.IO.MemoryMappedFiles;
using Perfmon.Session;

TouchPages(1); // what .NET compiles at the first call is not of interest

using var session = MonitoringSession.Create("page-faults:u", "task-clock:u");
session.Attach(Target.CallingThread);
session.Start();
TouchPages(1_000);
session.Stop();

foreach (var count in session.Read())
{
    Console.WriteLine(count);
}

static void TouchPages(int pages)
{
    using var memory = MemoryMappedFile.CreateNew(null, pages * 4096L);
    using var view = memory.CreateViewAccessor();
    for (var page = 0; page < pages; page++)
    {
        view.Write(page * 4096L, (byte)1);
    }
}
