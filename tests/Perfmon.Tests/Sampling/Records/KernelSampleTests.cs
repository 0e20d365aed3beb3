using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Perfmon.Host;
using Perfmon.Native.Abi;
using Perfmon.Sampling.Records;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sampling.Records;

/// <summary>Samples of the real kernel at a place that a program knows all about: every field beside what is known of it.</summary>
public sealed class KernelSampleTests
{
    private const ulong StackMagic = 0x5741434b00000000;
    private const ulong RegisterMagic = 0x5245470000000000;
    private const ulong NotAvailable = 0x5080021; // PERF_MEM_NA: operation, level, snoop, lock and TLB not available

    // enum perf_event_x86_regs, enum perf_event_arm_regs
    private static readonly bool s_isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
    private static readonly int s_sp = s_isArm ? 31 : 7;
    private static readonly int s_ip = s_isArm ? 32 : 8;
    private static readonly int s_first = s_isArm ? 19 : 20;
    private static readonly ulong s_mask = (1UL << s_sp) | (1UL << s_ip) | (15UL << s_first);

    [SkippableFact]
    public void Thread_time_cpu_period_and_ids()
    {
        using var program = RunningProgram.Start("known_sample");
        using var recording = Getppid(program, PerfSampleFormat.Ip | PerfSampleFormat.Tid | PerfSampleFormat.Time | PerfSampleFormat.Id | PerfSampleFormat.StreamId
            | PerfSampleFormat.Cpu | PerfSampleFormat.Period | PerfSampleFormat.Identifier);
        Assert.Equal("watched", program.ReadLine()!.Split(' ')[0]);
        var before = MonotonicNanoseconds;
        var times = new List<ulong>();
        for (var call = 0; call < 3; call++)
        {
            var (_, ip) = Call(program);
            var sample = recording.Sample(Assert.Single(recording.Take()));
            Assert.Equal((program.Pid, program.Pid, 1UL), (sample.Pid, sample.Tid, sample.Period));
            Assert.Equal((recording.Id, recording.Id), (sample.Id, sample.StreamId));
            Assert.InRange(sample.Cpu, 0, Environment.ProcessorCount - 1);

            // The tracepoints of system calls are where the program called.
            Assert.Equal((ip, CpuMode.User), (sample.Ip, sample.CpuMode));
            times.Add(sample.Time);
        }

        Assert.Equal(times.Order(), times);
        Assert.All(times, time => Assert.InRange(time, before, MonotonicNanoseconds));
    }

    [SkippableFact]
    public void Raw_data_of_a_tracepoint()
    {
        using var program = RunningProgram.Start("known_sample");
        using var recording = Getppid(program, PerfSampleFormat.Raw);
        _ = program.ReadLine();
        _ = Call(program);

        // u16 common_type; u8 common_flags, common_preempt_count; s32 common_pid; s32 __syscall_nr
        var raw = recording.Sample(Assert.Single(recording.Take())).Raw;
        Assert.Equal(Tracepoint("syscalls", "sys_enter_getppid"), BinaryPrimitives.ReadUInt16LittleEndian(raw));
        Assert.Equal(program.Pid, BinaryPrimitives.ReadInt32LittleEndian(raw[4..]));
        Assert.Equal(s_isArm ? 173 : 110, BinaryPrimitives.ReadInt32LittleEndian(raw[8..]));
    }

    [SkippableFact]
    public void Registers_and_stack_of_the_program()
    {
        using var program = RunningProgram.Start("known_sample");
        using var recording = Getppid(program, PerfSampleFormat.RegsUser | PerfSampleFormat.StackUser);
        _ = program.ReadLine();
        var (sp, ip) = Call(program);
        var sample = recording.Sample(Assert.Single(recording.Take()));
        CheckRegistersAndStack(sample, sp, ip);
    }

    [SkippableFact]
    public void Callchain_of_the_program()
    {
        using var program = RunningProgram.Start("known_sample");
        using var recording = Getppid(program, PerfSampleFormat.Callchain);
        _ = program.ReadLine();
        var (_, ip) = Call(program);
        CheckCallchain(recording.Sample(Assert.Single(recording.Take())), ip);
    }

