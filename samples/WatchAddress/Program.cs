using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Perfmon.Sampling;
using Perfmon.Session;
using Perfmon.Symbols;

// Who writes a variable: the CPU stops at each write, and each is a sample. Memory that is pinned keeps its address.
var account = GC.AllocateArray<long>(1, pinned: true);
var address = Marshal.UnsafeAddrOfPinnedArrayElement(account, 0);

using var session = SamplingSession.Create($"mem:0x{address:x}/8:w:u");
session.Attach(Target.CallingThread);
session.Start();
for (var i = 0; i < 1_000; i++)
{
    Bank.Deposit(account);
    if (i % 4 == 0)
    {
        Bank.Withdraw(account);
    }
}

session.Stop();

// The names of what .NET has compiled: of this program's own methods.
using var map = JitMaps.TryEnable(Environment.ProcessId, out var enabled, out var problem) ? enabled : throw problem;
using var symbolizer = new Symbolizer();
var writes = new Dictionary<string, int>();
while (session.TryRead(out var record))
{
    if (record.TryAsSample(out var sample))
    {
        // The address of a sample is that of the instruction behind the one that has written.
        var writer = symbolizer.Resolve(sample.Pid, sample.Ip - 1, isKernel: false)[0].Function ?? "?";
        writes[writer] = writes.GetValueOrDefault(writer) + 1;
    }
}

foreach (var (writer, count) in writes)
{
    Console.WriteLine($"{count,6:N0} writes by {writer}");
}

Console.WriteLine($"{session.Ledger}; the program itself counted {Bank.Writes:N0} writes");

internal static class Bank
{
    public static int Writes { get; private set; }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Deposit(long[] account)
    {
        account[0] += 100;
        Writes++;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Withdraw(long[] account)
    {
        account[0] -= 50;
        Writes++;
    }
}
