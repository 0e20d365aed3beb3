using System.Globalization;
using System.Text;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Sampling.Records;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sampling.Records;

/// <summary>Records other than samples, of the real kernel, beside what is known of the command or program that they tell of.</summary>
public sealed class KernelRecordTests
{
    private const PerfSampleFormat Trailer = PerfSampleFormat.Tid | PerfSampleFormat.Time | PerfSampleFormat.Cpu | PerfSampleFormat.Identifier;

    [SkippableFact]
    public void Names_mappings_and_the_end_of_a_command()
    {
        using var command = new Command("true");
        using var recording = new EventRecording(
            Dummy(PerfEventAttrFlags.Comm | PerfEventAttrFlags.CommExec | PerfEventAttrFlags.Mmap | PerfEventAttrFlags.Mmap2 | PerfEventAttrFlags.Task), command.Pid);
        command.Run();
        var records = recording.Take();
        var executed = 0;
        var ended = 0;
        MmapFacts? mapped = null;
        foreach (var bytes in records)
        {
            var record = RecordBytes.Read(bytes, recording.Format);
            Assert.True(record.TryGetThread(out var pid, out var tid) & record.TryGetId(out var id) & record.TryGetTime(out var time) & record.TryGetCpu(out var cpu));
            Assert.Equal((command.Pid, command.Pid, recording.Id), (pid, tid, id));
            Assert.True(time > 0 && cpu < Environment.ProcessorCount);
            if (record.TryAsComm(out var comm) && comm.IsExec)
            {
                executed++;
                Assert.Equal((command.Pid, "true"), (comm.Pid, Encoding.UTF8.GetString(comm.Name)));
            }
            else if (record.TryAsMmap(out var mmap) && mmap.FileName.EndsWith("/true"u8))
            {
                mapped = new MmapFacts(Encoding.UTF8.GetString(mmap.FileName), mmap.Inode, mmap.ProtectionBits, mmap.IsMmap2, mmap.Length);
            }
            else if (record.TryAsTask(out var task))
            {
                ended++;
                Assert.Equal((false, command.Pid, command.Pid), (task.IsFork, task.Pid, task.Tid));

                // The clock is read once for each.
                Assert.InRange(task.Time, time - 1_000_000_000, time + 1_000_000_000);
            }
        }

        Assert.Equal((1, 1), (executed, ended));
        Assert.NotNull(mapped);
        Assert.Equal((Cgroups.Inode(mapped.Path), 5u, true), (mapped.Inode, mapped.Protection, mapped.IsMmap2));
        Assert.Equal(0UL, mapped.Length % 4096);
    }

    [SkippableFact]
    public void Build_ids_of_mappings()
    {
        Requires.Command("readelf");
        using var command = new Command("true");
        using var recording = new EventRecording(Dummy(PerfEventAttrFlags.Mmap | PerfEventAttrFlags.Mmap2 | PerfEventAttrFlags.BuildId), command.Pid);
        command.Run();
        var found = 0;
        foreach (var bytes in recording.Take())
        {
            if (RecordBytes.Read(bytes, recording.Format).TryAsMmap(out var mmap) && mmap.FileName.EndsWith("/true"u8))
            {
                var notes = RunResult.Run("readelf", ["-n", Encoding.UTF8.GetString(mmap.FileName)]).Output;
                Assert.True(mmap.HasBuildId);
                Assert.Contains($"Build ID: {Convert.ToHexStringLower(mmap.BuildId)}\n", notes, StringComparison.Ordinal);
                Assert.Equal(0UL, mmap.Inode);
                found++;
            }
        }

        Assert.Equal(1, found);
    }

    [SkippableFact]
    public void Threads_of_a_program()
    {
        const int threads = 5;
        using var command = new Command(CProgram.Named("getppid_calls"), "10", $"{threads}");
        using var recording = new EventRecording(Dummy(PerfEventAttrFlags.Task), command.Pid);
        command.Run();
        var forks = new HashSet<int>();
        foreach (var bytes in recording.Take(RecordType.Fork))
        {
            Assert.True(RecordBytes.Read(bytes, recording.Format).TryAsTask(out var task));
            Assert.Equal((true, command.Pid, command.Pid, command.Pid), (task.IsFork, task.Pid, task.ParentPid, task.ParentTid));
            forks.Add(task.Tid);
        }

        Assert.Equal(threads, forks.Count);
        Assert.DoesNotContain(command.Pid, forks);
    }