    [SkippableFact]
    public void Callchain_of_the_kernel_and_the_program()
    {
        Requires.Root();
        using var program = RunningProgram.Start("known_sample");
        program.WaitUntilAsleep();
        using var recording = new EventRecording(
            new PerfEventAttr
            {
                Type = (uint)PerfTypeId.Tracepoint, Config = (ulong)Tracepoint("sched", "sched_switch"), SamplePeriod = 1, SampleType = PerfSampleFormat.Callchain | PerfSampleFormat.Ip,
            },
            program.Pid);
        _ = program.ReadLine();
        _ = Call(program);
        program.WaitUntilAsleep();
        foreach (var bytes in recording.Take())
        {
            var sample = recording.Sample(bytes);
            var user = sample.Callchain.IndexOf(CallchainContext.User);
            Assert.Equal((CallchainContext.Kernel, CpuMode.Kernel), (sample.Callchain[0], sample.CpuMode));
            Assert.True(user > 2, "Frames in the kernel.");
            Assert.Equal(-1, sample.Callchain[1..user].IndexOfAnyInRange(0UL, (ulong)long.MaxValue));
            Assert.True(sample.Callchain.Length > user + 1, "A frame in the program.");
            Assert.Equal(-1, sample.Callchain[(user + 1)..].IndexOfAnyExceptInRange(0UL, (ulong)long.MaxValue));
        }
    }

    [SkippableTheory]
    [InlineData(PerfReadFormat.None)]
    [InlineData(PerfReadFormat.Id)]
    [InlineData(PerfReadFormat.Lost | PerfReadFormat.TotalTimeEnabled)]
    [InlineData(PerfReadFormat.Id | PerfReadFormat.Lost | PerfReadFormat.TotalTimeEnabled | PerfReadFormat.TotalTimeRunning)]
    [InlineData(PerfReadFormat.Group)]
    [InlineData(PerfReadFormat.Group | PerfReadFormat.Id | PerfReadFormat.TotalTimeRunning)]
    [InlineData(PerfReadFormat.Group | PerfReadFormat.Id | PerfReadFormat.Lost | PerfReadFormat.TotalTimeEnabled | PerfReadFormat.TotalTimeRunning)]
    internal void Counts_at_the_overflow(PerfReadFormat format)
    {
        using var program = RunningProgram.Start("known_sample");
        using var recording = Getppid(program, PerfSampleFormat.Read, format);
        _ = program.ReadLine();
        for (var call = 1UL; call <= 3; call++)
        {
            _ = Call(program);
            var sample = recording.Sample(Assert.Single(recording.Take()));
            Assert.True(sample.TryGetCounters(out var counters));
            Assert.Equal(1, counters.Count);
            Assert.Equal(call, counters[0].Value);
            Assert.Equal(format.HasFlag(PerfReadFormat.Id) ? recording.Id : null, counters[0].Id);
            Assert.Equal(format.HasFlag(PerfReadFormat.Lost) ? 0 : null, counters[0].Lost);
            Assert.Equal(format.HasFlag(PerfReadFormat.TotalTimeEnabled), counters.TimeEnabled > 0);
            Assert.Equal(format.HasFlag(PerfReadFormat.TotalTimeRunning), counters.TimeRunning > 0);
        }
    }

    [SkippableFact]
    public void Addresses_and_pages_of_a_breakpoint()
    {
        Requires.Root();
        using var program = RunningProgram.Start("known_sample");
        var watched = Number(program.ReadLine()!.Split(' ')[1]);
        using var recording = new EventRecording(new PerfEventAttr
        {
            Type = (uint)PerfTypeId.Breakpoint, BpType = 2, Config1 = watched, Config2 = 8, SamplePeriod = 1, Flags = PerfEventAttrFlags.ExcludeKernel | PerfEventAttrFlags.ExcludeHv,
            SampleType = PerfSampleFormat.Addr | PerfSampleFormat.Ip | PerfSampleFormat.PhysAddr | PerfSampleFormat.DataPageSize | PerfSampleFormat.CodePageSize | PerfSampleFormat.RegsIntr,
            SampleRegsIntr = s_mask,
        }, program.Pid);
        var (_, ip) = Call(program);
        var sample = recording.Sample(Assert.Single(recording.Take()));
        Assert.Equal((watched, CpuMode.User), (sample.Address, sample.CpuMode));
        Assert.InRange(sample.Ip, ip - 4096, ip + 4096);
        Assert.True(sample.InterruptRegisters.TryGet(s_ip, out var interrupted));
        Assert.Equal(sample.Ip, interrupted);
        Assert.NotEqual(0UL, sample.PhysicalAddress);
        Assert.Equal(watched & 4095, sample.PhysicalAddress & 4095);
        Assert.Equal((4096UL, 4096UL), (sample.DataPageSize, sample.CodePageSize));
    }

