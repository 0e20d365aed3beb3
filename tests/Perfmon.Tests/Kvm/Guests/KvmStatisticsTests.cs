using System.Buffers.Binary;
using System.Text;
using Perfmon.Diagnostics;
using Perfmon.Kvm.Guests;
using Perfmon.Native.Kvm;

namespace Perfmon.Tests.Kvm.Guests;

/// <summary>KVM's binary statistics: of every kind, as bytes, and of real machines.</summary>
public sealed class KvmStatisticsTests
{
    private const int NameSize = 16;

    [Fact]
    public void Every_kind_unit_and_power_is_read()
    {
        var file = File(
            ("grows", 0x000, 0, [5UL], 0),
            ("stands", 0x041, 0, [1UL], 0),
            ("peak", 0x122, 20, [3UL], 0),
            ("linear", 0x023, -9, [1UL, 2, 3], 50),
            ("log", 0x034, 0, [4UL, 0, 0, 7], 0),
            ("bytes", 0x110, 10, [2UL], 0),
            ("newer", 0x09F, 0, [9UL], 0));
        var layout = KvmStatisticsLayout.Parse(file);
        var values = new KvmStatistics(layout.ReadValues(file.AsSpan((int)layout.DataOffset)));

        Assert.Equal("kvm-1", layout.Id);
        Assert.Equal(
            [
                ("grows", KvmStatisticKind.Cumulative, KvmStatisticUnit.None, 5UL, 5.0),
                ("stands", KvmStatisticKind.Instant, KvmStatisticUnit.Boolean, 1UL, 1.0),
                ("peak", KvmStatisticKind.Peak, KvmStatisticUnit.Seconds, 3UL, 3.0 * (1 << 20)),
                ("linear", KvmStatisticKind.LinearHistogram, KvmStatisticUnit.Seconds, 6UL, 6.0),
                ("log", KvmStatisticKind.LogHistogram, KvmStatisticUnit.Cycles, 11UL, 11.0),
                ("bytes", KvmStatisticKind.Cumulative, KvmStatisticUnit.Bytes, 2UL, 2048.0),
                ("newer", KvmStatisticKind.Unknown, KvmStatisticUnit.Unknown, 9UL, 9.0),
            ],
            values.Values.Select(value => (value.Name, value.Statistic.Kind, value.Statistic.Unit, value.Value, value.Scaled)));
        Assert.Equal([0.0, 50, 100], Enumerable.Range(0, 3).Select(values["linear"].Statistic.BucketStart));
        Assert.Equal([0.0, 1, 2, 4], Enumerable.Range(0, 4).Select(values["log"].Statistic.BucketStart));
        Assert.Equal(1e-9, values["linear"].Statistic.Factor);
        Assert.Throws<KeyNotFoundException>(() => values["none"]);
    }

    [Fact]
    public void Differences_are_of_what_grows()
    {
        var then = Read(File(("grows", 0, 0, [5UL], 0), ("stands", 1, 0, [9UL], 0), ("log", 4, 0, [1UL, 1], 0)));
        var now = Read(File(("grows", 0, 0, [8UL], 0), ("stands", 1, 0, [2UL], 0), ("log", 4, 0, [1UL, 4], 0)));
        var since = now.Since(then);
        Assert.Equal((3UL, 2UL), (since["grows"].Value, since["stands"].Value));
        Assert.Equal([0UL, 3], since["log"].Values);
        Assert.Equal((6UL, 2UL), (since.Plus(since)["grows"].Value, since.Plus(since)["stands"].Value));
    }

    [Fact]
    public void Damaged_bytes_are_refused_and_nothing_else_happens()
    {
        var file = File(("grows", 0, 0, [5UL], 0), ("log", 4, 0, [1UL, 1], 0));
        var random = new Random(1);
        var refused = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var damaged = file[..(i % 3 == 0 ? random.Next(file.Length) : file.Length)];
            for (var change = 0; damaged.Length > 0 && change < 3; change++)
            {
                damaged[random.Next(Math.Min(damaged.Length, 80))] = (byte)(random.Next(4) == 0 ? 0xFF : random.Next(256));
            }

            try
            {
                var layout = KvmStatisticsLayout.Parse(damaged);
                layout.ReadValues(damaged.AsSpan((int)Math.Min(layout.DataOffset, (uint)damaged.Length)));
            }
            catch (PerfmonException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1_000, 19_999);
    }