    [SkippableFact]
    public void Namespaces_of_a_child()
    {
        Requires.Root();
        using var command = new Command("sh", "-c", "sleep 0; :");
        using var recording = new EventRecording(Dummy(PerfEventAttrFlags.Namespaces), command.Pid);
        command.Run();
        Assert.True(RecordBytes.Read(Assert.Single(recording.Take(RecordType.Namespaces)), recording.Format).TryAsNamespaces(out var namespaces));
        Assert.NotEqual(command.Pid, namespaces.Pid);
        string[] names = ["net", "uts", "ipc", "pid", "user", "mnt", "cgroup"];
        var expected = names.Select(name => File.ResolveLinkTarget($"/proc/self/ns/{name}", false)!.Name)
            .Select(link => ulong.Parse(link.Split('[', ']')[1], CultureInfo.InvariantCulture));
        Assert.Equal(expected, namespaces.Links.ToArray().Select(link => link.Inode));
    }

    [SkippableFact]
    public void Switches_of_a_thread()
    {
        using var program = RunningProgram.Start("getppid_batches");
        program.WaitUntilAsleep();
        using var recording = new EventRecording(Dummy(PerfEventAttrFlags.ContextSwitch), program.Pid);
        program.Go("1");
        Assert.Equal("done 1", program.ReadLine());
        program.WaitUntilAsleep();
        var expectsOut = false;
        var records = recording.Take();
        Assert.True(records.Count >= 2 && records.Count % 2 == 0, $"{records.Count} records");
        foreach (var bytes in records)
        {
            Assert.True(RecordBytes.Read(bytes, recording.Format).TryAsSwitch(out var change));
            Assert.Equal((expectsOut, false), (change.IsOut, change.IsCpuWide));
            expectsOut = !expectsOut;
        }
    }

    [SkippableFact]
    public void Switches_of_a_cpu()
    {
        Requires.Root();
        Requires.Command("taskset");
        using var program = RunningProgram.Start("getppid_batches");
        Assert.Equal(0, RunResult.Run("taskset", ["-cp", "0", $"{program.Pid}"]).ExitCode);
        program.WaitUntilAsleep();
        using var recording = new EventRecording(Dummy(PerfEventAttrFlags.ContextSwitch), pid: -1, cpu: 0);
        program.Go("1");
        Assert.Equal("done 1", program.ReadLine());
        program.WaitUntilAsleep();
        var came = 0;
        var left = 0;
        foreach (var bytes in recording.Take(RecordType.SwitchCpuWide))
        {
            var record = RecordBytes.Read(bytes, recording.Format);
            Assert.True(record.TryAsSwitch(out var change) & record.TryGetThread(out _, out var tid) & record.TryGetCpu(out var cpu));
            Assert.Equal((true, 0), (change.IsCpuWide, cpu));

            // Told once by the thread that goes and once by the one that comes.
            came += tid == program.Pid && !change.IsOut ? 1 : 0;
            left += change.OtherTid == program.Pid && !change.IsOut ? 1 : 0;
        }

        Assert.True(came > 0 && came == left, $"came {came} times, left {left} times");
    }

    [SkippableFact]
    public void A_new_cgroup()
    {
        Requires.Root();
        var folder = Path.Combine(Cgroups.Root(), $"perfmon-{Guid.NewGuid():N}");

        // The kernel looks for who wants these among the events that want others as well.
        const PerfEventAttrFlags flags = PerfEventAttrFlags.Cgroup | PerfEventAttrFlags.Comm;
        using var recording = new EventRecording(Dummy(flags), pid: -1, cpu: 0);
        using var other = new EventRecording(Dummy(flags), pid: -1, cpu: Environment.ProcessorCount - 1);
        Directory.CreateDirectory(folder);
        var inode = Cgroups.Inode(folder);
        Directory.Delete(folder);
        var found = 0;
        foreach (var bytes in (byte[][])[.. recording.Take(RecordType.Cgroup), .. other.Take(RecordType.Cgroup)])
        {
            Assert.True(RecordBytes.Read(bytes, recording.Format).TryAsCgroup(out var cgroup));
            if (cgroup.Id == inode)
            {
                Assert.Equal('/' + Path.GetFileName(folder), Encoding.UTF8.GetString(cgroup.Path));
                found++;
            }
        }

        // An ordinary machine may have more CPUs than these two.
        Skip.If(found == 0 && Environment.ProcessorCount > 2, "the cgroup was made on a CPU that nobody looks at");
        Assert.True(found > 0);
    }