    /// <summary>Whatever a software event may carry, at once: what one field took too much or too little would show in the next.</summary>
    [SkippableTheory]
    [InlineData(PerfSampleFormat.Weight)]
    [InlineData(PerfSampleFormat.WeightStruct)]
    internal void All_fields_at_once(PerfSampleFormat weight)
    {
        Requires.Root();
        using var program = RunningProgram.Start("known_sample");
        const PerfSampleFormat refused = PerfSampleFormat.BranchStack | PerfSampleFormat.Aux | PerfSampleFormat.Weight;
        using var recording = Getppid(program, ((PerfSampleFormat)((1UL << 24) - 1) & ~refused) | weight, PerfReadFormat.Group | PerfReadFormat.Id | PerfReadFormat.TotalTimeEnabled);
        _ = program.ReadLine();
        var (sp, ip) = Call(program);
        var sample = recording.Sample(Assert.Single(recording.Take()));
        Assert.Equal((program.Pid, 1UL, recording.Id), (sample.Tid, sample.Period, sample.Id));
        CheckCallchain(sample, ip);
        CheckRegistersAndStack(sample, sp, ip);
        Assert.True(sample.TryGetCounters(out var counters));
        Assert.Equal(new CounterValue(1, recording.Id, null), counters[0]);
        Assert.Equal(program.Pid, BinaryPrimitives.ReadInt32LittleEndian(sample.Raw[4..]));
        Assert.Equal((0UL, NotAvailable & 0xFFFFFFFF, 0UL), (sample.Weight.Whole, sample.DataSource.Value & 0xFFFFFFFF, sample.Transaction));
        Assert.True(sample.InterruptRegisters.TryGet(s_ip, out var interrupted));
        Assert.Equal(ip, interrupted);
        Assert.Equal((0UL, 0UL, 0UL), (sample.Address, sample.PhysicalAddress, sample.DataPageSize));
    }

    [SkippableFact]
    public void Cgroup_of_the_program()
    {
        var path = Cgroups.Root();
        Requires.Root();
        using var program = RunningProgram.Start("known_sample");
        using var recording = Getppid(program, PerfSampleFormat.Cgroup);
        _ = program.ReadLine();
        _ = Call(program);

        // A cgroup's id is the inode of its folder.
        var mine = File.ReadLines($"/proc/{program.Pid}/cgroup").Single(line => line.StartsWith("0::", StringComparison.Ordinal))[3..];
        Assert.Equal(Cgroups.Inode(path + mine), recording.Sample(Assert.Single(recording.Take())).Cgroup);
    }

    private static void CheckRegistersAndStack(SampleRecord sample, ulong sp, ulong ip)
    {
        var registers = sample.UserRegisters;
        Assert.Equal((RegisterAbi.Bits64, s_mask, 6), (registers.Abi, registers.Mask, registers.Values.Length));
        Assert.True(registers.TryGet(s_sp, out var sampledSp) & registers.TryGet(s_ip, out var sampledIp));
        Assert.Equal((sp, ip), (sampledSp, sampledIp));
        for (var register = 0; register < 4; register++)
        {
            Assert.True(registers.TryGet(s_first + register, out var value));
            Assert.Equal(RegisterMagic + 1 + (ulong)register, value);
        }

        Assert.Equal(512, sample.UserStack.Length);
        Assert.Equal(StackMagic + 1, BinaryPrimitives.ReadUInt64LittleEndian(sample.UserStack));
        Assert.Equal(StackMagic + 2, BinaryPrimitives.ReadUInt64LittleEndian(sample.UserStack[8..]));
    }

    private static void CheckCallchain(SampleRecord sample, ulong ip)
    {
        var chain = sample.Callchain;
        Assert.Equal(CallchainContext.User, chain[0]);
        var frames = chain[1..];
        Assert.Equal(ip, frames[0]);
        Assert.True(frames.Length >= 3, "inner, outer, main");
        Assert.InRange(frames[1], ip - 4096, ip + 4096);
        Assert.InRange(frames[2], ip - 4096, ip + 4096);
    }

    private static EventRecording Getppid(RunningProgram program, PerfSampleFormat fields, PerfReadFormat format = PerfReadFormat.None) => new(
        new PerfEventAttr
        {
            Type = (uint)PerfTypeId.Tracepoint, Config = (ulong)Tracepoint("syscalls", "sys_enter_getppid"), SamplePeriod = 1, SampleType = fields, ReadFormat = format,
            SampleRegsUser = s_mask, SampleRegsIntr = s_mask, SampleStackUser = 512, Flags = PerfEventAttrFlags.UseClockid, Clockid = 1,
        },
        program.Pid);

    private static int Tracepoint(string system, string name)
    {
        Requires.TraceFs();
        Assert.True(TraceFs.Find(HostRoots.System).TryGetTracepointId(system, name, out var id, out var problem), $"{problem}");
        return id;
    }

    private static (ulong Sp, ulong Ip) Call(RunningProgram program)
    {
        program.Go();
        var words = program.ReadLine()!.Split(' ');
        return (Number(words[1]), Number(words[3]));
    }

    private static ulong Number(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static ulong MonotonicNanoseconds => (ulong)System.Diagnostics.Stopwatch.GetTimestamp();
}
