using System.IO.MemoryMappedFiles;
using BenchmarkDotNet.Attributes;
using Perfmon.BenchmarkDotNet;

namespace Benchmarks;

// The times say which way of reading a file is faster; the events say why.
[ShortRunJob]
[PerfmonDiagnoser("task-clock", "page-faults", "syscalls:sys_enter_pread64", "syscalls:sys_enter_mmap")]
[PerfmonProfiler]
public class Reading
{
    private const int Size = 1 << 20;
    private readonly string _path = Path.GetTempFileName();

    [GlobalSetup]
    public void Write() => File.WriteAllBytes(_path, new byte[Size]);

    [GlobalCleanup]
    public void Delete() => File.Delete(_path);

    [Benchmark(Baseline = true)]
    public int ByFourKilobytes() => Sum(new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 4 << 10));

    [Benchmark]
    public int BySixtyFourKilobytes() => Sum(new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 64 << 10));

    [Benchmark]
    public int Mapped()
    {
        using var file = MemoryMappedFile.CreateFromFile(_path, FileMode.Open);
        return Sum(file.CreateViewStream());
    }

    private static int Sum(Stream stream)
    {
        using (stream)
        {
            var sum = 0;
            for (int one; (one = stream.ReadByte()) >= 0;)
            {
                sum += one;
            }

            return sum;
        }
    }
}