    /// <summary>Samples that had no room in the ring are counted in the first record that has room again: nothing is lost silently.</summary>
    [SkippableFact]
    public void Lost_samples_are_counted()
    {
        Requires.TraceFs();
        Assert.True(TraceFs.Find(HostRoots.System).TryGetTracepointId("syscalls", "sys_enter_getppid", out var id, out _));
        using var program = RunningProgram.Start("getppid_batches");
        var attr = new PerfEventAttr { Type = (uint)PerfTypeId.Tracepoint, Config = (ulong)id, SamplePeriod = 1, SampleType = Trailer, Flags = PerfEventAttrFlags.SampleIdAll };
        using var recording = new EventRecording(attr, program.Pid, pages: 1);
        program.Go("1000");
        Assert.Equal("done 1000", program.ReadLine());
        var samples = recording.Take(RecordType.Sample).Count;
        program.Go("1");
        Assert.Equal("done 1", program.ReadLine());
        var lost = 0UL;
        foreach (var bytes in recording.Take())
        {
            var record = RecordBytes.Read(bytes, recording.Format);
            samples += record.Type == RecordType.Sample ? 1 : 0;
            if (record.TryAsLost(out var one))
            {
                Assert.Equal(recording.Id, one.Id);
                Assert.True(record.TryGetThread(out var pid, out _));
                Assert.Equal(program.Pid, pid);
                lost += one.Lost;
            }
        }

        Assert.Equal((1001UL, 1001UL), ((ulong)samples + lost, recording.Count));
        Assert.True(lost > 800, "A page has room for some 80 of them.");
    }

    /// <summary>
    /// What each thread had counted, told at its end. The kernel may have exchanged the counters of the first thread and of one that it made, which then ends
    /// with the first one's, of which nothing is told.
    /// </summary>
    [SkippableTheory]
    [InlineData(PerfReadFormat.None)]
    [InlineData(PerfReadFormat.TotalTimeEnabled | PerfReadFormat.TotalTimeRunning | PerfReadFormat.Id | PerfReadFormat.Lost)]
    internal void Counts_of_threads_that_end(PerfReadFormat format)
    {
        Requires.TraceFs();
        Assert.True(TraceFs.Find(HostRoots.System).TryGetTracepointId("syscalls", "sys_enter_getppid", out var id, out _));
        using var command = new Command(CProgram.Named("getppid_calls"), "1000", "4");
        var attr = new PerfEventAttr
        {
            Type = (uint)PerfTypeId.Tracepoint, Config = (ulong)id, SampleType = Trailer, ReadFormat = format,
            Flags = PerfEventAttrFlags.SampleIdAll | PerfEventAttrFlags.Inherit | PerfEventAttrFlags.InheritStat,
        };

        // A ring for inherited events is one CPU's.
        var recordings = Enumerable.Range(0, Environment.ProcessorCount).Select(cpu => new EventRecording(attr, command.Pid, cpu)).ToList();
        command.Run();
        var counts = new Dictionary<int, ulong>();
        foreach (var recording in recordings)
        {
            foreach (var bytes in recording.Take(RecordType.Read))
            {
                Assert.True(RecordBytes.Read(bytes, recording.Format).TryAsRead(out var read));
                Assert.Equal((command.Pid, 1), (read.Pid, read.Counters.Count));
                Assert.Equal((format != 0, format != 0), (read.Counters.TimeEnabled is not null, read.Counters[0].Lost is 0));
                counts[read.Tid] = counts.GetValueOrDefault(read.Tid) + read.Counters[0].Value;
            }

            recording.Dispose();
        }

        // The shell that becomes the program may ask for its parent as it starts, before or after the event is there.
        Assert.Equal(4, counts.Count);
        Assert.All(counts, count => Assert.InRange(count.Value, count.Key == command.Pid ? 0UL : 250, count.Key == command.Pid ? 1UL : 250));
    }

    private static PerfEventAttr Dummy(PerfEventAttrFlags flags) => new()
    {
        Type = (uint)PerfTypeId.Software, Config = 9, SampleType = Trailer, Flags = flags | PerfEventAttrFlags.SampleIdAll,
    };

    private sealed record MmapFacts(string Path, ulong Inode, uint Protection, bool IsMmap2, ulong Length);

    /// <summary>A command that waits before its program is executed.</summary>
    private sealed class Command : IDisposable
    {
        private readonly SpawnedCommand _command;
        private readonly SafeKernelHandle _process;
        private bool _ran;

        public Command(string program, params string[] arguments)
        {
            Assert.False(LinuxKernel.Instance.SpawnWaiting(program, arguments, outputToError: false, out _command).Failed);
            _process = new SafeKernelHandle(LinuxKernel.Instance, (int)LinuxKernel.Instance.PidfdOpen(Pid, thread: false).Value);
        }

        public int Pid => _command.ProcessId;

        public void Run()
        {
            _ran = true;
            Assert.False(LinuxKernel.Instance.Release(_command.ReleaseDescriptor).Failed);
            Assert.False(LinuxKernel.Instance.WaitForExit(_process.Descriptor, out _).Failed);
        }

        public void Dispose()
        {
            if (!_ran)
            {
                LinuxKernel.Instance.Close(_command.ReleaseDescriptor);
                LinuxKernel.Instance.WaitForExit(_process.Descriptor, out _);
            }

            _process.Dispose();
        }
    }
}
