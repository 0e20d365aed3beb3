using Perfmon.Host;
using Perfmon.Kvm;
using Perfmon.Kvm.Filters;
using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Native.Kvm;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Kvm.Filters;

/// <summary>
/// What is foretold of the kernel's answer, and what it answers: KVM_SET_PMU_EVENT_FILTER on a real machine. A KVM has selects of one width: the other one, of 8 bits
/// (kvm_intel, kvm_pvm) or 12 (kvm_amd), cannot be checked there, and is foretold by the specification alone.
/// </summary>
public sealed class KernelFilterTests
{
    private const int PageSize = 4096;

    [SkippableFact]
    public void Filters_are_answered_as_foretold()
    {
        Requires.X86Kvm();
        const int filters = 150_000;
        var vendor = FilterVendor.Of(HostDescription.Current);
        var answers = new Dictionary<int, int>();
        using var kernel = new FilterRequest();
        for (var seed = 0; seed < filters; seed++)
        {
            // Filters for either vendor, so that selects are as often too wide as not.
            var bytes = new RandomFilters(seed).Bytes(seed % 2 == 0 ? CpuVendor.Amd : CpuVendor.Intel);
            var foretold = KernelAnswer.To(bytes, vendor);
            var answer = kernel.Set(bytes);
            Assert.True((int)answer == foretold.Errno, $"seed {seed}, {vendor}: the kernel answers {answer}, and foretold was {foretold}: {Convert.ToHexString(bytes)}");
            answers[(int)answer] = answers.GetValueOrDefault((int)answer) + 1;
        }

        Assert.All([Errno.None, Errno.EFAULT, Errno.EINVAL, Errno.E2BIG], error => Assert.InRange(answers[(int)error], 1000, filters));
    }

    [SkippableFact]
    public void Every_bit_of_an_entry_is_answered_as_foretold()
    {
        Requires.X86Kvm();
        var vendor = FilterVendor.Of(HostDescription.Current);
        using var kernel = new FilterRequest();
        for (var bit = 0; bit < 64; bit++)
        {
            foreach (byte flags in new byte[] { 0, 1 })
            {
                var bytes = new byte[40];
                (bytes[4], bytes[12]) = (1, flags);
                BitConverter.TryWriteBytes(bytes.AsSpan(32), 1UL << bit);
                Assert.Equal(KernelAnswer.To(bytes, vendor).Errno, (int)kernel.Set(bytes));
            }
        }
    }

    [Fact]
    public void Selects_are_those_of_the_CPU_unless_KVM_does_without_it()
    {
        var root = Directory.CreateTempSubdirectory();
        try
        {
            CpuVendor Of(string cpu, params string[] modules)
            {
                var folder = Path.Join(root.FullName, Guid.NewGuid().ToString());
                Directory.CreateDirectory(Path.Join(folder, "proc"));
                File.WriteAllText(Path.Join(folder, "proc/cpuinfo"), $"processor\t: 0\nvendor_id\t: {cpu}\n\n");
                Array.ForEach(modules, module => Directory.CreateDirectory(Path.Join(folder, "sys/module", module)));
                return FilterVendor.Of(HostDescription.Read(new HostRoots { Proc = Path.Join(folder, "proc"), Sys = Path.Join(folder, "sys") }));
            }

            Assert.Equal(CpuVendor.Amd, Of("AuthenticAMD", "kvm", "kvm_amd"));
            Assert.Equal(CpuVendor.Amd, Of("AuthenticAMD"));
            Assert.Equal(CpuVendor.Intel, Of("AuthenticAMD", "kvm", "kvm_pvm"));
            Assert.Equal(CpuVendor.Hygon, Of("HygonGenuine", "kvm", "kvm_amd", "kvm_pvm"));
            Assert.Equal(CpuVendor.Intel, Of("GenuineIntel", "kvm", "kvm_pvm"));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [SkippableFact]
    public void What_is_made_is_taken()
    {
        Requires.X86Kvm();
        var vendor = FilterVendor.Of(HostDescription.Current);
        using var kernel = new FilterRequest();
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new RandomFilters(seed);
            var (a, b) = (random.Filter(vendor, most: 60), random.Filter(vendor, most: 60));
            foreach (var filter in new[] { a, a.Normalise(vendor), a.WithEncoding(FilterEncoding.Masked, vendor), PmuEventFilter.Merge(a, b, vendor), PmuEventFilter.AllowingEverything })
            {
                Assert.True(kernel.Set(filter.ToBytes()) == Errno.None, $"seed {seed}, {vendor}: {filter}");
            }
        }
    }

    /// <summary>A machine that is given filters whose last byte is the last that can be read.</summary>
    private sealed class FilterRequest : IDisposable
    {
        private readonly string _path = Path.GetTempFileName();
        private readonly KvmHost _host = KvmHost.Open();
        private readonly KvmMachine _machine;
        private readonly KernelResult _file;
        private readonly MappedMemory _memory;

        public FilterRequest()
        {
            _machine = _host.CreateMachine();

            // One page of a file, mapped as two: the second is there, and cannot be read.
            File.WriteAllBytes(_path, new byte[PageSize]);
            _file = LinuxKvm.Instance.Open(_path);
            Assert.False(MappedMemory.TryMap(LinuxKvm.Instance, (int)_file.Value, 2 * PageSize, out var memory).Failed);
            _memory = memory!;
        }

        public Errno Set(byte[] filter)
        {
            filter.CopyTo(_memory.Bytes(PageSize - filter.Length, filter.Length));
            return LinuxKvm.Instance.Request(_machine.Descriptor.Number, KvmRequest.SetPmuEventFilter, _memory.Address + PageSize - filter.Length).Error;
        }

        public void Dispose()
        {
            _memory.Dispose();
            LinuxKvm.Instance.Close((int)_file.Value);
            _machine.Dispose();
            _host.Dispose();
            File.Delete(_path);
        }
    }
}