    [SkippableFact]
    public void A_machine_of_this_process_tells_its_own()
    {
        using var guest = new RealModeGuest(0xE6, 0x10, 0xE6, 0x10, 0xF4); // out; out; hlt
        using var vcpu = KvmStatisticsFile.Open(guest.Vcpu);
        using var machine = KvmStatisticsFile.Open(guest.Machine);
        var before = vcpu.Read();
        for (var i = 0; i < 3; i++)
        {
            guest.Vcpu.Run();
        }

        Assert.InRange(vcpu.Read().Since(before)["exits"].Value, 3UL, 100UL); // an interrupt of the host is an exit, too
        Assert.Equal(1UL, vcpu.Read().Since(before)["halt_exits"].Value);
        Assert.EndsWith("/vcpu-0", vcpu.Layout.Id, StringComparison.Ordinal);
        Assert.True(machine.Read().Has("remote_tlb_flush"));
        Assert.Contains(vcpu.Layout.Statistics, one => one is { Name: "halt_wait_hist", Kind: KvmStatisticKind.LogHistogram, Unit: KvmStatisticUnit.Seconds, Exponent: -9, Count: 32 });
    }

    [SkippableFact]
    public void A_descriptor_of_another_process_is_copied_and_says_what_that_process_reads()
    {
        using var guest = SmallGuest.Start(2);
        guest.Out(1, 40);
        var number = guest.OpenStatistics(1);
        using var file = KvmStatisticsFile.Copy(LinuxKvm.Instance, guest.Pid, number);
        var own = Read(guest.Statistics(1));
        Assert.Equal(own.Values.Select(value => value.ToString()), file.Read().Values.Select(value => value.ToString()));
        Assert.Equal(1UL, own["halt_exits"].Value);

        guest.End();
        Assert.Equal(1UL, file.Read()["halt_exits"].Value);
    }

    [SkippableFact]
    public void Without_any_the_reason_is_told()
    {
        using var guest = SmallGuest.Start(1, SmallGuest.QemuNames);
        using var session = GuestSession.Create("task-clock");
        session.Attach(guest.Pid);
        session.Start();
        var statistics = session.Read().Statistics!;
        if (statistics.Source == GuestStatisticsSource.None)
        {
            Assert.Contains("the process has no descriptor of KVM's statistics open", statistics.Problem, StringComparison.Ordinal);
            Assert.Null(statistics.Total);
        }
        else
        {
            Assert.Equal(GuestStatisticsSource.DebugFs, statistics.Source);
        }
    }

    private static KvmStatistics Read(byte[] file)
    {
        var layout = KvmStatisticsLayout.Parse(file);
        return new KvmStatistics(layout.ReadValues(file.AsSpan((int)layout.DataOffset)));
    }

    // struct kvm_stats_header, the name, the descriptions, the values: as in Documentation/virt/kvm/api.rst, KVM_GET_STATS_FD.
    private static byte[] File(params (string Name, uint Flags, short Exponent, ulong[] Values, uint Bucket)[] statistics)
    {
        var names = 24;
        var descriptors = names + NameSize;
        var data = descriptors + (statistics.Length * (16 + NameSize));
        var file = new byte[data + (8 * statistics.Sum(one => one.Values.Length))];
        void Number(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);
        Number(4, NameSize);
        Number(8, (uint)statistics.Length);
        Number(12, (uint)names);
        Number(16, (uint)descriptors);
        Number(20, (uint)data);
        Encoding.ASCII.GetBytes("kvm-1").CopyTo(file, names);
        var offset = 0;
        for (var i = 0; i < statistics.Length; i++)
        {
            var at = descriptors + (i * (16 + NameSize));
            Number(at, statistics[i].Flags);
            BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(at + 4), statistics[i].Exponent);
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at + 6), (ushort)statistics[i].Values.Length);
            Number(at + 8, (uint)offset);
            Number(at + 12, statistics[i].Bucket);
            Encoding.ASCII.GetBytes(statistics[i].Name).CopyTo(file, at + 16);
            foreach (var value in statistics[i].Values)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(data + offset), value);
                offset += 8;
            }
        }

        return file;
    }
}
