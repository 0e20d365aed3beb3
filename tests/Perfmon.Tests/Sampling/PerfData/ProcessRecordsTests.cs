using System.Buffers;
using System.Globalization;
using System.Text;
using Perfmon.Host;
using Perfmon.Sampling.PerfData;
using Perfmon.Sampling.Records;
using Perfmon.Tests.Sampling.Records;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sampling.PerfData;

public sealed class ProcessRecordsTests
{
    [SkippableFact]
    public void A_program_its_threads_and_mappings()
    {
        using var program = RunningProgram.Start("getppid_batches");
        var output = new ArrayBufferWriter<byte>();
        new ProcessRecords(RecordBytes.Format).WriteProcess(output, program.Pid);
        var mapped = new List<string>();
        foreach (var record in new RecordFormats(RecordBytes.Format).Read(output.WrittenSpan))
        {
            Assert.True(record.TryGetThread(out var pid, out var tid) & record.TryGetTime(out var time) & record.TryGetId(out var id));
            Assert.Equal((program.Pid, program.Pid, 0UL, 0UL), (pid, tid, time, id));
            Assert.Equal((CpuMode.User, 0), (record.CpuMode, record.Size % 8));
            if (record.TryAsComm(out var comm))
            {
                Assert.Equal((program.Pid, program.Pid, "getppid_batches"), (comm.Pid, comm.Tid, Encoding.UTF8.GetString(comm.Name)));
                Assert.Empty(mapped);
            }
            else
            {
                Assert.True(record.TryAsMmap(out var mmap));
                mapped.Add($"{mmap.Address:x}-{mmap.Address + mmap.Length:x} {mmap.FileOffset:x8} {mmap.Major:x2}:{mmap.Minor:x2} {mmap.Inode} {Encoding.UTF8.GetString(mmap.FileName)}");
                Assert.Equal((mmap.FileName.SequenceEqual("[vsyscall]"u8) ? 4u : 5u, 2u, true), (mmap.ProtectionBits, mmap.MappingFlags, mmap.IsMmap2));
            }
        }

        // Their lines in /proc/PID/maps, without what the kernel adds to addresses and blanks to line things up.
        var expected = File.ReadLines($"/proc/{program.Pid}/maps").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words[1][2] == 'x')
            .Select(words => $"{string.Join('-', words[0].Split('-').Select(word => word.TrimStart('0')))} {words[2]} {words[3]} {words[4]} {words[5]}");
        Assert.Equal(expected, mapped);
        Assert.Contains(mapped, line => line.EndsWith("[vdso]", StringComparison.Ordinal));
    }

    [Fact]
    public void This_process_and_its_threads()
    {
        using var done = new ManualResetEventSlim();
        using var named = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            named.Set();
            done.Wait();
        }) { Name = "perfmon-waits" };
        thread.Start();
        named.Wait();
        var output = new ArrayBufferWriter<byte>();
        new ProcessRecords(RecordBytes.Format).WriteProcess(output, Environment.ProcessId);
        done.Set();
        thread.Join();
        var forks = new HashSet<int>();
        var names = new Dictionary<int, string>();
        foreach (var record in new RecordFormats(RecordBytes.Format).Read(output.WrittenSpan))
        {
            if (record.TryAsTask(out var task))
            {
                Assert.Equal((true, Environment.ProcessId, Environment.ProcessId), (task.IsFork, task.Pid, task.ParentPid));
                forks.Add(task.Tid);
            }
            else if (record.TryAsComm(out var comm))
            {
                names.Add(comm.Tid, Encoding.UTF8.GetString(comm.Name));
            }
        }

        Assert.Equal([Environment.ProcessId, .. forks], names.Keys);
        Assert.Contains("perfmon-waits", names.Values);
    }

    [SkippableFact]
    public void The_kernel()
    {
        Requires.Root();
        var output = new ArrayBufferWriter<byte>();
        new ProcessRecords(RecordBytes.Format).WriteKernel(output);
        var records = new RecordFormats(RecordBytes.Format).Read(output.WrittenSpan);
        Assert.True(records.MoveNext());
        Assert.True(records.Current.TryAsMmap(out var mmap));
        Assert.Equal((CpuMode.Kernel, -1, 0), (records.Current.CpuMode, mmap.Pid, mmap.Tid));
        Assert.True(mmap.FileName.SequenceEqual("[kernel.kallsyms]_text"u8));
        var symbols = File.ReadLines("/proc/kallsyms").Where(line => line.EndsWith(" _text", StringComparison.Ordinal) || line.EndsWith(" _etext", StringComparison.Ordinal))
            .Select(line => ulong.Parse(line.Split(' ')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).Order().ToList();
        Assert.Equal((symbols[0], symbols[0], symbols[1]), (mmap.Address, mmap.FileOffset, mmap.Address + mmap.Length));
    }

    [Fact]
    public void Modules_and_a_kernel_whose_addresses_are_hidden()
    {
        var folder = Directory.CreateTempSubdirectory("perfmon-proc-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "kallsyms"), "0000000000000000 T _text\n0000000000000000 T _etext\n");
            File.WriteAllText(Path.Combine(folder, "modules"), "ext4 1130496 1 - Live 0xffffffffc0432000\nhidden 4096 0 - Live 0x0000000000000000\nodd line\n");
            var output = new ArrayBufferWriter<byte>();
            new ProcessRecords(RecordBytes.Format, new HostRoots { Proc = folder }).WriteKernel(output);
            var records = new RecordFormats(RecordBytes.Format).Read(output.WrittenSpan);
            Assert.True(records.MoveNext());
            Assert.True(records.Current.TryAsMmap(out var mmap));
            Assert.Equal((0xffffffffc0432000, 1130496UL, 0UL), (mmap.Address, mmap.Length, mmap.FileOffset));
            Assert.True(mmap.FileName.SequenceEqual("[ext4]"u8));
            Assert.False(records.MoveNext());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_process_that_is_gone_has_no_records()
    {
        var output = new ArrayBufferWriter<byte>();
        new ProcessRecords(RecordBytes.Format).WriteProcess(output, int.MaxValue);
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void All_processes()
    {
        var output = new ArrayBufferWriter<byte>();
        new ProcessRecords(RecordBytes.Format).WriteAll(output);
        var processes = new HashSet<int>();
        foreach (var record in new RecordFormats(RecordBytes.Format).Read(output.WrittenSpan))
        {
            if (record.TryAsComm(out var comm) && comm.Pid == comm.Tid)
            {
                processes.Add(comm.Pid);
            }
        }

        Assert.Contains(Environment.ProcessId, processes);
        Assert.Contains(1, processes);
    }
}
